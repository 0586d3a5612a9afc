package import JSONText

/// A message registry: what can be said under one prefix, in the order of the source.
package struct MessageRegistry: Sendable, Hashable {
    /// For example `Power`.
    package var prefix: String
    package var version: SchemaVersion
    package var owningEntity: String
    package let messages: [MessageDefinition]
    private let indexByKey: [String: Int]

    package init(
        prefix: String, version: SchemaVersion, owningEntity: String,
        messages: [MessageDefinition]
    ) {
        self.prefix = prefix
        self.version = version
        self.owningEntity = owningEntity
        self.messages = messages
        indexByKey = Dictionary(
            messages.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(key: String) -> MessageDefinition? {
        indexByKey[key].map { messages[$0] }
    }

    /// The `MessageId` of a key: `Power.1.2.BreakerTripped`.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, clause "MessageId format": registry name,
    /// major version, minor version, key.
    package func messageID(for key: String) -> String {
        "\(prefix).\(version.major).\(version.minor).\(key)"
    }
}

/// Why a JSON document is not the registry it should be.
package struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    package var pointer: JSONPointer
    package var message: String

    package init(_ message: String, at pointer: JSONPointer) {
        self.pointer = pointer
        self.message = message
    }

    package var description: String {
        pointer.tokens.isEmpty ? message : "\(message) (at \(pointer))"
    }
}

extension MessageRegistry {
    /// Reads a registry file: an official one, or one of the project's bundle, which has the same
    /// members less the prose.
    ///
    /// Source: DMTF schema MessageRegistry 1.7.0.
    package init(json: JSONValue) throws(RegistryError) {
        let prefix = try requiredText("RegistryPrefix", of: json)
        let versionText = try requiredText("RegistryVersion", of: json)
        guard let version = SchemaVersion(versionText) else {
            throw RegistryError(
                "'\(versionText)' is no version", at: JSONPointer(tokens: ["RegistryVersion"]))
        }
        guard let members = json["Messages"]?.object?.members else {
            throw RegistryError(
                "an object of messages is missing", at: JSONPointer(tokens: ["Messages"]))
        }
        var messages: [MessageDefinition] = []
        for member in members {
            messages.append(try MessageDefinition(key: member.name, json: member.value))
        }
        self.init(
            prefix: prefix, version: version, owningEntity: json["OwningEntity"]?.string ?? "",
            messages: messages)
    }
}

extension MessageDefinition {
    fileprivate init(key: String, json: JSONValue) throws(RegistryError) {
        let pointer = JSONPointer(tokens: ["Messages", key])
        let severityText = (json["MessageSeverity"] ?? json["Severity"])?.string ?? ""
        guard let severity = MessageSeverity(rawValue: severityText) else {
            throw RegistryError(
                "'\(severityText)' is no severity", at: pointer.appending("MessageSeverity"))
        }
        var types: [MessageArgumentType] = []
        for (index, value) in (json["ParamTypes"]?.array ?? []).enumerated() {
            guard let type = MessageArgumentType(rawValue: value.string ?? "") else {
                throw RegistryError(
                    "an argument is a string or a number",
                    at: pointer.appending("ParamTypes").appending(index))
            }
            types.append(type)
        }
        guard json["NumberOfArgs"]?.number?.exactInteger == Int64(types.count) else {
            throw RegistryError(
                "the number of arguments and their types disagree",
                at: pointer.appending("NumberOfArgs"))
        }
        self.init(
            key: key, severity: severity, argumentTypes: types,
            template: json["Message"]?.string, resolution: json["Resolution"]?.string,
            clearing: json["ClearingLogic"].map(ClearingLogic.init(json:)),
            versionAdded: json["VersionAdded"]?.string.flatMap { SchemaVersion($0) },
            versionDeprecated: json["VersionDeprecated"]?.string.flatMap { SchemaVersion($0) })
    }
}

extension ClearingLogic {
    fileprivate init(json: JSONValue) {
        self.init(
            condition: json["ClearsIf"]?.string, clearsAll: json["ClearsAll"]?.bool ?? false,
            clearedKeys: (json["ClearsMessage"]?.array ?? []).compactMap(\.string))
    }
}

func requiredText(_ name: String, of json: JSONValue) throws(RegistryError) -> String {
    guard let text = json[name]?.string, !text.isEmpty else {
        throw RegistryError("a text is missing", at: JSONPointer(tokens: [name]))
    }
    return text
}
