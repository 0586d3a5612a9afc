import ArgumentParser
import JSONText
import Recordings

/// What is masked beside secrets, because it tells whose PDU it was.
struct MaskOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Mask these too: serial (serial numbers, UUIDs, asset tags), host (names and addresses "
                + "of hosts).", valueName: "list"))
    var mask: String?

    @Option(
        help: ArgumentHelp(
            "Mask what a file says: {\"mask\": [{\"as\": \"site\", \"members\": [\"Row\"], "
                + "\"fields\": [\"X-Site\"]}]}.", valueName: "file"))
    var maskFile: String?

    /// The same as arguments again.
    var arguments: [String] {
        (mask.map { ["--mask", $0] } ?? []) + (maskFile.map { ["--mask-file", $0] } ?? [])
    }

    var isEmpty: Bool { arguments.isEmpty }

    func rules() throws -> MaskRules {
        var rules = MaskRules()
        for word in (mask ?? "").split(separator: ",") {
            guard let standard = MaskRules.Standard(rawValue: String(word)) else {
                let known = MaskRules.Standard.allCases.map(\.rawValue)
                let hint = nearMiss(for: String(word), among: known).map { "did you mean '\($0)'?" }
                throw CommandFailure.usage(
                    "--mask \(word): \(hint ?? "known: \(known.joined(separator: ", "))")")
            }
            rules.add(standard)
        }
        if let maskFile { try add(fileAt: maskFile, to: &rules) }
        return rules
    }

    private func add(fileAt path: String, to rules: inout MaskRules) throws {
        let bytes = try Files.read(path, limit: 1 << 20)
        do {
            var file = try StrictObject(JSONValue(parsing: bytes), at: JSONPointer(tokens: []))
            for element in try file.required("mask").elements() {
                var rule = try element.object()
                let label = try rule.required("as")
                let name = try label.string()
                guard !name.isEmpty, name.utf8.allSatisfy({ $0 &- 97 < 26 || $0 == 0x2D }) else {
                    throw label.error("'\(name)' is no name of lower-case letters and hyphens")
                }
                rules.add(
                    name, members: try Self.texts(rule.value("members")),
                    fields: try Self.texts(rule.value("fields")))
                try rule.rejectUnknownMembers()
            }
            try file.rejectUnknownMembers()
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(path):\(error.description(in: bytes))")
        }
    }

    private static func texts(_ list: Located?) throws(ConfigurationError) -> [String] {
        guard let list else { return [] }
        return try list.elements().map { element throws(ConfigurationError) in
            try element.string()
        }
    }
}
