import Foundation

/// What a client program finds when it starts: values for placeholders and environment, and a home
/// of its own.
struct ClientSurroundings {
    /// Placeholder and value, for example `url`; the environment has `PDU_HARNESS_URL`.
    private(set) var values: [(name: String, value: String)] = []
    /// A folder that is removed afterwards.
    let home: String

    init() throws {
        home = NSTemporaryDirectory() + "pdu-harness-client-" + UUID().uuidString
        try Files.makeFolder(home)
    }

    func remove() { try? FileManager.default.removeItem(atPath: home) }

    mutating func add(_ name: String, _ value: String) {
        values.append((name, value))
    }

    /// The text with every known `{placeholder}` replaced; other braces stay.
    func filled(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if let close = rest.firstIndex(of: "}"),
                let known = values.first(where: {
                    $0.name == rest[rest.index(after: open)..<close]
                })
            {
                result += known.value
                rest = rest[rest.index(after: close)...]
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    /// The harness's own environment with another home, and what was added.
    var environment: [String] {
        var variables = ProcessInfo.processInfo.environment
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
            variables[name] = nil
        }
        variables["HOME"] = home
        for (name, value) in values {
            variables[HarnessEnvironment.prefix + Self.shouting(name)] = value
        }
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// `pollSeconds` becomes `POLL_SECONDS`.
    private static func shouting(_ name: String) -> String {
        name.reduce(into: "") { result, character in
            if character.isUppercase { result += "_" }
            result += character.uppercased()
        }
    }
}
