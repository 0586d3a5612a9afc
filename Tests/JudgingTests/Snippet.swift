import Electrical
import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Judging
import Recordings
import VirtualTime

/// A recording of a few lines, written as a story: each method adds an entry at the current
/// instant.
struct Snippet {
    static let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)
    static let unit = "/redfish/v1/PowerEquipment/RackPDUs/1"
    static let sessions = "/redfish/v1/SessionService/Sessions"
    static let subscriptions = "/redfish/v1/EventService/Subscriptions"
    static let listener = "http://127.0.0.1:9/events"

    private(set) var entries: [RecordEntry] = []
    private var instant = Snippet.start
    /// The token that requests carry.
    var token: String? = "token-1"
    var userAgent: String? = "snippet/1"

    /// Moves to this second of the scenario.
    mutating func at(_ second: Int64) {
        instant = Self.start + .seconds(second)
    }

    mutating func at(milliseconds: Int64) {
        instant = Self.start + .milliseconds(milliseconds)
    }

    static func time(_ second: Int64) -> String { (start + .seconds(second)).iso8601 }

    // MARK: Requests

    mutating func request(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        status: Int? = 200, answer: JSONValue? = nil, fields: HTTPFields = [:],
        answerFields: HTTPFields = [:], fault: String? = nil
    ) {
        var requestFields = fields
        if let token { requestFields[.xAuthToken] = token }
        if body != nil, fields[.contentType] == nil {
            requestFields[.contentType] = "application/json"
        }
        if let userAgent { requestFields[.userAgent] = userAgent }
        var responseFields = answerFields
        if answer != nil, answerFields[.contentType] == nil {
            responseFields[.contentType] = "application/json"
        }
        let response = status.map {
            ResponseMessage(
                status: HTTPResponse.Status(code: $0), fields: responseFields,
                body: answer?.compactBytes ?? [])
        }
        entries.append(
            .exchange(
                Exchange(
                    instant: instant, direction: .request,
                    request: RequestMessage(
                        method, target, fields: requestFields, body: body?.compactBytes ?? []),
                    response: response, failure: response == nil ? .timeout : nil, fault: fault)))
    }

    mutating func get(
        _ target: String, _ answer: JSONValue? = nil, status: Int = 200, fault: String? = nil
    ) {
        request(.get, target, status: status, answer: answer, fault: fault)
    }

    /// The service root, which links what the other methods use.
    mutating func root() {
        let saved = token
        token = nil
        get(
            "/redfish/v1/",
            [
                "@odata.type": "#ServiceRoot.v1_17_0.ServiceRoot", "@odata.id": "/redfish/v1/",
                "Links": ["Sessions": ["@odata.id": .string(Self.sessions)]],
                "EventService": ["@odata.id": "/redfish/v1/EventService"],
                "PDU": ["@odata.id": .string(Self.unit)],
                "Outlets": .array(
                    (1...4).map { ["@odata.id": .string("\(Self.unit)/Outlets/\($0)")] }),
                "Branches": .array(
                    ["A", "B"].map { ["@odata.id": .string("\(Self.unit)/Branches/\($0)")] }),
                "Metrics": ["@odata.id": .string("\(Self.unit)/Metrics")],
                "Mains": ["@odata.id": .string("\(Self.unit)/Mains/AC1")],
                "Subscriptions": ["@odata.id": .string(Self.subscriptions)],
            ])
        token = saved
    }

    // MARK: Sessions

    mutating func login(
        session: Int = 1, status: Int = 201, to path: String = Snippet.sessions,
        body: JSONValue = ["UserName": "reader", "Password": "secret"]
    ) {
        token = nil
        let isOpen = status == 201
        request(
            .post, path, body, status: status,
            answer: isOpen ? ["@odata.id": .string("\(Self.sessions)/\(session)")] : ["error": [:]],
            answerFields: isOpen
                ? [.location: "\(Self.sessions)/\(session)", .xAuthToken: "token-\(session)"] : [:])
        if isOpen { token = "token-\(session)" }
    }

    mutating func logout(session: Int = 1, status: Int = 204) {
        request(.delete, "\(Self.sessions)/\(session)", status: status)
    }

    // MARK: Resources

    mutating func outlet(
        _ number: Int, kWh: String? = nil, watts: String? = nil, lifetime: String? = nil,
        reset: String? = nil, members: [(String, JSONValue)] = [], fault: String? = nil
    ) {
        get(
            "\(Self.unit)/Outlets/\(number)",
            .metered(
                "#Outlet.v1_4_4.Outlet", kWh: kWh, watts: watts, lifetime: lifetime, reset: reset,
                members: members), fault: fault)
    }

    mutating func branch(_ letter: String, kWh: String? = nil, watts: String? = nil) {
        get(
            "\(Self.unit)/Branches/\(letter)",
            .metered("#Circuit.v1_9_0.Circuit", kWh: kWh, watts: watts))
    }

    mutating func mains(kWh: String? = nil, watts: String? = nil) {
        get("\(Self.unit)/Mains/AC1", .metered("#Circuit.v1_9_0.Circuit", kWh: kWh, watts: watts))
    }

    mutating func metrics(kWh: String? = nil, watts: String? = nil) {
        get(
            "\(Self.unit)/Metrics",
            .metered(
                "#PowerDistributionMetrics.v1_4_0.PowerDistributionMetrics", kWh: kWh,
                watts: watts))
    }

    mutating func sensor(
        _ name: String, _ type: String, _ reading: String, units: String, reset: String? = nil,
        readingTime: Int64? = nil
    ) {
        var members: [(String, JSONValue)] = [
            ("@odata.type", "#Sensor.v1_12_0.Sensor"), ("ReadingType", .string(type)),
            ("Reading", .text(reading)), ("ReadingUnits", .string(units)),
        ]
        if let reset { members.append(("SensorResetTime", .string(reset))) }
        if let readingTime {
            members.append(("ReadingTime", .string(Self.time(readingTime))))
        }
        get("/redfish/v1/Chassis/PDU/Sensors/\(name)", .members(members))
    }

    // MARK: Events

    mutating func subscribe(
        _ number: Int = 1, context: String = "mine", to listener: String = Snippet.listener,
        extra: [(String, JSONValue)] = [], protocol: JSONValue? = "Redfish", status: Int = 201
    ) {
        var body: [(String, JSONValue)] = [("Destination", .string(listener))]
        if let value = `protocol` { body.append(("Protocol", value)) }
        body.append(("Context", .string(context)))
        request(
            .post, Self.subscriptions, .members(body + extra), status: status,
            answerFields: [.location: "\(Self.subscriptions)/\(number)"])
    }

    mutating func unsubscribe(_ number: Int = 1) {
        request(.delete, "\(Self.subscriptions)/\(number)", status: 204)
    }

    mutating func deliver(
        _ id: String, _ message: String = "Power.1.2.BreakerTripped", origin: String? = nil,
        context: String = "mine", to path: String = "/events", status: Int = 204,
        fault: String? = nil
    ) {
        var record: [(String, JSONValue)] = [
            ("EventId", .string(id)), ("MessageId", .string(message)), ("MemberId", "0"),
        ]
        if let origin {
            record.append(("OriginOfCondition", ["@odata.id": .string(origin)]))
        }
        let payload: JSONValue = [
            "@odata.type": "#Event.v1_11_0.Event", "Id": .string(id), "Name": "Events",
            "Context": .string(context), "Events": .array([.members(record)]),
        ]
        entries.append(
            .exchange(
                Exchange(
                    instant: instant, direction: .delivery,
                    request: RequestMessage(
                        .post, path, fields: [.contentType: "application/json"],
                        body: payload.compactBytes),
                    response: ResponseMessage(status: HTTPResponse.Status(code: status)),
                    fault: fault)))
    }

    // MARK: Streams

    mutating func stream(lastEventID: String? = nil, status: Int = 200, retryAfter: String? = nil) {
        var fields: HTTPFields = [.accept: "text/event-stream"]
        if let lastEventID, let name = HTTPField.Name("Last-Event-ID") {
            fields[name] = lastEventID
        }
        var answer: HTTPFields = [
            .contentType: status == 200 ? "text/event-stream" : "application/json"
        ]
        if let retryAfter { answer[.retryAfter] = retryAfter }
        request(
            .get, "/redfish/v1/EventService/SSE", status: status, fields: fields,
            answerFields: answer)
    }

    mutating func event(_ id: String, on stream: Int, origin: String? = nil) {
        let payload: JSONValue? = origin.map {
            [
                "Id": .string(id),
                "Events": [
                    ["EventId": .string(id), "OriginOfCondition": ["@odata.id": .string($0)]]
                ],
            ]
        }
        entries.append(
            .streamed(
                StreamRecord(
                    instant: instant, stream: stream,
                    payload: .init(id: id, body: payload?.compactBytes ?? []))))
    }

    mutating func endStream(_ stream: Int) {
        entries.append(.streamed(StreamRecord(instant: instant, stream: stream, payload: nil)))
    }

    // MARK: Truth and claims

    mutating func power(outlet number: Int, _ isPowered: Bool, cause: String = "breaker A") {
        entries.append(
            .truth(
                TruthRecord(
                    instant: instant, outlet: number - 1, isPowered: isPowered, cause: cause)))
    }

    mutating func claim(
        _ scope: String, _ energy: String?, unit: String? = "kWh", from: Int64? = nil,
        to: Int64? = nil, samples: [Int64]? = nil, kind: String = "interval",
        carbon: String? = nil
    ) {
        var members: [(String, JSONValue)] = [("scope", .string(scope)), ("kind", .string(kind))]
        if let energy { members.append(("energy", .text(energy))) }
        if let unit { members.append(("unit", .string(unit))) }
        if let from { members.append(("from", .string(Self.time(from)))) }
        if let to { members.append(("to", .string(Self.time(to)))) }
        if let samples {
            members.append(("samples", .array(samples.map { .string(Self.time($0)) })))
        }
        if let carbon {
            members.append(("carbon", .text(carbon)))
            if energy != nil { members.append(("carbonUnit", "gCO2e")) }
        }
        claim(.members(members))
    }

    mutating func claim(_ json: JSONValue) {
        entries.append(.claim(ClaimRecord(instant: instant, claim: json)))
    }
}

extension JSONValue {
    static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(name: $0.0, value: $0.1) }))
    }

    /// A number as written.
    static func text(_ number: String) -> JSONValue { .number(JSONNumber(text: number)) }

    static func excerpt(_ reading: String, _ members: [(String, JSONValue)] = []) -> JSONValue {
        .members([("Reading", .text(reading))] + members)
    }

    static func metered(
        _ type: String, kWh: String?, watts: String?, lifetime: String? = nil,
        reset: String? = nil, members: [(String, JSONValue)] = []
    ) -> JSONValue {
        var all: [(String, JSONValue)] = [("@odata.type", .string(type))]
        if let kWh {
            var energy: [(String, JSONValue)] = []
            if let lifetime { energy.append(("LifetimeReading", .text(lifetime))) }
            if let reset { energy.append(("SensorResetTime", .string(reset))) }
            all.append(("EnergykWh", .excerpt(kWh, energy)))
        }
        if let watts { all.append(("PowerWatts", .excerpt(watts))) }
        return .members(all + members)
    }
}

extension DeviceFacts {
    /// Four outlets on two branches of a single-phase unit that uses 15 W itself; registers step by
    /// a watt hour, power by a tenth of a watt.
    static var small: DeviceFacts {
        var facts = DeviceFacts(start: Snippet.start, outlets: 4, branches: 2, phases: 1)
        for number in 1...4 {
            facts.resources["\(Snippet.unit)/Outlets/\(number)"] = .outlet(number - 1)
        }
        for (index, letter) in ["A", "B"].enumerated() {
            facts.resources["\(Snippet.unit)/Branches/\(letter)"] = .branch(index)
        }
        facts.resources["\(Snippet.unit)/Mains/AC1"] = .mains
        facts.resources["\(Snippet.unit)/Metrics"] = .unit
        facts.sensors["/redfish/v1/Chassis/PDU/Sensors/Energy1"] = SensorFacts(.outlet(0), .energy)
        facts.sensors["/redfish/v1/Chassis/PDU/Sensors/Power1"] = SensorFacts(.outlet(0), .power)
        for point in Array(facts.resources.values) {
            facts.registers[point] = RegisterFacts(quantumMicrojoules: 3_600_000_000)
        }
        for quantity in MeteredQuantity.allCases {
            facts.resolutions[quantity] = Resolution(stepMillionths: 100_000)
        }
        facts.resolutions[.current] = Resolution(stepMillionths: 10_000)
        facts.resolutions[.powerFactor] = Resolution(stepMillionths: 10_000)
        facts.sums = [
            LevelSum(.branch(0), of: [.outlet(0), .outlet(1)]),
            LevelSum(.branch(1), of: [.outlet(2), .outlet(3)]),
            LevelSum(.mains, of: [.branch(0), .branch(1)], selfConsumptionMilliwatts: 15_000),
            LevelSum(.unit, of: [.mains]),
        ]
        facts.lockoutThreshold = 3
        return facts
    }
}

/// The same power everywhere and always.
struct SteadyTruth: EnergyTruth {
    var milliwatts: Int64

    func energyMicrojoules(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        milliwatts * (instant - Snippet.start).milliseconds
    }
}

/// The results of judging a snippet, by rule id.
struct Judged {
    let groups: [CheckGroup]
    let ledgers: [Ledger]

    init(
        _ facts: DeviceFacts = .small, _ duties: ClientDuties = ClientDuties(),
        truth: (any EnergyTruth)? = nil, schemaRules: [Rule] = [], hasAllHeaderFields: Bool = true,
        judgesDevice: Bool = true,
        validate: @escaping PayloadValidation = { _, _, _ in [] },
        _ story: (inout Snippet) -> Void
    ) {
        var snippet = Snippet()
        story(&snippet)
        let judge = Judge(
            facts: facts, duties: duties, truth: truth, schemaRules: schemaRules,
            hasAllHeaderFields: hasAllHeaderFields, judgesDevice: judgesDevice,
            validatePayload: validate)
        for (index, entry) in snippet.entries.enumerated() {
            judge.observe(entry, line: index + 2)
        }
        groups = judge.finish()
        ledgers = judge.ledgers()
    }

    func ledger(_ name: String) -> Ledger? { ledgers.first { $0.name == name } }

    subscript(id: String) -> RuleResult? {
        groups.lazy.flatMap(\.results).first { $0.rule.id == id || $0.rule.id.hasSuffix("/\(id)") }
    }

    func verdict(_ id: String) -> Verdict? { self[id]?.verdict }

    /// The message of the rule's first finding.
    func finding(_ id: String) -> String? { self[id]?.findings.first?.message }
}
