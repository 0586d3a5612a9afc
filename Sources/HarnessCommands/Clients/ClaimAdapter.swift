import JSONText
import VirtualTime

/// How what a client says in its own words becomes a claim: a table of the places where its JSON,
/// its CSV or its metrics say what a claim says.
///
/// Places are JSON pointers in `json`, column names in `csv`, and in `prometheus` a metric's name
/// for a number and a label's for a text. `names` maps the client's names of outlets to scopes.
struct ClaimAdapter: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case json
        case csv
        case prometheus
    }

    /// A line does not fit the table.
    struct Mismatch: Error {
        var reason: String
    }

    private(set) var way = ClaimInbox.Way.file
    let format: Format
    private var scope: String?
    /// The scope of every claim, where lines name none.
    private var constantScope: String?
    private var names: [String: String] = [:]
    /// Members of a claim that are texts, and where they stand: `from`, `to`, `quality`.
    private var texts: [(member: String, place: String)] = []
    private var energy: String?
    private var unit: String
    /// Billionths; a billion changes nothing.
    private var scale: Int64
    private var carbon: String?
    private var carbonUnit: String
    /// What the table says of it: usually interval, and where lines do not say from when,
    /// cumulative.
    private(set) var kind: String?

    private static let billion: Int64 = 1_000_000_000

    private enum Word: String, CaseIterable {
        case kWh, Wh, J
        case gCO2e, kgCO2e
        case interval, cumulative
        case file, output, callback
    }

    init(_ located: Located) throws(ConfigurationError) {
        var object = try located.object()
        format = try object.required("format").choice(Format.self)
        let source = try Self.word(
            object.value("source"), among: [.file, .output, .callback], default: .file)
        way = ClaimInbox.Way(source.rawValue) ?? .file
        constantScope = try object.value("constantScope").map(Self.scope)
        scope = try object.value("scope")?.string()
        guard (scope == nil) != (constantScope == nil) else {
            throw located.error(
                "either scope says where a line names it, or constantScope what it is")
        }
        if let table = object.value("names") {
            var members = try table.object()
            for name in members.names {
                names[name] = try Self.scope(members.required(name))
            }
        }
        for member in ["from", "to", "quality"] {
            if let place = try object.value(member)?.string() { texts.append((member, place)) }
        }
        energy = try object.value("energy")?.string()
        unit = try Self.word(
            object.value("unit"), among: [.kWh, .Wh, .J], default: .kWh
        ).rawValue
        scale =
            try object.value("scale")?.scaled(decimals: 9, in: 1...(1000 * Self.billion))
            ?? Self.billion
        carbon = try object.value("carbon")?.string()
        carbonUnit = try Self.word(
            object.value("carbonUnit"), among: [.gCO2e, .kgCO2e], default: .gCO2e
        ).rawValue
        if let stated = object.value("kind") {
            let word = try Self.word(stated, among: [.interval, .cumulative], default: .interval)
            kind = word.rawValue
            if word == .interval, format != .prometheus,
                !texts.contains(where: { $0.member == "from" })
            {
                throw stated.error(
                    "an interval needs from, the place where a line says from when it counts; "
                        + "without it what is claimed is cumulative, since the first reading")
            }
        }
        guard energy != nil || carbon != nil else {
            throw located.error("neither energy nor carbon says where it stands")
        }
        try object.rejectUnknownMembers()
        guard format == .json else { return }
        for place in [scope, energy, carbon].compactMap(\.self) + texts.map(\.place)
        where JSONPointer(place) == nil {
            throw located.error("'\(place)' is no JSON pointer; write for example /energy/value")
        }
    }

    /// A scope as claims have it, as far as it can be told without the device.
    private static func scope(_ located: Located) throws(ConfigurationError) -> String {
        let text = try located.string()
        let word = text.prefix(while: \.isLetter).lowercased()
        guard text.hasPrefix("/") || text.contains("://") || scopeWords.contains(word) else {
            throw located.error(
                "'\(text)' is no scope; write pdu, mains, outlet 7, branch A, or a resource's URI")
        }
        return text
    }

    private static let scopeWords = ["pdu", "unit", "mains", "branch", "outlet", "events"]

    private static func word(
        _ located: Located?, among words: [Word], default usual: Word
    ) throws(ConfigurationError) -> Word {
        guard let located else { return usual }
        let text = try located.string()
        guard let word = Word(rawValue: text), words.contains(word) else {
            let known = words.map(\.rawValue).joined(separator: ", ")
            throw located.error("'\(text)' is not known here; expected one of: \(known)")
        }
        return word
    }

    // MARK: Reading

    /// The claim that a line makes; nil where it makes none.
    ///
    /// - Parameter columns: The heading of a CSV file, once it has been read.
    func claim(of text: String, columns: inout [String]?) throws(Mismatch) -> JSONValue? {
        switch format {
        case .json:
            guard let value = try? JSONValue(parsing: text) else {
                throw Mismatch(reason: "it is no JSON text")
            }
            return try claim { JSONPointer($0).flatMap { value[$0] } }
        case .csv:
            guard let cells = CSVLine.cells(of: text) else {
                throw Mismatch(reason: "its quotes do not match")
            }
            guard let heading = columns else {
                columns = cells
                return nil
            }
            if let missing = missingColumn(in: heading) { throw Mismatch(reason: missing) }
            guard cells.count == heading.count else {
                throw Mismatch(reason: "it has \(cells.count) cells, the heading \(heading.count)")
            }
            return try claim { column in
                heading.firstIndex(of: column).map { Self.value(of: cells[$0]) }
            }
        case .prometheus:
            if text.hasPrefix("#") { return nil }
            let sample: MetricSample
            do {
                sample = try MetricSample(text)
            } catch {
                throw Mismatch(reason: "it is no metric: \(error.reason)")
            }
            return try claim(of: sample)
        }
    }

    /// What of the table names no column of a heading, without which no line makes a claim.
    private func missingColumn(in heading: [String]) -> String? {
        let amounts = [energy, carbon].compactMap(\.self)
        let demanded =
            [scope].compactMap(\.self)
            + texts.filter { $0.member != "quality" }.map(\.place)
            + (amounts.contains(where: heading.contains) ? [] : amounts)
        guard let column = demanded.first(where: { !heading.contains($0) }) else { return nil }
        let near = nearMiss(for: column, among: heading).map { "; did you mean '\($0)'?" } ?? ""
        return "the heading '\(heading.joined(separator: ","))' has no column '\(column)'\(near)"
    }

    /// The claim that a metric makes; nil where it is about something else, or says that it is not
    /// known.
    func claim(of sample: MetricSample) throws(Mismatch) -> JSONValue? {
        guard isAbout(sample), !sample.isUnknown else { return nil }
        if let scope, !sample.labels.contains(where: { $0.name == scope }) {
            let names = sample.labels.map(\.name).joined(separator: ", ")
            throw Mismatch(
                reason: "it has no label \(scope), which is to name the scope; "
                    + (names.isEmpty ? "it has none at all" : "its labels are \(names)"))
        }
        return try claim { place in
            place == sample.name
                ? Self.value(of: sample.value)
                : sample.labels.first { $0.name == place }.map { .string($0.value) }
        }
    }

    /// What is missing where nothing that came makes a claim.
    var nothingFound: String {
        switch format {
        case .json: "none is a claim"
        case .csv: "a heading and nothing below it"
        case .prometheus: "none is a number of \(metricNames)"
        }
    }

    /// The metrics that it looks for.
    var metricNames: String { [energy, carbon].compactMap(\.self).joined(separator: " or ") }

    func isAbout(_ sample: MetricSample) -> Bool { sample.name == energy || sample.name == carbon }

    /// Whether it reads what an exporter says when it is scraped.
    var readsMetrics: Bool { format == .prometheus }

    private func claim(_ value: (String) -> JSONValue?) throws(Mismatch) -> JSONValue? {
        var claim = JSONObject()
        if let scope {
            guard let name = value(scope).flatMap({ $0.string ?? $0.number?.text }) else {
                throw Mismatch(reason: "it names no scope at \(scope)")
            }
            claim["scope"] = .string(names[name] ?? name)
        } else {
            claim["scope"] = .string(constantScope ?? "pdu")
        }
        for (member, place) in texts {
            let stated = value(place)
            guard stated != nil || member == "quality" else {
                throw Mismatch(reason: "it says no \(member) at \(place)")
            }
            if let stated { claim[member] = stated }
        }
        claim["kind"] = .string(
            kind ?? (claim["from"] == nil ? "cumulative" : "interval"))
        if let energy, let stated = value(energy) {
            claim["energy"] = try scaled(stated, energy)
            claim["unit"] = .string(unit)
        }
        if let carbon, let stated = value(carbon) {
            claim["carbon"] = stated
            claim["carbonUnit"] = .string(carbonUnit)
        }
        guard claim["energy"] != nil || claim["carbon"] != nil else {
            let places = [energy, carbon].compactMap(\.self).joined(separator: " or ")
            throw Mismatch(
                reason: "it says neither energy nor carbon: nothing stands at \(places)")
        }
        return .object(claim)
    }

    /// Null stays null: it says that the value is not known.
    private func scaled(_ value: JSONValue, _ place: String) throws(Mismatch) -> JSONValue {
        if value == .null { return value }
        guard let number = value.number else {
            throw Mismatch(reason: "what stands at \(place) is no number: \(value.compactText)")
        }
        guard scale != Self.billion else { return value }
        guard let units = number.units(decimals: 9) else {
            throw Mismatch(reason: "\(number.text) at \(place) is out of all proportion")
        }
        let product = Int128(units) * Int128(scale) / Int128(Self.billion)
        return .number(JSONNumber(units: Int64(clamping: product), decimals: 9))
    }

    /// A number where it is one, null where there is nothing, a text otherwise.
    private static func value(of text: String) -> JSONValue {
        if text.isEmpty { return .null }
        if let value = try? JSONValue(parsing: text), value.number != nil { return value }
        return .string(text)
    }
}
