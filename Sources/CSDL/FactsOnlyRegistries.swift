import JSONText
import Schema

/// A message registry as facts and our own texts, one message a line.
func factsOnlyText(
    of registry: MessageRegistry, texts: [String: MessageTexts.Entry], source: JSONValue
) -> String {
    var lines = [
        "\"@odata.type\": \(quoted(source["@odata.type"]?.string ?? ""))",
        "\"Id\": \(quoted("\(registry.prefix).\(registry.version)"))",
        "\"Name\": \(quoted("\(registry.prefix) Message Registry"))",
        "\"Language\": \"en\"",
        "\"RegistryPrefix\": \(quoted(registry.prefix))",
        "\"RegistryVersion\": \(quoted(registry.version.description))",
        "\"OwningEntity\": \(quoted(registry.owningEntity))",
    ]
    let messages = registry.messages.map { message in
        "    \(quoted(message.key)): \(message.factsOnlyText(texts[message.key]))"
    }
    lines.append("\"Messages\": {\n\(messages.joined(separator: ",\n"))\n  }")
    return "{\n  " + lines.joined(separator: ",\n  ") + "\n}\n"
}

extension MessageDefinition {
    fileprivate func factsOnlyText(_ entry: MessageTexts.Entry?) -> String {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("MessageSeverity", severity.rawValue)
            writer.member("NumberOfArgs", argumentCount)
            if !argumentTypes.isEmpty {
                writer.array("ParamTypes") { writer in
                    for type in argumentTypes { writer.string(type.rawValue) }
                }
            }
            writer.member("Message", ifPresent: entry?.message)
            writer.member("Resolution", ifPresent: entry?.resolution)
            if let clearing { write(clearing, to: &writer) }
            writer.member("VersionAdded", ifPresent: versionAdded?.description)
            writer.member("VersionDeprecated", ifPresent: versionDeprecated?.description)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ clearing: ClearingLogic, to writer: inout JSONWriter) {
        writer.object("ClearingLogic") { writer in
            writer.member("ClearsIf", ifPresent: clearing.condition)
            if clearing.clearsAll { writer.member("ClearsAll", true) }
            if !clearing.clearedKeys.isEmpty {
                writer.array("ClearsMessage") { writer in
                    for key in clearing.clearedKeys { writer.string(key) }
                }
            }
        }
    }
}

/// A privilege registry as facts, one entity a line.
func factsOnlyText(of source: JSONValue) -> String {
    let kept = ["@odata.type", "Id", "Name", "PrivilegesUsed", "OEMPrivilegesUsed"]
    var lines = kept.compactMap { name in
        source[name].map { "\(quoted(name)): \($0.compactText)" }
    }
    let mappings = (source["Mappings"]?.array ?? []).map { "    " + $0.compactText }
    lines.append("\"Mappings\": [\n\(mappings.joined(separator: ",\n"))\n  ]")
    return "{\n  " + lines.joined(separator: ",\n  ") + "\n}\n"
}

func quoted(_ text: String) -> String { JSONValue.string(text).compactText }
