import Findings
import JSONText

// What people are told about findings of `validate`, the same words in every format.

extension PlacedFinding {
    /// `file:line:column`, the resource and the pointer: as much of it as there is.
    var whereabouts: String {
        var text = uri
        if let pointer = finding.pointer, !pointer.tokens.isEmpty { text += "#\(pointer)" }
        guard let place = filePlace else { return text }
        return uri == file ? place : "\(place) \(text)"
    }

    /// `Outlets/1/index.json:5:17`; the line of a recording where the finding is about one.
    var filePlace: String? {
        guard let file else { return nil }
        if let exchange = finding.exchange { return "\(file):\(exchange.line)" }
        return finding.position.map { "\(file):\($0)" } ?? file
    }

    /// The message with what was expected and seen, on one line.
    var sentence: String {
        var text = finding.message
        if let expected = finding.expected { text += "; expected \(expected)" }
        if let seen = finding.seen { text += "; seen \(seen)" }
        if let definition = finding.definition {
            text += " [\(definition.file):\(definition.line)]"
        }
        return text.visible(limit: 600)
    }
}

extension ValidatedTarget {
    /// `mockup, 199 payloads`.
    var summary: String {
        var parts = [kind]
        if ["service", "mockup", "payload"].contains(kind) {
            parts.append(payloads.count.counted("payload"))
        }
        return (parts + notes.map(\.visible)).joined(separator: ", ")
    }
}

extension ValidationReport {
    /// `112 failures, 74 warnings, 3 accepted`.
    var tally: String {
        var parts = [
            count(of: .fail).counted("failure"), count(of: .warn).counted("warning"),
        ]
        if count(of: .info) > 0 { parts.append(count(of: .info).counted("note")) }
        if acceptedCount > 0 { parts.append("\(acceptedCount.grouped) accepted") }
        if !stale.isEmpty {
            parts.append(stale.count.counted("stale entry", "stale entries"))
        }
        return parts.joined(separator: ", ")
    }
}

extension ExpectedFindings.Entry {
    /// The entry in words: `schema/id at /redfish/v1/Chassis/*`.
    var words: String { "\(rule) at \(place)\(pointer.map { "#" + $0 } ?? "")".visible }
}

extension Rule {
    /// `Redfish Service Validator: Property Type Error`, or that it does not look.
    var peerWords: String {
        peerClasses.isEmpty
            ? "not seen by the \(peer)" : "\(peer): \(peerClasses.joined(separator: ", "))"
    }
}

extension EvaluatedProfile {
    /// `87 requirements: 80 pass, 3 fail, 4 not exercised; met in 1,234 places`.
    var summary: String {
        let counts = [Verdict.pass, .fail, .warn, .notExercised].map { ($0, count(of: $0)) }
        let words = counts.filter { $0.1 > 0 }.map { "\($0.1.grouped) \($0.0.rawValue)" }
        return requirements.count.counted("requirement")
            + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))")
            + "; met in \(metCount.counted("place"))"
    }
}

extension ValidationReport {
    /// What each target came to against a profile: `mockup/: 87 requirements…`.
    func summaries(of profile: String) -> [String] {
        targets.flatMap { target in
            target.profiles.filter { $0.title == profile }.map { "\(target.name): \($0.summary)" }
        }
    }
}
