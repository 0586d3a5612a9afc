import JSONText

extension Resource {
    /// Source: DSP8010 ServiceRoot v1_20_0.
    static let serviceRoot: Resource = Resource(
        type: "ServiceRoot.v1_20_0.ServiceRoot", isPublic: true,
        render: { pdu, _, _, json in
            json.head("\(Addresses.root)/", .serviceRoot, id: "RootService", name: "PDU service")
            json.member("RedfishVersion", "1.22.0")
            json.member("UUID", pdu.uuid)
            json.member("Vendor", pdu.configuration.identity.manufacturer)
            json.member("Product", pdu.configuration.identity.model)
            json.object("ProtocolFeaturesSupported") { json in
                json.object("ExpandQuery") { json in
                    json.member("ExpandAll", false)
                    json.member("Levels", false)
                    json.member("Links", false)
                    json.member("NoLinks", false)
                }
                json.member("FilterQuery", false)
                json.member("SelectQuery", false)
                json.member("ExcerptQuery", false)
                json.member("OnlyMemberQuery", false)
                json.member("TopSkipQuery", false)
                json.member("MultipleHTTPRequests", true)
            }
            json.link("SessionService", Addresses.sessionService)
            json.link("AccountService", Addresses.accountService)
            json.link("Managers", Addresses.managers)
            json.link("Chassis", Addresses.chassisCollection)
            json.link("PowerEquipment", Addresses.powerEquipment)
            json.link("EventService", Addresses.eventService)
            json.link("Registries", Addresses.registries)
            json.link("JsonSchemas", Addresses.jsonSchemas)
            json.link("Tasks", Addresses.taskService)
            json.link("TelemetryService", Addresses.telemetryService)
            json.link("UpdateService", Addresses.updateService)
            json.link("CertificateService", Addresses.certificateService)
            json.object("Links") { json in
                json.link("Sessions", Addresses.sessions)
                json.link("ManagerProvidingService", Addresses.manager)
            }
        })
}
