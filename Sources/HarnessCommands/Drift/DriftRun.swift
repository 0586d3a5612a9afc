import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Judging
import Recordings
import Replaying
import VirtualTime
import Wire

/// Asks a device what a recording was asked, and says what has become different.
struct DriftRun: Sendable {
    let origin: Origin
    let sender: HTTPSender
    let login: ServiceLogin
    let bundle: Bundle
    /// Whether changes are made again too, and undone afterwards.
    let writes: Bool

    /// What came of it.
    struct Outcome: Sendable {
        var asked = 0
        /// Recorded requests that would say nothing, by reason.
        var skipped: [String: Int] = [:]
        var differences: [(place: ExchangeReference, drift: Drift)] = []
        var stale: [DriftTolerances.Entry] = []
        /// Changes that were undone, and those that were not.
        var undone = 0
        var lasting = 0
    }

    func run(
        _ plan: DriftPlan, start: VirtualInstant, tolerances: DriftTolerances,
        load: (RecordingScanner.Place) -> RecordEntry?
    ) async throws -> Outcome {
        let fields = try await login.open(at: origin, with: sender)
        var outcome = Outcome()
        outcome.skipped = plan.skipped
        var comparer = comparer(plan, tolerances)
        var restoration = DriftRestoration()
        var renamed = RenamedAddresses()
        let progress = Progress()
        let places = writes ? plan.everything : plan.reads
        var interruption: (any Error)?
        for place in places {
            if Task.isCancelled {
                interruption = CancellationError()
                break
            }
            guard case .exchange(let recorded)? = load(place) else { continue }
            let request = request(renamed.asHere(recorded.request), fields)
            let before = request.head.method == .patch ? await read(request, fields) : nil
            let answer = await sender.send(request, to: origin)
            if case .failure(let failure) = answer, outcome.asked == 0,
                failure == .refused || failure == .untrustedCertificate
            {
                throw CommandFailure.usage("\(origin): \(failure.words)")
            }
            outcome.asked += 1
            if case .success(let response) = answer {
                renamed.learn(recorded.response, response)
                if request.isChange, (200..<300).contains(response.status) {
                    let created = response.status == 201 ? response.locationPath : nil
                    restoration.note(request, created: created, before: before)
                }
            }
            let reference = ExchangeReference(
                line: place.line, time: (recorded.instant - start).iso8601,
                method: recorded.request.head.method.rawValue, target: recorded.request.target)
            for drift in comparer.compare(recorded, with: answer.map(renamed.asRecorded)) {
                outcome.differences.append((reference, drift))
            }
            progress.show("\(outcome.asked) of \(places.count) asked")
        }
        progress.clear()
        await undo(restoration, &outcome)
        await login.close(at: origin, with: sender)
        if let interruption { throw interruption }
        outcome.stale = comparer.tolerances.stale
        return outcome
    }

    private func comparer(_ plan: DriftPlan, _ tolerances: DriftTolerances) -> DriftComparer {
        let validate = bundle.payloadValidation
        return DriftComparer(
            bounds: plan.bounds, tolerances: tolerances, passing: plan.passing(writes: writes)
        ) { path, value, bytes in
            let isError = value["error"] != nil
            let context = Judging.PayloadContext(
                kind: isError ? .message : .resource, method: .get, path: path)
            return value["@odata.type"] == nil && !isError ? [] : validate(context, value, bytes)
        }
    }

    // MARK: Undoing

    private func read(_ change: RequestMessage, _ login: HTTPFields) async -> JSONValue? {
        let answer = await sender.send(
            request(RequestMessage(.get, change.target), login), to: origin)
        guard case .success(let response) = answer, response.status == 200 else { return nil }
        return try? JSONValue(parsing: response.body)
    }

    /// Undoes what can be undone, also where we are interrupted.
    private func undo(_ restoration: DriftRestoration, _ outcome: inout Outcome) async {
        outcome.lasting = restoration.lastingCount
        for request in restoration.requests {
            let (sender, origin) = (sender, origin)
            let answer = await Task { await sender.send(request, to: origin) }.value
            if case .success(let response) = answer, (200..<300).contains(response.status) {
                outcome.undone += 1
            } else {
                outcome.lasting += 1
            }
        }
    }

    /// As recorded, for the present session and from us.
    private func request(_ recorded: RequestMessage, _ login: HTTPFields) -> RequestMessage {
        var request = recorded
        var fields = recorded.head.headerFields.endToEnd
        for name in [
            HTTPField.Name.host, .contentLength, .authorization, .xAuthToken, .acceptEncoding,
            .ifNoneMatch, .ifMatch, .expect, .cookie,
        ] {
            fields[name] = nil
        }
        for field in login where field.name == .xAuthToken || field.name == .authorization {
            fields[field.name] = field.value
        }
        request.head.headerFields = fields
        return request
    }
}

extension RequestMessage {
    fileprivate var isChange: Bool { head.method != .get && head.method != .head }
}
