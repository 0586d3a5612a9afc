package import HTTPMessages
import HTTPTypes
package import Recordings
package import Schema
package import SmartPDU
import Synchronization
package import VirtualTime

/// Owns the device of a run. One lock is one request is one place in the recording.
///
/// Nothing is sent and nobody is woken under the lock: what is to be done is handed out by
/// `drain()`.
package final class DeviceHost: Sendable {
    private struct State {
        var device: SmartPDU
        var faults: FaultPlayer
        /// Whether what happens is kept until it is drained.
        let records: Bool
        /// The latest instant the device has seen. A wall clock may be set back; the device's time
        /// then stands still until it has caught up.
        var latest: VirtualInstant
        var entries: [RecordEntry] = []
        var deliveries: [Delivery] = []
        /// What the host carries out by itself, where its clock runs by itself.
        var script: DeviceScript?

        mutating func advance(to instant: VirtualInstant) -> VirtualInstant {
            catchUp(to: instant)
            latest = max(latest, instant)
            return latest
        }

        /// Lets happen what was due, each at its own instant however late we come, so that what the
        /// device shows depends on the time of asking only.
        mutating func catchUp(to instant: VirtualInstant) {
            while let due = script?.nextDue(wake: device.nextWake), due <= instant {
                latest = max(latest, due)
                if let wake = device.nextWake, wake <= latest {
                    take(device.wake(at: latest))
                } else if let step = script?.takeStep() {
                    perform(step, at: latest)
                }
            }
        }

        mutating func perform(_ step: Scenario.TimelineStep, at instant: VirtualInstant) {
            var outcomes: [String] = []
            for operation in step.operations {
                let (outcome, effects) = device.operate(operation, at: instant)
                take(effects)
                outcomes.append(outcome)
            }
            record(
                .step(
                    StepRecord(
                        instant: instant, action: step.action,
                        outcome: outcomes.joined(separator: "; "))))
        }

        /// The device's answer, or what a fault makes of it, and the fault that played.
        mutating func answer(
            _ request: RequestMessage, at instant: VirtualInstant
        ) -> (ResponseMessage, FaultRule?) {
            let fault = faults.fault(on: request, at: instant)
            if let fault, case .status(let status, let retryAfter) = fault.effect {
                faults.notePlayed(fault)
                let refusal = device.refusal(
                    .scripted(status: status, retryAfterSeconds: retryAfter), of: request,
                    at: instant)
                return (refusal, fault)
            }
            let answer = device.handle(request, at: instant)
            take(answer.effects)
            guard let fault, case .edit(let edits) = fault.effect,
                let changed = answer.response.edited(edits)
            else { return (answer.response, nil) }
            faults.notePlayed(fault)
            return (changed, fault)
        }

        mutating func take(_ effects: [Effect]) {
            for effect in effects {
                switch effect {
                case .deliver(let delivery): deliveries.append(delivery)
                case .power(let outlet, let isPowered, let cause, let instant):
                    record(
                        .truth(
                            TruthRecord(
                                instant: instant, outlet: outlet, isPowered: isPowered,
                                cause: cause)))
                }
            }
        }

        mutating func record(_ entry: @autoclosure () -> RecordEntry) {
            if records { entries.append(entry()) }
        }
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> VirtualInstant

    /// - Parameters:
    ///   - records: Whether what happens is kept until it is drained.
    ///   - playsByItself: Whether the host lets happen what is due by its clock, the timeline
    ///     included; on the virtual clock the driver does.
    ///   - now: The clock of the run; virtual, paced or the wall's.
    package init(
        _ scenario: Scenario, catalog: MessageCatalog, privileges: PrivilegeRegistry,
        records: Bool = true, playsByItself: Bool = false,
        now: @escaping @Sendable () -> VirtualInstant
    ) {
        let device = SmartPDU(
            configuration: scenario.device, loads: scenario.loads, seed: scenario.seed,
            start: scenario.start, catalog: catalog, privileges: privileges)
        state = Mutex(
            State(
                device: device, faults: FaultPlayer(scenario.faults, start: scenario.start),
                records: records, latest: scenario.start,
                script: playsByItself ? DeviceScript(scenario) : nil))
        self.now = now
    }

    /// Answers a request, with the scenario's faults, and records the exchange.
    package func handle(_ request: RequestMessage) -> ResponseMessage { answer(request).response }

    /// Answers a request, and says whether it made anything to deliver.
    package func answer(
        _ request: RequestMessage
    ) -> (response: ResponseMessage, hasDeliveries: Bool) {
        state.withLock { state in
            let instant = state.advance(to: now())
            let (response, fault) = state.answer(request, at: instant)
            state.record(
                .exchange(
                    Exchange(
                        instant: instant, direction: .request, request: request.withoutTransport,
                        response: response, fault: fault?.name)))
            return (response, !state.deliveries.isEmpty)
        }
    }

    /// When the device wants to be woken next.
    package var nextWake: VirtualInstant? { state.withLock { $0.device.nextWake } }

    /// When something is due next that the host lets happen by itself.
    package var nextDue: VirtualInstant? {
        state.withLock { state in state.script?.nextDue(wake: state.device.nextWake) }
    }

    /// Lets happen what is due. Every other call does so too; this one is for when none comes.
    package func catchUp() {
        state.withLock { state in _ = state.advance(to: now()) }
    }

    /// Records what happened beside the exchanges, in its place among them.
    ///
    /// - Parameter entries: Makes them, given the time.
    package func note(_ entries: (VirtualInstant) -> [RecordEntry]) {
        state.withLock { state in
            for entry in entries(state.advance(to: now())) { state.record(entry) }
        }
    }

    /// How many steps of the timeline the host has carried out by itself.
    package var stepsReached: Int { state.withLock { $0.script?.stepsReached ?? 0 } }

    package func wake() {
        state.withLock { state in
            let instant = state.advance(to: now())
            state.take(state.device.wake(at: instant))
        }
    }

    /// Carries out a step of the timeline.
    package func perform(_ step: Scenario.TimelineStep) {
        state.withLock { state in
            state.perform(step, at: state.advance(to: now()))
        }
    }

    package func deliveryEnded(_ delivery: Delivery, status: Int?) {
        state.withLock { state in
            let instant = state.advance(to: now())
            state.take(state.device.deliveryEnded(delivery.id, status: status, at: instant))
        }
    }

    /// What has been recorded and what is to be delivered since the last call.
    package func drain() -> (entries: [RecordEntry], deliveries: [Delivery]) {
        state.withLock { state in
            defer {
                state.entries.removeAll(keepingCapacity: true)
                state.deliveries.removeAll(keepingCapacity: true)
            }
            return (state.entries, state.deliveries)
        }
    }

    /// Which paths show which metering point.
    package var meteringMap: SmartPDU.MeteringMap { state.withLock { $0.device.meteringMap } }

    /// How often each fault has played.
    package var faultCounts: [(name: String, count: Int)] {
        state.withLock { $0.faults.playCounts }
    }
}

extension RequestMessage {
    /// Without the fields that only carry the message, so that a recording does not depend on the
    /// transport.
    var withoutTransport: RequestMessage {
        var request = self
        request.head.headerFields[.host] = nil
        request.head.headerFields[.contentLength] = nil
        request.head.headerFields[.connection] = nil
        request.head.scheme = nil
        request.head.authority = nil
        return request
    }
}
