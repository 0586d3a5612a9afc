package import JSONText
import Schema

/// The project's own words for messages, written by hand in `CSDL/MessageTexts.json`:
/// registry prefix → message key → text and resolution.
package struct MessageTexts: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// With `%1`, `%2`, … where the arguments go.
        package var message: String
        package var resolution: String

        package init(message: String, resolution: String) {
            self.message = message
            self.resolution = resolution
        }
    }

    package var entries: [String: [String: Entry]]

    package init(entries: [String: [String: Entry]] = [:]) {
        self.entries = entries
    }

    /// Reads the file, strictly.
    package init(parsing bytes: [UInt8]) throws(ConfigurationError) {
        let root: JSONValue
        do {
            root = try JSONValue(parsing: bytes)
        } catch {
            throw ConfigurationError("\(error)", at: JSONPointer())
        }
        entries = [:]
        for registry in root.object?.members ?? [] {
            var texts: [String: Entry] = [:]
            for message in registry.value.object?.members ?? [] {
                let pointer = JSONPointer(tokens: [registry.name, message.name])
                var object = try StrictObject(message.value, at: pointer)
                texts[message.name] = Entry(
                    message: try object.required("message").string(),
                    resolution: try object.required("resolution").string())
                try object.rejectUnknownMembers()
            }
            entries[registry.name] = texts
        }
    }

    /// The texts of one registry; throws where one names a message that the registry lacks or does
    /// not use each argument.
    func texts(
        for registry: MessageRegistry
    ) throws(ConfigurationError) -> [String: Entry] {
        let texts = entries[registry.prefix] ?? [:]
        for (key, entry) in texts.sorted(by: { $0.key < $1.key }) {
            let pointer = JSONPointer(tokens: [registry.prefix, key])
            guard let definition = registry[key] else {
                let hint = nearMiss(for: key, among: registry.messages.map(\.key))
                    .map { "; did you mean '\($0)'?" }
                throw ConfigurationError(
                    "registry \(registry.prefix) \(registry.version) has no message '\(key)'"
                        + (hint ?? ""), at: pointer)
            }
            let placeholders = Set(
                entry.message.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
                    .map { Int($0.prefix { $0.isNumber }) ?? 0 })
            let expected = Set(1..<(definition.argumentCount + 1))
            guard placeholders == expected else {
                throw ConfigurationError(
                    "the text must use each of its \(definition.argumentCount) arguments",
                    at: pointer.appending("message"))
            }
        }
        return texts
    }
}
