import Scenarios
import Synchronization
import VirtualTime
import Wire

/// The steps that somebody wants a stepped clock to make, one after another.
final class SteppedTime: Sendable {
    /// What came of a step.
    struct Passage: Sendable {
        var instant: VirtualInstant
        var deliveries: Int
        /// Whether the clock waits here for the client to be stopped.
        var isHeld = false
    }

    struct Step: Sendable {
        var target: VirtualInstant
        /// Whether the clock stops where something was delivered, so that a client may react.
        var stopsAtDelivery: Bool
        var done: @Sendable (Passage) -> Void
    }

    private struct State {
        var steps: [Step] = []
        var wake: (@Sendable () -> Void)?
        var beforeStep: (@Sendable () -> Void)?
        var limit: VirtualInstant?
        /// Whether somebody wanted to go on from where the clock is held.
        var wasAskedWhileHeld = false
        var isOver = false
    }

    let clock: SteppedClock
    private let state = Mutex(State())

    init(clock: SteppedClock) { self.clock = clock }

    func add(_ step: Step) {
        let (wake, isOver) = state.withLock { state in
            if !state.isOver { state.steps.append(step) }
            return (state.wake, state.isOver)
        }
        if isOver { step.done(Passage(instant: clock.now(), deliveries: 0)) }
        wake?()
    }

    /// Moves the clock, and returns when everything has happened that was due until then.
    @discardableResult
    func advance(to target: VirtualInstant) async -> Passage {
        await withCheckedContinuation { continuation in
            add(Step(target: target, stopsAtDelivery: false) { continuation.resume(returning: $0) })
        }
    }

    /// - Parameter wake: Called when there is a step to make.
    func attach(wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
        wake()
    }

    /// Lets nobody move the clock beyond an instant; nil lifts that again.
    func hold(at limit: VirtualInstant?) {
        state.withLock { state in
            state.limit = limit
            state.wasAskedWhileHeld = false
        }
    }

    /// Whether somebody who was told that the clock is held wants to go on all the same.
    var wasAskedWhileHeld: Bool { state.withLock { $0.wasAskedWhileHeld } }

    /// Whether the clock is where it is held.
    var isHeld: Bool { state.withLock { $0.limit.map { clock.now() >= $0 } ?? false } }

    /// - Parameter work: Done before every step, at the time that was.
    func beforeEachStep(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.beforeStep = work }
    }

    /// The next step to make; nil where nobody wants one.
    func next() -> Step? {
        let (step, before) = state.withLock { state in
            var step = state.steps.isEmpty ? nil : state.steps.removeFirst()
            if let limit = state.limit, let target = step?.target {
                step?.target = min(target, limit)
                state.wasAskedWhileHeld = state.wasAskedWhileHeld || clock.now() >= limit
            }
            return (step, state.beforeStep)
        }
        if step != nil { before?() }
        return step
    }

    /// Nobody moves the clock any more: whoever waits for it is told how far it came.
    func end() {
        let steps = state.withLock { state in
            defer { state.steps = [] }
            state.isOver = true
            return state.steps
        }
        for step in steps { step.done(Passage(instant: clock.now(), deliveries: 0)) }
    }
}
