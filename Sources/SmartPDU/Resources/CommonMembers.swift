import JSONText

extension JSONWriter {
    /// The members every resource begins with.
    mutating func head(_ path: String, _ resource: Resource, id: String, name: String) {
        member("@odata.id", path)
        member("@odata.type", "#\(resource.type)")
        member("Id", id)
        member("Name", name)
    }

    mutating func link(_ name: String, _ path: String) {
        object(name) { $0.member("@odata.id", path) }
    }

    mutating func links(_ name: String, _ paths: some Sequence<String>) {
        array(name) { json in
            for path in paths {
                json.object { $0.member("@odata.id", path) }
            }
        }
    }

    mutating func status(state: String = "Enabled", health: String = "OK") {
        object("Status") { json in
            json.member("State", state)
            json.member("Health", health)
        }
    }

    /// Of what is not there nothing more is known.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 9.10.2, absent resources.
    mutating func absentStatus() {
        object("Status") { $0.member("State", "Absent") }
    }

    /// The members of a collection after its head.
    mutating func members(_ paths: [String]) {
        member("Members@odata.count", paths.count)
        links("Members", paths)
    }
}

extension Resource {
    /// The `Actions` object of the resource at a path, as JSON; nil where it has no actions.
    func actionsJSON(at path: String) -> [UInt8]? {
        guard !actions.isEmpty else { return nil }
        var json = JSONWriter()
        json.object { json in
            for action in actions {
                json.object("#\(action.name)") { json in
                    json.member("target", "\(path)/Actions/\(action.name)")
                    for parameter in action.parameters where !parameter.allowableValues.isEmpty {
                        json.array("\(parameter.name)@Redfish.AllowableValues") { json in
                            for value in parameter.allowableValues { json.string(value) }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    /// A collection that lists the paths it is given.
    static func collection(
        _ type: String, at path: String, name: String,
        create: Creation? = nil,
        members: @escaping @Sendable (SmartPDU) -> [String]
    ) -> Resource {
        Resource(
            type: "\(type).\(type)",
            render: { pdu, _, _, json in
                json.member("@odata.id", path)
                json.member("@odata.type", "#\(type).\(type)")
                json.member("Name", name)
                json.members(members(pdu))
            }, create: create)
    }
}
