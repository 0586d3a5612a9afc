import ArgumentParser
import Findings
import JSONText
import Validation

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Holds payload files against their schemas.",
        discussion: """
            Each file holds one JSON payload and is judged at the version its @odata.type declares.
            """)

    @Argument(help: "Payload files; - is standard input.")
    var files: [String]

    @Option(help: ArgumentHelp("The URI the payload was served at.", valueName: "uri"))
    var uri: String?

    @Option(
        help: ArgumentHelp(
            "Schemas to judge by, instead of the bundle: a folder of CSDL files.",
            valueName: "folder"))
    var csdl: String?

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let bundle = try Bundle(folder: folders.csdl, schemas: csdl)
        let validator = PayloadValidator(schema: bundle.library, messages: bundle.messages)
        var failures = 0
        for file in files {
            let bytes = try Files.read(file == "-" ? "/dev/stdin" : file)
            let value: JSONValue
            do {
                value = try JSONValue(parsing: bytes)
            } catch {
                throw CommandFailure.usage("\(file):\(error)")
            }
            let context = Self.context(of: value, uri: uri)
            let findings = validator.findings(in: value, as: context, bytes: bytes)
            for finding in findings { Console.say(Self.line(finding, file: file)) }
            failures += findings.count { $0.level == .fail }
            Console.say(
                findings.isEmpty ? "\(file): ok" : "\(file): \(findings.count.counted("finding"))")
        }
        if failures > 0 { throw ExitCode(1) }
    }

    private static func context(of value: JSONValue, uri: String?) -> Validation.PayloadContext {
        if value["error"] != nil, value["@odata.type"] == nil { return .error }
        if value["@odata.type"]?.string?.hasPrefix("#Event.") == true { return .event }
        return .response(uri: uri ?? value["@odata.id"]?.string ?? "")
    }

    /// `file:line:column: level rule: message (expected …, seen …) [CSDL file:line]`
    static func line(_ finding: Finding, file: String) -> String {
        var text = file
        if let position = finding.position { text += ":\(position.line):\(position.column)" }
        text += ": \(finding.level.rawValue) \(finding.ruleID): \(finding.message)"
        if let pointer = finding.pointer { text += " at \(pointer)" }
        if let expected = finding.expected { text += "; expected \(expected)" }
        if let seen = finding.seen { text += "; seen \(seen)" }
        if let definition = finding.definition {
            text += " [\(definition.file):\(definition.line)]"
        }
        return text
    }
}
