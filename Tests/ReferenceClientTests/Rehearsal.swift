import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import VirtualTime

/// Plays the aggregator against the fake device on virtual time and notes everything.
struct Rehearsal {
    struct Exchange {
        var instant: VirtualInstant
        var request: RequestMessage
        var status: Int?
        var line: String { "\(request.head.method.rawValue) \(request.target)" }
    }

    var device = FakeDevice()
    var configuration: EnergyAggregator.Configuration
    /// What happens on the device, and the deliveries it makes.
    var script: [(instant: VirtualInstant, step: (inout FakeDevice) -> [String])] = []

    private(set) var exchanges: [Exchange] = []
    private(set) var claims: [JSONValue] = []
    private(set) var logs: [String] = []
    private(set) var answers: [Int] = []
    private(set) var outcome: EnergyAggregator.Outcome?
    private(set) var end: VirtualInstant?

    init(_ misbehaviour: Misbehaviour = []) {
        configuration = .init(userName: "admin", password: "secret")
        configuration.callbackURL = "http://127.0.0.1:4711/events"
        configuration.misbehaviour = misbehaviour
    }

    mutating func run(seconds: Int64) {
        var client = EnergyAggregator(configuration: configuration)
        var queue = EventQueue<EnergyAggregator.Input>()
        var wake: VirtualInstant?
        queue.add(.start, at: start)
        for (index, entry) in script.enumerated() {
            queue.add(.delivery(RequestMessage(.get, "\(index)")), at: entry.instant)
        }
        queue.add(.stop, at: at(seconds))
        while outcome == nil, exchanges.count < 100_000 {
            let next = [queue.nextInstant, wake].compactMap { $0 }.min()
            guard let now = next, now < at(seconds + 86_400) else { return }
            var inputs: [EnergyAggregator.Input] = []
            if wake == now {
                wake = nil
                inputs = [.wake]
            } else if let event = queue.removeFirst()?.event {
                inputs = [event]
                // A numbered step of the script stands in the queue as a GET delivery.
                if case .delivery(let step) = event, let index = Int(step.target) {
                    inputs = script[index].step(&device).map {
                        .delivery(RequestMessage(.post, "/events", body: Array($0.utf8)))
                    }
                }
            }
            for input in inputs { play(input, at: now, client: &client, wake: &wake) }
        }
    }

    private mutating func play(
        _ first: EnergyAggregator.Input, at now: VirtualInstant, client: inout EnergyAggregator,
        wake: inout VirtualInstant?
    ) {
        var next: EnergyAggregator.Input? = first
        while let input = next, exchanges.count < 100_000 {
            next = nil
            for action in client.receive(input, at: now) {
                switch action {
                case .send(let request):
                    let result = device.answer(request, at: now)
                    let response = try? result.get()
                    exchanges.append(
                        Exchange(instant: now, request: request, status: response?.status))
                    next =
                        switch result {
                        case .success(let response): .response(response)
                        case .failure(let failure): .failure(failure)
                        }
                case .wake(let instant): wake = instant
                case .answer(let response): answers.append(response.status)
                case .claim(let claim): claims.append(claim)
                case .log(let text): logs.append(text)
                case .finish(let result):
                    outcome = result
                    end = now
                }
            }
        }
    }

    func count(_ line: String) -> Int { exchanges.count { $0.line == line } }

    func instants(of line: String) -> [Int64] {
        exchanges.filter { $0.line == line }.map { ($0.instant - start).milliseconds / 1000 }
    }

    func claim(_ scope: String, _ member: String = "energy") -> JSONValue? {
        claims.first { $0["scope"]?.string == scope && $0[member] != nil }
    }

    func energy(_ scope: String) -> String? { claim(scope)?["energy"]?.number?.text }

    static let login = "POST /redfish/v1/Login"
}

/// One event record and its envelope.
func delivery(
    _ message: String, id: String, origin: String? = nil, context: String? = nil, group: Int = 0
) -> String {
    let link = origin.map { ",\"OriginOfCondition\":{\"@odata.id\":\"\($0)\"}" } ?? ""
    let envelope = context.map { "\"Context\":\"\($0)\"," } ?? ""
    return """
        {\(envelope)"Events":[{"EventId":"\(id)","MemberId":"0","MessageId":"\(message)",
         "EventGroupId":\(group)\(link)}]}
        """
}
