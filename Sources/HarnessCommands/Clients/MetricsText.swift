import JSONText
import VirtualTime

/// What an exporter says when it is scraped: samples, and what kind of number each is.
///
/// Source: "Prometheus exposition formats", text format 0.0.4; "OpenMetrics" 1.0.0, which adds
/// `# EOF`, `_total` as the name of a counter's sample, exemplars and `_created`, and gives timestamps
/// in seconds instead of milliseconds.
struct MetricsText: Sendable {
    struct Malformed: Error {
        /// From 1.
        var line: Int
        var reason: String
        var text: String
    }

    enum Kind: String, Sendable {
        case counter
        case other
    }

    private(set) var samples: [MetricSample] = []
    private(set) var malformed: [Malformed] = []
    private var kinds: [String: Kind] = [:]

    /// - Parameter isOpenMetrics: Whether the text has to end with `# EOF`.
    init(_ text: String, isOpenMetrics: Bool) {
        var isEnded = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.hasSuffix("\r") ? line.dropLast() : line
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) { continue }
            if isEnded {
                note(index, "it stands after # EOF", line)
                break
            }
            if line.hasPrefix("#") {
                isEnded = isOpenMetrics && line == "# EOF"
                take(comment: line)
                continue
            }
            do {
                samples.append(try MetricSample(String(line), isOpenMetrics: isOpenMetrics))
            } catch {
                note(index, error.reason, line)
            }
        }
        if isOpenMetrics, !isEnded {
            note(lines.count - 1, "the text does not end with # EOF, so it may be cut off", "")
        }
    }

    /// What kind of number a sample's name says it is, where the text says so.
    func kind(of sample: MetricSample) -> Kind? {
        kinds[sample.name]
            ?? (sample.name.hasSuffix("_total") ? kinds[String(sample.name.dropLast(6))] : nil)
    }

    private mutating func take(comment: Substring) {
        let words = comment.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 4, words[1] == "TYPE" else { return }
        kinds[String(words[2])] = Kind(rawValue: String(words[3])) ?? .other
    }

    private mutating func note(_ index: Int, _ reason: String, _ text: Substring) {
        malformed.append(Malformed(line: index + 1, reason: reason, text: String(text)))
    }
}

/// One line: `name{label="value"} 1.5 1700000000 # {exemplar}`.
struct MetricSample: Sendable {
    struct Malformed: Error { var reason: String }

    var name: String
    var labels: [(name: String, value: String)] = []
    /// As written, in the spelling of JSON where it is a finite number.
    var value: String
    /// When it was measured, by the exporter's clock, where the line says so.
    var timestamp: VirtualInstant?

    /// Name, labels and value, as a reader may look for them.
    var text: String {
        let pairs = labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
        return name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(value)"
    }

    /// Whether it says that there is no number.
    var isUnknown: Bool { value == "NaN" }

    /// - Parameter isOpenMetrics: Whether a timestamp is in seconds, not in milliseconds.
    init(_ line: String, isOpenMetrics: Bool = false) throws(Malformed) {
        var rest = Substring(line)
        name = String(rest.prefix { $0 != "{" && $0 != " " && $0 != "\t" })
        guard Self.isName(name, mayHoldColons: true) else {
            throw Malformed(reason: "'\(name)' is no metric's name")
        }
        value = ""
        rest = rest.dropFirst(name.count)
        if rest.first == "{" { labels = try Self.labels(&rest) }
        guard let first = rest.first, first == " " || first == "\t" else {
            throw Malformed(reason: "no value follows \(name)")
        }
        // After the value there may come a timestamp, and an exemplar.
        let words = rest.split { $0 == " " || $0 == "\t" }
        guard let word = words.first, let value = Self.number(String(word)) else {
            throw Malformed(reason: "'\(words.first ?? "")' is no number")
        }
        self.value = value
        guard let stamp = words.dropFirst().first, !stamp.hasPrefix("#") else { return }
        guard let instant = Self.instant(String(stamp), decimals: isOpenMetrics ? 3 : 0) else {
            throw Malformed(reason: "'\(stamp)' is no timestamp")
        }
        timestamp = instant
    }

    /// An instant from the number of its seconds, of which so many decimals count; with none, of its
    /// milliseconds.
    private static func instant(_ word: String, decimals: Int) -> VirtualInstant? {
        guard let text = number(word), let value = try? JSONValue(parsing: text),
            let milliseconds = value.number?.units(decimals: decimals)
        else { return nil }
        return VirtualInstant(millisecondsSinceEpoch: milliseconds)
    }

    private static func isName(_ text: some StringProtocol, mayHoldColons: Bool) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else {
            return false
        }
        return text.allSatisfy { character in
            character.isASCII && (character.isLetter || character.isNumber) || character == "_"
                || mayHoldColons && character == ":"
        }
    }

    /// Takes `{name="value",…}`, in which `\\`, `\"` and `\n` stand for what they say.
    private static func labels(
        _ rest: inout Substring
    ) throws(Malformed) -> [(name: String, value: String)] {
        var labels: [(name: String, value: String)] = []
        rest = rest.dropFirst()
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.first == "}" {
                rest = rest.dropFirst()
                return labels
            }
            let name = rest.prefix { $0 != "=" && $0 != " " && $0 != "}" }
            rest = rest.dropFirst(name.count).drop { $0 == " " }
            guard isName(name, mayHoldColons: false), rest.hasPrefix("=") else {
                throw Malformed(reason: "'\(name)' is no label")
            }
            rest = rest.dropFirst().drop { $0 == " " }
            labels.append((String(name), try quoted(&rest)))
        }
    }

    private static func quoted(_ rest: inout Substring) throws(Malformed) -> String {
        guard rest.first == "\"" else { throw Malformed(reason: "a label's value has no quotes") }
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                switch rest.popFirst() {
                case "n": text += "\n"
                case let next? where next == "\\" || next == "\"": text.append(next)
                default: throw Malformed(reason: "a label's value has a backslash before nothing")
                }
            default: text.append(character)
            }
        }
        throw Malformed(reason: "a label's value does not end")
    }

    /// A number in JSON's spelling; `NaN`, `+Inf` and `-Inf` as they are. Nil where it is none.
    private static func number(_ word: String) -> String? {
        switch word.lowercased() {
        case "nan": return "NaN"
        case "+inf", "inf", "-inf", "+infinity", "infinity", "-infinity": return word
        default: break
        }
        guard Double(word) != nil, !word.lowercased().contains("x") else { return nil }
        var text = Substring(word)
        let isNegative = text.first == "-"
        if isNegative || text.first == "+" { text = text.dropFirst() }
        let whole = text.prefix { $0.isNumber }
        let rest = text.dropFirst(whole.count)
        let plain = whole.drop { $0 == "0" }
        var result = (isNegative ? "-" : "") + (plain.isEmpty ? "0" : plain)
        // `5.` and `5.e3` are numbers there, and none in JSON.
        result +=
            rest.hasPrefix(".") && rest.dropFirst().first?.isNumber != true
            ? rest.dropFirst() : rest
        return result
    }
}
