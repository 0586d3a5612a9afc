import Scenarios
import SmartPDU
import VirtualTime

/// What a client under test has to do with: how it gets in, how often it is to poll, how long it
/// works, when it is started again. It comes from a scenario, or from a recording that is replayed.
struct ClientScenario: Sendable {
    /// What the client's files are named after.
    var name: String
    var start: VirtualInstant
    var end: VirtualInstant
    var client: Scenario.ClientPlan
    var timeline: [Scenario.TimelineStep] = []
    var carbon: [Scenario.CarbonStep] = []
    var userName: String
    var password: String
    var outcome = Expectation.Outcome.done
    /// Whether a client that ends by itself may be done with its work.
    var mayEndEarly = false

    init(
        name: String, start: VirtualInstant, end: VirtualInstant, client: Scenario.ClientPlan,
        userName: String, password: String
    ) {
        self.name = name
        self.start = start
        self.end = end
        self.client = client
        self.userName = userName
        self.password = password
    }

    init(of scenario: Scenario) {
        let service = scenario.device.service
        self.init(
            name: scenario.name, start: scenario.start, end: scenario.end, client: scenario.client,
            userName: service.userName, password: service.password)
        timeline = scenario.timeline
        carbon = scenario.carbon
        outcome = scenario.expectation.outcome
    }
}
