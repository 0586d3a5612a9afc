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
            json.protocolFeatures()
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

extension JSONWriter {
    /// What the service can do beyond the plain protocol.
    fileprivate mutating func protocolFeatures() {
        object("ProtocolFeaturesSupported") { json in
            json.object("ExpandQuery") { json in
                json.member("ExpandAll", true)
                json.member("Levels", true)
                json.member("Links", true)
                json.member("NoLinks", true)
                json.member("MaxLevels", ExpandOption.maximumLevels)
            }
            json.member("FilterQuery", true)
            json.member("FilterQueryComparisonOperations", true)
            json.member("FilterQueryCompoundOperations", true)
            json.member("SelectQuery", true)
            json.member("ExcerptQuery", true)
            json.member("OnlyMemberQuery", true)
            json.member("TopSkipQuery", true)
            json.member("MultipleHTTPRequests", true)
        }
    }
}
