import JSONText
import Schema
import VirtualTime

extension Resource {
    static let registryCollection = Resource.collection(
        "MessageRegistryFileCollection", at: Addresses.registries, name: "Message registries",
        members: { _ in
            EventFilterReader.registryPrefixes.map { "\(Addresses.registries)/\($0)" }
        })

    /// Where a registry is to be had. Source: DSP8010 MessageRegistryFile v1_1_5.
    static let registryFile: Resource = Resource(
        type: "MessageRegistryFile.v1_1_5.MessageRegistryFile", hasEntityTag: true,
        render: { pdu, place, _, json in
            guard case .member(let prefix) = place, let registry = pdu.catalog[prefix] else {
                return
            }
            let path = "\(Addresses.registries)/\(prefix)"
            let version = registry.version
            json.head(path, .registryFile, id: prefix, name: "\(prefix) messages")
            json.member("Registry", "\(prefix).\(version.major).\(version.minor)")
            json.array("Languages") { $0.string("en") }
            json.array("Location") { json in
                json.object { json in
                    json.member("Language", "en")
                    json.member("Uri", "\(path)/Registry")
                }
            }
        },
        exists: hasRegistry)

    /// A registry itself: identifiers, severities and arguments are DMTF's, the texts are ours, and
    /// the copyright line says so. Source: DSP8010 MessageRegistry v1_7_0.
    static let registry: Resource = Resource(
        type: "MessageRegistry.v1_7_0.MessageRegistry",
        render: { pdu, place, _, json in
            guard case .member(let prefix) = place, let registry = pdu.catalog[prefix] else {
                return
            }
            json.member(
                "@Redfish.Copyright",
                "Identifiers, severities and arguments: Copyright DMTF. "
                    + "Texts: Copyright 2026 The pdu-harness authors.")
            json.member("@odata.type", "#\(Resource.registry.type)")
            json.member("Id", "\(prefix).\(registry.version)")
            json.member("Name", "\(prefix) message registry")
            json.member("Language", "en")
            json.member("Description", "What this service says under the prefix \(prefix).")
            json.member("RegistryPrefix", prefix)
            json.member("RegistryVersion", "\(registry.version)")
            json.member("OwningEntity", registry.owningEntity)
            json.object("Messages") { json in
                for message in registry.messages { json.definition(message) }
            }
        },
        exists: hasRegistry)

    private static func hasRegistry(_ pdu: SmartPDU, _ place: Place) -> Bool {
        guard case .member(let prefix) = place else { return false }
        return pdu.catalog[prefix] != nil
    }
}

extension JSONWriter {
    fileprivate mutating func definition(_ message: MessageDefinition) {
        let placeholders = (0..<message.argumentCount).map { "%\($0 + 1)" }
        object(message.key) { json in
            json.member("Description", message.text(arguments: placeholders))
            json.member("Message", message.text(arguments: placeholders))
            json.member("MessageSeverity", message.severity.rawValue)
            json.member("NumberOfArgs", message.argumentCount)
            if message.argumentCount > 0 {
                json.array("ParamTypes") { json in
                    for type in message.argumentTypes { json.string(type.rawValue) }
                }
            }
            json.member("Resolution", message.resolution ?? "None.")
            if let clearing = message.clearing {
                json.object("ClearingLogic") { json in
                    json.member("ClearsIf", ifPresent: clearing.condition)
                    if clearing.clearsAll { json.member("ClearsAll", true) }
                    if !clearing.clearedKeys.isEmpty {
                        json.array("ClearsMessage") { json in
                            for key in clearing.clearedKeys { json.string(key) }
                        }
                    }
                }
            }
            json.member("VersionAdded", ifPresent: message.versionAdded.map { "\($0)" })
            json.member("VersionDeprecated", ifPresent: message.versionDeprecated.map { "\($0)" })
        }
    }
}
