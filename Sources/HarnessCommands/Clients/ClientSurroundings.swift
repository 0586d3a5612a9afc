import Foundation
import JSONText

/// What a client program finds when it starts: values for placeholders and environment, and a home
/// of its own.
struct ClientSurroundings {
    /// Placeholder and value, for example `url`; the environment has `PDU_HARNESS_URL`.
    private(set) var values: [(name: String, value: String)] = []
    /// A folder that is removed afterwards, and its owner's alone: tokens and claims lie in it.
    let home: String

    init() throws {
        home = NSTemporaryDirectory() + "pdu-harness-client-" + UUID().uuidString
        try Files.makePrivateFolder(home)
    }

    /// A variable of the environment that no other process has.
    var mark: String { "HOME=\(home)" }

    /// The file that claims may be appended to. Like everything of the client's own it goes with the
    /// home, for there may be secrets in it.
    var claimsPath: String { "\(home)/claims.jsonl" }

    /// A folder for what the client keeps over a restart.
    func makeStateFolder() throws -> String {
        try Files.makeFolder("\(home)/state")
        return "\(home)/state"
    }

    func remove() { try? FileManager.default.removeItem(atPath: home) }

    mutating func add(_ name: String, _ value: String) {
        values.append((name, value))
    }

    /// The text with every `{placeholder}` replaced. `{{url}}` is `{url}` itself; braces with
    /// anything but a word between them stay, and so do `${url}` and `%{url}`, which are a shell's
    /// and curl's.
    ///
    /// - Throws: A usage failure for a word that is no placeholder.
    func filled(_ text: String) throws -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if let word = Self.word(in: rest.dropFirst()), rest.hasPrefix("{{\(word)}}") {
                result += "{\(word)}"
                rest = rest.dropFirst(word.count + 4)
            } else if let word = Self.word(in: rest), let known = value(of: word) {
                result += known
                rest = rest.dropFirst(word.count + 2)
            } else if let word = Self.word(in: rest), result.last != "$", result.last != "%" {
                throw unknown(word)
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    /// The text without the secrets that the client was given.
    func withoutSecrets(_ text: String) -> String {
        values.filter { ["password", "controlToken"].contains($0.name) }.reduce(text) {
            $0.replacing($1.value, with: "<\($1.name)>")
        }
    }

    private func value(of name: some StringProtocol) -> String? {
        values.first { $0.name == name }?.value
    }

    /// What stands between braces at the beginning, where it is a word.
    private static func word(in text: Substring) -> Substring? {
        guard text.first == "{" else { return nil }
        let word = text.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard word.first?.isLetter == true, text.dropFirst(word.count + 1).first == "}" else {
            return nil
        }
        return word
    }

    /// What placeholders need that are not always there.
    private static let conditions = [
        "control": "--control or --clock stepped", "controlToken": "--control or --clock stepped",
        "port": "\"scrape\" in the manifest", "config": "\"config\" in the manifest",
        "carbonFile": "a scenario with carbon", "epoch": "a paced clock",
        "pollWallSeconds": "a paced clock", "pollOutletsWallSeconds": "a paced clock",
    ]

    private func unknown(_ word: Substring) -> CommandFailure {
        let names = values.map(\.name)
        let hint =
            Self.conditions[String(word)].map { "it needs \($0)." }
            ?? nearMiss(for: String(word), among: names).map { "did you mean {\($0)}?" }
            ?? "there are \(names.map { "{\($0)}" }.joined(separator: " "))"
        return .usage(
            "{\(word)} is no placeholder here; \(hint) Write {{\(word)}} for the braces themselves")
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

    /// The same for a shell, which reads it by `.` or `source`.
    var shellText: String {
        values.map { name, value in
            let quoted = value.replacing("'", with: "'\\''")
            return "export \(HarnessEnvironment.prefix)\(Self.shouting(name))='\(quoted)'\n"
        }.joined()
    }

    /// `pollSeconds` becomes `POLL_SECONDS`.
    private static func shouting(_ name: String) -> String {
        name.reduce(into: "") { result, character in
            if character.isUppercase { result += "_" }
            result += character.uppercased()
        }
    }
}
