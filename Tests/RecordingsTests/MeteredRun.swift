import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// A unit of two outlets, each on a branch of its own, whose readings are what a test says: by
/// resource, object and member the number at each minute.
struct MeteredRun {
    static let start = SyntheticRun.start
    private static let base = SyntheticRun.pdu
    static let minutes = 0...6

    /// `Outlets/1`, then `PowerWatts/Reading`, then a number for each minute.
    var readings: [String: [String: [String]]] = [:]
    /// Members of the payloads that are no readings.
    var links = [
        "Outlets/1": #""Links":{"BranchCircuit":{"@odata.id":"\#(base)/Branches/A"}}"#,
        "Outlets/2": #""Links":{"BranchCircuit":{"@odata.id":"\#(base)/Branches/B"}}"#,
        "Branches/A": #""ElectricalContext":"Line1ToNeutral""#,
        "Branches/B": #""ElectricalContext":"Line2ToNeutral""#,
    ]
    /// What nobody reads at a minute.
    var unread: [String: [Int]] = [:]
    var others: [RecordEntry] = []
    var claims: [String] = []

    init() {
        for path in ["Outlets/1", "Outlets/2", "Branches/A", "Branches/B", "Metrics"] {
            readings[path] = [
                "PowerWatts/Reading": Array(repeating: "100.0", count: Self.minutes.count),
                "EnergykWh/Reading": Self.minutes.map { "1.\(200 + $0)" },
            ]
            if path != "Metrics" {
                readings[path]?["Voltage/Reading"] = Array(
                    repeating: "230.0", count: Self.minutes.count)
            }
        }
    }

    subscript(path: String, member: String) -> [String] {
        get { readings[path]?[member] ?? [] }
        set { readings[path]?[member] = newValue }
    }

    /// Changes a reading at some minutes by so many units of its last digit.
    mutating func add(_ path: String, _ member: String, at minutes: [Int], _ units: Int64) {
        for minute in minutes {
            let text = self[path, member][minute]
            let decimals = text.split(separator: ".").last.map(\.count) ?? 0
            let number = JSONNumber(text: text).units(decimals: decimals) ?? 0
            self[path, member][minute] = JSONNumber(units: number + units, decimals: decimals).text
        }
    }

    var document: GoldenDocument {
        var entries = others
        for minute in Self.minutes {
            for path in readings.keys.sorted() where unread[path]?.contains(minute) != true {
                entries.append(exchange(path, minute))
            }
        }
        for claim in claims {
            if let value = try? JSONValue(parsing: claim) {
                entries.append(.claim(ClaimRecord(instant: Self.start + .minutes(6), claim: value)))
            }
        }
        entries.sort { $0.instant < $1.instant }
        return GoldenDocument(header: GoldenHeader(SyntheticRun.header), entries: entries)
    }

    private func exchange(_ path: String, _ minute: Int) -> RecordEntry {
        var objects: [String: [String]] = [:]
        for (member, numbers) in readings[path] ?? [:] {
            let names = member.split(separator: "/").map(String.init)
            objects[names[0], default: []].append("\"\(names[1])\":\(numbers[minute])")
        }
        let members = objects.keys.sorted().map { name in
            "\"\(name)\":{\((objects[name] ?? []).sorted().joined(separator: ","))}"
        }
        let body = "{\((members + [links[path]].compactMap(\.self)).joined(separator: ","))}"
        return .exchange(
            Exchange(
                instant: Self.start + .minutes(Int64(minute)), direction: .request,
                request: RequestMessage(.get, "\(Self.base)/\(path)"),
                response: ResponseMessage(
                    status: .ok, fields: [.contentType: "application/json"],
                    body: Array(body.utf8))))
    }

    static func delivery(of message: String, origin: String, at second: Int64) -> RecordEntry {
        let body = """
            {"Events":[{"MessageId":"\(message)","OriginOfCondition":{"@odata.id":"\(base)/\(origin)"}}]}
            """
        return .exchange(
            Exchange(
                instant: start + .seconds(second), direction: .delivery,
                request: RequestMessage(
                    .post, "/events", fields: [.contentType: "application/json"],
                    body: Array(body.utf8)),
                response: ResponseMessage(status: .noContent)))
    }

    /// The causes of what differs in another run, and what follows from each.
    func causes(of change: (inout MeteredRun) -> Void) -> [String] {
        var other = self
        change(&other)
        let (golden, run) = (document, other.document)
        let found = GoldenComparison.differences(golden: golden, run: run).differences
        return DifferenceCause.causes(of: found, golden: golden, run: run).map { cause in
            ([cause.subject + " " + cause.change] + cause.consequenceWords)
                .joined(separator: "; ")
        }
    }
}
