package import Recordings
import ReferenceClient

extension RunConclusion {
    /// What is recorded of how a run went.
    package init(_ result: ScenarioDriver.Result, of scenario: Scenario) {
        self.init()
        stepsReached = result.stepsReached
        var missed = (result.stepsMissed ?? Array(scenario.timeline.dropFirst(stepsReached)))[...]
        for (index, step) in scenario.timeline.enumerated() where missed.first == step {
            stepsMissed.append(index + 1)
            missed.removeFirst()
        }
        faultCounts = result.faultCounts.map { FaultCount(name: $0.name, count: $0.count) }
        clientOutcome = result.clientOutcome?.rawValue
        program = result.program
    }
}

extension ScenarioDriver.Result {
    /// How a run went that was recorded.
    package init(_ conclusion: RunConclusion, of scenario: Scenario) {
        self.init()
        clientOutcome = conclusion.clientOutcome.flatMap(EnergyAggregator.Outcome.init(rawValue:))
        stepsReached = conclusion.stepsReached
        let timeline = scenario.timeline
        stepsMissed = conclusion.stepsMissed.compactMap { number in
            timeline.indices.contains(number - 1) ? timeline[number - 1] : nil
        }
        faultCounts = conclusion.faultCounts.map { ($0.name, $0.count) }
        program = conclusion.program
    }
}
