import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// A run of a client that logs in, subscribes, and polls six outlets, three branches and the unit
/// each minute; the unit twice more in between. All sums follow from the loads.
struct PolledRun: Sendable {
    /// Milliwatts that an outlet (from 0) draws beyond the usual at a poll (from 0).
    var extra: @Sendable (Int, Int) -> Int64 = { _, _ in 0 }

    static let start = SyntheticRun.start
    private static let pdu = SyntheticRun.pdu
    private static let polls = 6

    func document(_ change: (inout GoldenHeader) -> Void) -> GoldenDocument {
        document(entries, change)
    }

    func document(
        _ entries: [RecordEntry], _ change: (inout GoldenHeader) -> Void
    ) -> GoldenDocument {
        var header = GoldenHeader(SyntheticRun.header)
        change(&header)
        return GoldenDocument(header: header, entries: entries)
    }

    var entries: [RecordEntry] {
        var entries = [Self.login(user: "admin"), Self.subscription]
        var millijoules = [Int64](repeating: 360_119_900, count: 6)
        for poll in 0..<Self.polls {
            let instant = Self.start + .minutes(Int64(poll))
            let loads = (0..<6).map { 40_000 + Int64($0) * 1000 + extra($0, poll) }
            for second in [-20, -10] as [Int64] where poll > 0 {
                entries.append(
                    get("Metrics", loads.reduce(0, +), nil, at: instant + .seconds(second)))
            }
            for (outlet, load) in loads.enumerated() { millijoules[outlet] += load * 60 }
            for outlet in 0..<6 {
                entries.append(
                    get("Outlets/\(outlet + 1)", loads[outlet], millijoules[outlet], at: instant))
            }
            for (index, branch) in ["A", "B", "C"].enumerated() {
                let outlets = (0..<6).filter { $0 % 3 == index }
                entries.append(
                    get(
                        "Branches/\(branch)", outlets.reduce(0) { $0 + loads[$1] },
                        outlets.reduce(0) { $0 + millijoules[$1] }, at: instant))
            }
            entries.append(
                get("Metrics", loads.reduce(0, +), millijoules.reduce(0, +), at: instant))
        }
        return entries + [
            .truth(
                TruthRecord(
                    instant: Self.start + .seconds(121), outlet: 2, isPowered: false,
                    cause: "breaker A")),
            Self.delivery(status: 204),
            .step(
                StepRecord(
                    instant: Self.start + .seconds(150), action: "expire-sessions",
                    outcome: "1 session ended")),
            Self.claim(energy: "0.5"),
        ]
    }

    static func login(user: String) -> RecordEntry {
        post(
            "/redfish/v1/SessionService/Sessions",
            #"{"UserName":"\#(user)","Password":"<password#1>"}"#)
    }

    private static let subscription = post(
        "/redfish/v1/EventService/Subscriptions", #"{"Context":"mine"}"#)

    static func delivery(status: Int) -> RecordEntry {
        .exchange(
            Exchange(
                instant: start + .seconds(122), direction: .delivery,
                request: RequestMessage(
                    .post, "/events", body: Array(#"{"Events":[{"MessageId":"Trip"}]}"#.utf8)),
                response: ResponseMessage(status: .init(code: status))))
    }

    static func claim(energy: String) -> RecordEntry {
        .claim(
            ClaimRecord(
                instant: start + .minutes(Int64(polls)),
                claim: ["scope": "pdu", "energy": .number(JSONNumber(text: energy))]))
    }

    private static func post(_ target: String, _ body: String) -> RecordEntry {
        .exchange(
            Exchange(
                instant: start, direction: .request,
                request: RequestMessage(.post, target, body: Array(body.utf8)),
                response: ResponseMessage(status: .created)))
    }

    private func get(
        _ path: String, _ milliwatts: Int64, _ millijoules: Int64?, at instant: VirtualInstant
    ) -> RecordEntry {
        var writer = JSONWriter()
        let id = path.split(separator: "/").last.map(String.init) ?? ""
        writer.object { writer in
            writer.member("@odata.id", "\(Self.pdu)/\(path)")
            writer.member("Name", path.hasPrefix("Outlets") ? "Outlet \(id)" : id)
            if path.hasPrefix("Outlets") {
                writer.member("PowerState", "On")
                writer.object("Voltage") { $0.member("Reading", 230) }
                writer.object("CurrentAmps") {
                    $0.member("Reading", units: milliwatts * 1000 / 230_000, decimals: 3)
                }
            }
            writer.object("PowerWatts") { writer in
                writer.member("Reading", units: milliwatts / 100, decimals: 1)
                if path.hasPrefix("Outlets") {
                    writer.member("PowerFactor", units: 95, decimals: 2)
                }
            }
            if let millijoules {
                writer.object("EnergykWh") {
                    $0.member("Reading", units: millijoules / 360_000, decimals: 4)
                }
            }
        }
        return .exchange(
            Exchange(
                instant: instant, direction: .request,
                request: RequestMessage(
                    .get, "\(Self.pdu)/\(path)", fields: [.xAuthToken: "<token#1>"]),
                response: ResponseMessage(
                    status: .ok, fields: [.contentType: "application/json", .allow: "GET, HEAD"],
                    body: writer.bytes)))
    }
}

extension RecordEntry {
    func isGet(_ path: String, at poll: Int) -> Bool {
        guard case .exchange(let exchange) = self, exchange.request.head.method == .get else {
            return false
        }
        return exchange.request.target.contains(path)
            && exchange.instant == PolledRun.start + .minutes(Int64(poll))
    }

    var isDelivery: Bool {
        if case .exchange(let exchange) = self { exchange.direction == .delivery } else { false }
    }
}

extension [RecordEntry] {
    func index(_ path: String, at poll: Int) -> Int? {
        firstIndex { $0.isGet(path, at: poll) }
    }

    mutating func change(_ path: String, at poll: Int, _ change: (inout Exchange) -> Void) {
        guard let index = index(path, at: poll), case .exchange(var exchange) = self[index] else {
            return
        }
        change(&exchange)
        self[index] = .exchange(exchange)
    }

    mutating func replaceTruth(cause: String) {
        self = map { entry in
            guard case .truth(var truth) = entry else { return entry }
            truth.cause = cause
            return .truth(truth)
        }
    }
}
