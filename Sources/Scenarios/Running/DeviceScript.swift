import VirtualTime

/// What is due on a clock that runs by itself: the timeline's steps and the device's own wakes.
struct DeviceScript: Sendable {
    private(set) var stepsReached = 0
    /// Those that were played, in that order, and then those to come by their time.
    private var steps: [Scenario.TimelineStep]
    private let start: VirtualInstant

    init(_ scenario: Scenario) {
        steps = scenario.timeline
        start = scenario.start
    }

    private var nextStep: VirtualInstant? {
        stepsReached < steps.count ? start + steps[stepsReached].offset : nil
    }

    /// Counts steps as reached that were played before the service was started again.
    mutating func skip(_ count: Int) {
        stepsReached = max(stepsReached, min(count, steps.count))
    }

    /// The earlier of the next step and the device's next wake; nil where neither will come.
    func nextDue(wake: VirtualInstant?) -> VirtualInstant? {
        guard let wake, let nextStep else { return wake ?? nextStep }
        return min(wake, nextStep)
    }

    /// The steps that have not been played.
    var stepsToCome: ArraySlice<Scenario.TimelineStep> { steps[stepsReached...] }

    /// The next step that does this, whatever its time; it counts as reached. Nil where none is
    /// left.
    mutating func takeStep(doing action: String) -> Scenario.TimelineStep? {
        guard let index = stepsToCome.firstIndex(where: { $0.action == action }) else { return nil }
        steps.insert(steps.remove(at: index), at: stepsReached)
        return takeStep()
    }

    /// The next step, which counts as reached.
    mutating func takeStep() -> Scenario.TimelineStep? {
        guard stepsReached < steps.count else { return nil }
        defer { stepsReached += 1 }
        return steps[stepsReached]
    }
}
