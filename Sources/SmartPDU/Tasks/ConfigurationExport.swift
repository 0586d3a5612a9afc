import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// A file with the configuration of the equipment, as `PowerDistribution.ExportConfiguration`
/// writes it.
///
/// Source: DSP8010 PowerDistribution v1_6, ExportConfiguration.
struct ConfigurationExport: Sendable {
    struct Request: Sendable, Hashable {
        /// `Clone` leaves out what tells this unit from others of its kind, `Replacement` does not.
        var type: String
        /// Without `All`, in the order of `components`.
        var components: [String]
    }

    static let types = ["Clone", "Replacement"]
    /// Accounts are left out: whoever may read the rest need not be allowed to see them.
    static let components = ["Manager", "PowerDistribution"]
    /// How many files are kept.
    static let limit = 4
    static let duration = VirtualDuration.seconds(3)

    let id: String
    let body: [UInt8]
}

extension Action {
    static let exportConfiguration = Action.asynchronous(
        "PowerDistribution.ExportConfiguration",
        parameters: [
            Parameter(name: "ExportType", allowableValues: ConfigurationExport.types),
            Parameter(
                name: "Components", allowableValues: ["All"] + ConfigurationExport.components,
                isArray: true),
            Parameter(
                name: "Security", allowableValues: ["ExcludeSensitiveData"], isRequired: false),
        ]
    ) { pdu, context, arguments throws(RedfishError) in
        let named = arguments["Components"]?.array?.compactMap(\.string) ?? []
        let request = ConfigurationExport.Request(
            type: arguments["ExportType"]?.string ?? "",
            components: ConfigurationExport.components.filter {
                named.contains("All") || named.contains($0)
            })
        return try pdu.tasks.add(
            "Export of the configuration", .exportConfiguration(request),
            lasting: ConfigurationExport.duration, at: context.instant)
    }
}

extension Resource {
    /// A file rather than a resource: it has no schema, and nothing links to it but the `Location`
    /// of its task's result.
    static let configurationExport: Resource = Resource(
        type: rackPDU.type, render: { _, _, _, _ in },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.configurationExports.contains { $0.id == id }
        },
        respond: { pdu, context in
            guard case .member(let id) = context.place,
                let file = pdu.configurationExports.first(where: { $0.id == id })
            else { return ResponseMessage(status: .notFound) }
            var fields = StandingHeaders(contentType: "application/json; charset=utf-8").fields
            fields[.contentDisposition] = "attachment; filename=\"configuration-\(id).json\""
            fields[.date] = context.instant.httpDate
            return ResponseMessage(status: .ok, fields: fields, body: file.body)
        })
}

extension SmartPDU {
    /// Writes the file; the oldest goes where there are too many.
    ///
    /// - Returns: Where it is.
    mutating func exportConfiguration(
        _ request: ConfigurationExport.Request, at instant: VirtualInstant
    ) -> String {
        let id = String((configurationExports.last.flatMap { Int($0.id) } ?? 0) + 1)
        configurationExports.append(
            ConfigurationExport(id: id, body: configurationText(request, at: instant)))
        if configurationExports.count > ConfigurationExport.limit {
            configurationExports.removeFirst()
        }
        return "\(addresses.configurationExports)/\(id)"
    }

    private func configurationText(
        _ request: ConfigurationExport.Request, at instant: VirtualInstant
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("ExportType", request.type)
            json.member("Exported", instant.iso8601)
            json.member("Model", configuration.identity.model)
            json.member("FirmwareVersion", firmwareVersion)
            if request.type == "Replacement" {
                json.member("SerialNumber", serialNumber)
                json.member("UUID", uuid)
            }
            for component in request.components {
                json.object(component) { json in
                    if component == "Manager" {
                        writeManagerConfiguration(to: &json)
                    } else {
                        writePowerConfiguration(to: &json)
                    }
                }
            }
        }
        return json.bytes
    }

    private func writeManagerConfiguration(to json: inout JSONWriter) {
        json.member("SessionTimeout", Int(sessions.timeout.milliseconds / 1000))
        json.object("NTP") { json in
            json.member("ProtocolEnabled", timeService.isEnabled)
            json.array("NTPServers") { json in
                for server in timeService.servers { json.string(server) }
            }
        }
    }

    private func writePowerConfiguration(to json: inout JSONWriter) {
        json.member("AssetTag", labels.assetTag)
        json.member("UserLabel", labels.rackPDU)
        json.array("Branches") { json in
            for (index, branch) in configuration.electrical.branches.enumerated() {
                json.object { json in
                    json.member("Id", branch.name)
                    json.member("UserLabel", labels.branches[index] ?? "")
                }
            }
        }
        json.array("Outlets") { json in
            for (index, outlet) in configuration.electrical.outlets.enumerated() {
                json.object { json in
                    json.member("Id", outlet.name)
                    json.member("UserLabel", labels.outlets[index] ?? "")
                }
            }
        }
    }
}
