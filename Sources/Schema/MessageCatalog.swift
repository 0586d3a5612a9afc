/// A message said: the identifier, the text with its arguments in it, and what to do about it.
package struct RegistryMessage: Sendable, Hashable {
    /// For example `Power.1.2.BreakerTripped`.
    package var id: String
    package var text: String
    package var arguments: [String]
    package var severity: MessageSeverity
    package var resolution: String

    package init(
        id: String, text: String, arguments: [String], severity: MessageSeverity,
        resolution: String
    ) {
        self.id = id
        self.text = text
        self.arguments = arguments
        self.severity = severity
        self.resolution = resolution
    }
}

/// All message registries at hand, by prefix.
package struct MessageCatalog: Sendable, Hashable {
    /// In the order of their prefixes.
    package let registries: [MessageRegistry]
    private let indexByPrefix: [String: Int]

    /// Of several registries with one prefix the newest counts.
    package init(_ registries: [MessageRegistry]) {
        var newest: [String: MessageRegistry] = [:]
        for registry in registries {
            if let known = newest[registry.prefix], known.version >= registry.version { continue }
            newest[registry.prefix] = registry
        }
        let sorted = newest.values.sorted { $0.prefix < $1.prefix }
        self.registries = sorted
        indexByPrefix = Dictionary(
            uniqueKeysWithValues: sorted.enumerated().map { ($1.prefix, $0) })
    }

    package subscript(prefix: String) -> MessageRegistry? {
        indexByPrefix[prefix].map { registries[$0] }
    }

    /// The definition of `Power.BreakerTripped`, `Power.1.2.BreakerTripped` or
    /// `Power.1.2.0.BreakerTripped`, whatever version stands there.
    package func definition(of id: String) -> MessageDefinition? {
        let name = MessageName(id)
        return self[name.prefix]?[name.key]
    }

    /// The message of a key with these arguments. The key is `Power.BreakerTripped`, with or
    /// without a version; the id that results has the registry's own.
    ///
    /// A key no registry knows gives a critical message formed from its words, so that the device
    /// can always answer; `definition(of:)` tells whether it is known.
    package func message(_ key: String, arguments: [String] = []) -> RegistryMessage {
        let name = MessageName(key)
        guard let registry = self[name.prefix], let definition = registry[name.key] else {
            let unknown = MessageDefinition(key: name.key, severity: .critical)
            return RegistryMessage(
                id: key, text: unknown.text(arguments: arguments), arguments: arguments,
                severity: .critical, resolution: noResolution)
        }
        return RegistryMessage(
            id: registry.messageID(for: name.key), text: definition.text(arguments: arguments),
            arguments: arguments, severity: definition.severity,
            resolution: definition.resolution ?? noResolution)
    }
}

private let noResolution = "None."

/// A message identifier taken apart: `Power.1.2.0.BreakerTripped` has prefix `Power`, version
/// `1.2.0` and key `BreakerTripped`.
package struct MessageName: Sendable, Hashable {
    package var prefix: String
    /// What stands between prefix and key; empty where nothing does.
    package var version: String
    package var key: String

    package init(_ text: String) {
        guard let first = text.utf8.firstIndex(of: UInt8(ascii: ".")),
            let last = text.utf8.lastIndex(of: UInt8(ascii: "."))
        else {
            self.init(prefix: "", version: "", key: text)
            return
        }
        self.init(
            prefix: String(text[..<first]),
            version: first < last ? String(text[text.utf8.index(after: first)..<last]) : "",
            key: String(text[text.utf8.index(after: last)...]))
    }

    private init(prefix: String, version: String, key: String) {
        self.prefix = prefix
        self.version = version
        self.key = key
    }
}
