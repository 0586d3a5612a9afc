package import HTTPMessages
package import HTTPTypes
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
    struct State {
        var device: SmartPDU
        var faults: FaultPlayer
        /// Whether what happens is kept until it is drained.
        let records: Bool
        /// The latest instant the device has seen. A wall clock may be set back; the device's time
        /// then stands still until it has caught up.
        var latest: VirtualInstant
        var entries: [RecordEntry] = []
        var deliveries: [Delivery] = []
        /// A certificate that is to be served, as PEM text.
        var certificate: String?
        var streamWork: [StreamWork] = []
        /// Payloads in `streamWork`; what keeps a stream alive is none.
        var streamedPayloads = 0
        /// What the host carries out by itself, where its clock runs by itself.
        var script: DeviceScript?

        mutating func advance(to instant: VirtualInstant) -> VirtualInstant {
            if catchUp(to: instant) { latest = max(latest, instant) }
            return latest
        }

        /// Lets happen what was due, each at its own instant however late we come, so that what the
        /// device shows depends on the time of asking only. After so much at a time others have
        /// their turn first; the device's time is then that of the last thing that happened.
        ///
        /// - Returns: Whether nothing is due any more.
        private mutating func catchUp(to instant: VirtualInstant) -> Bool {
            for _ in 0..<256 {
                guard let due = script?.nextDue(wake: device.nextWake), due <= instant else {
                    return true
                }
                latest = max(latest, due)
                if let wake = device.nextWake, wake <= latest {
                    take(device.wake(at: latest), at: latest)
                } else if let step = script?.takeStep() {
                    perform(step, at: latest)
                }
            }
            return false
        }

        mutating func perform(_ step: Scenario.TimelineStep, at instant: VirtualInstant) {
            var outcomes: [String] = []
            for operation in step.operations {
                let (outcome, effects) = device.operate(operation, at: instant)
                take(effects, at: instant)
                // Of many meters the same is said once.
                if outcomes.last != outcome { outcomes.append(outcome) }
            }
            record(
                .step(
                    StepRecord(
                        instant: instant, action: step.action,
                        outcome: outcomes.joined(separator: "; "))))
        }

        /// The device's answer, or what a fault makes of it, the fault that played, and the stream
        /// that the answer has opened.
        mutating func answer(
            _ request: RequestMessage, at instant: VirtualInstant
        ) -> (outcome: HTTPOutcome, fault: FaultRule?, stream: Int?) {
            let fault = faults.fault(on: request, at: instant)
            switch fault?.effect {
            case .status(let status, let retryAfter)?:
                let refusal = device.refusal(
                    .scripted(status: status, retryAfterSeconds: retryAfter), of: request,
                    at: instant)
                return (.success(refusal), notePlayed(fault), nil)
            case .reset?: return (.failure(.resetBeforeHead), notePlayed(fault), nil)
            case .edit?, nil: break
            }
            let answer = device.handle(request, at: instant)
            take(answer.effects, at: instant)
            for case .openStream(let stream) in answer.effects {
                return (.success(answer.response), nil, stream)
            }
            guard case .edit(let edits)? = fault?.effect,
                let changed = answer.response.edited(edits)
            else { return (.success(answer.response), nil, nil) }
            return (.success(changed), notePlayed(fault), nil)
        }

        private mutating func notePlayed(_ fault: FaultRule?) -> FaultRule? {
            if let fault { faults.notePlayed(fault) }
            return fault
        }

        mutating func take(_ effects: [Effect], at instant: VirtualInstant) {
            for effect in effects {
                switch effect {
                case .deliver(let delivery): deliveries.append(delivery)
                case .serveCertificate(let pem): certificate = pem
                case .openStream: break
                case .stream(let stream, let event):
                    streamWork.append(.write(stream, event.bytes))
                    guard case .payload(let id, let data) = event else { continue }
                    streamedPayloads += 1
                    record(
                        .streamed(
                            StreamRecord(
                                instant: instant, stream: stream,
                                payload: .init(id: id, body: data))))
                case .endStream(let stream):
                    streamWork.append(.end(stream))
                    record(
                        .streamed(StreamRecord(instant: instant, stream: stream, payload: nil)))
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

    let state: Mutex<State>
    let now: @Sendable () -> VirtualInstant

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

    /// What the device keeps when its service ends, and how many steps it has played by then.
    package var lastingState: (device: LastingState, stepsReached: Int) {
        state.withLock { state in
            (state.device.lastingState(at: state.latest), state.script?.stepsReached ?? 0)
        }
    }

    /// Goes on from what was kept.
    ///
    /// - Returns: False where it is another device's.
    package func restore(
        _ lasting: LastingState, stepsReached: Int, sessionSeed: UInt64
    ) -> Bool {
        state.withLock { state in
            guard state.device.restore(lasting, sessionSeed: sessionSeed) else { return false }
            state.latest = max(state.latest, lasting.present)
            state.script?.skip(stepsReached)
            return true
        }
    }

    /// Answers a request, with the scenario's faults, and records the exchange.
    ///
    /// Nobody reads on here, so a stream that the answer would open ends at once; what it begins
    /// with is the body.
    package func handle(_ request: RequestMessage) -> HTTPOutcome {
        let answer = answer(request) { _ in }
        guard let stream = answer.stream else { return answer.outcome }
        let beginning = state.withLock { state in
            let beginning = state.streamWork.flatMap { work in
                if case .write(stream, let bytes) = work { bytes } else { [UInt8]() }
            }
            state.streamWork.removeAll { $0.stream == stream }
            return beginning
        }
        streamClosed(stream)
        return answer.outcome.map { response in
            ResponseMessage(head: response.head, body: beginning)
        }
    }

    package struct Answer: Sendable {
        /// What goes out, or how the transport is to fail.
        package var outcome: HTTPOutcome
        /// The number of the stream that the response stays open as.
        package var stream: Int?
        /// Whether there is something to deliver, to write to a stream, or to serve.
        package var hasWork: Bool
    }

    /// Answers a request, and says whether it made anything to do.
    ///
    /// - Parameter attach: Called with the number of a stream that the answer opens, under the
    ///   lock: whoever drains what is written to the stream finds it attached.
    package func answer(_ request: RequestMessage, attach: (Int) -> Void) -> Answer {
        state.withLock { state in
            let instant = state.advance(to: now())
            let earlier = state.entries.count
            let (outcome, fault, stream) = state.answer(request, at: instant)
            if state.records {
                var exchange = Exchange(
                    instant: instant, direction: .request, request: request.withoutTransport,
                    response: try? outcome.get(), fault: fault?.name)
                if case .failure(let failure) = outcome { exchange.failure = failure }
                // What a stream begins with has been recorded already, and follows.
                state.entries.insert(
                    .exchange(exchange), at: stream == nil ? state.entries.count : earlier)
            }
            if let stream { attach(stream) }
            return Answer(
                outcome: outcome, stream: stream,
                hasWork: !state.deliveries.isEmpty || !state.streamWork.isEmpty
                    || state.certificate != nil)
        }
    }

    /// Takes note that the client has gone from a stream.
    package func streamClosed(_ stream: Int) {
        state.withLock { state in
            let instant = state.advance(to: now())
            guard state.device.streamClosed(stream) else { return }
            state.record(.streamed(StreamRecord(instant: instant, stream: stream, payload: nil)))
        }
    }

    /// Tells the device where it is reached, and how to read a certificate that is to replace the
    /// one served.
    package func listens(
        _ listening: Listening,
        certificateReader: (@Sendable (_ pem: String) -> ServedCertificate?)? = nil
    ) {
        state.withLock { state in
            state.device.listening = listening
            state.device.certificateReader = certificateReader
        }
    }

    /// The certificate that was put in the place of the one served since the last call, or nil.
    package func takeCertificate() -> String? {
        state.withLock { state in
            defer { state.certificate = nil }
            return state.certificate
        }
    }

    /// The device's words for what the transport refuses: no request, one that is too large, or a
    /// method that nobody knows.
    package func refusal(_ status: HTTPResponse.Status) -> ResponseMessage {
        state.withLock { state in
            let instant = state.advance(to: now())
            return state.device.refusal(
                .transport(status), of: RequestMessage(.get, "/"), at: instant)
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
            state.take(state.device.wake(at: instant), at: instant)
        }
    }

    /// Carries out a step of the timeline.
    package func perform(_ step: Scenario.TimelineStep) {
        state.withLock { state in
            state.perform(step, at: state.advance(to: now()))
        }
    }

    /// Tells the device how a delivery went. It does not learn that one was withheld, for that is
    /// nothing its receiver did.
    package func deliveryEnded(
        _ delivery: Delivery, _ outcome: HTTPOutcome
    ) {
        let status: Int? =
            switch outcome {
            case .success(let response): response.status
            case .failure(.withheld): HTTPResponse.Status.noContent.code
            case .failure: nil
            }
        state.withLock { state in
            let instant = state.advance(to: now())
            state.take(
                state.device.deliveryEnded(delivery.id, status: status, at: instant), at: instant)
        }
    }

    /// Something to do to an open stream.
    package enum StreamWork: Sendable {
        case write(Int, [UInt8])
        case end(Int)

        var stream: Int {
            switch self {
            case .write(let stream, _), .end(let stream): stream
            }
        }
    }

    /// What has been recorded and what is to be done.
    package struct Drained: Sendable {
        package var entries: [RecordEntry]
        package var deliveries: [Delivery]
        package var streamWork: [StreamWork]
        /// How many payloads `streamWork` writes.
        package var streamedPayloads: Int
    }

    /// What has come up since the last call.
    package func drain() -> Drained {
        state.withLock { state in
            defer {
                state.entries.removeAll(keepingCapacity: true)
                state.deliveries.removeAll(keepingCapacity: true)
                state.streamWork.removeAll(keepingCapacity: true)
                state.streamedPayloads = 0
            }
            return Drained(
                entries: state.entries, deliveries: state.deliveries, streamWork: state.streamWork,
                streamedPayloads: state.streamedPayloads)
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
