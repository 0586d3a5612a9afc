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
    /// Whether changes are made again too.
    let writes: Bool

    /// What came of it.
    struct Outcome: Sendable {
        var asked = 0
        /// Recorded requests that would say nothing, by reason.
        var skipped: [String: Int] = [:]
        var differences: [(place: ExchangeReference, drift: Drift)] = []
        var stale: [DriftTolerances.Entry] = []
    }

    func run(
        _ plan: DriftPlan, start: VirtualInstant, tolerances: DriftTolerances,
        load: (RecordingScanner.Place) -> RecordEntry?
    ) async throws -> Outcome {
        let fields = try await login.open(at: origin, with: sender)
        var outcome = Outcome()
        outcome.skipped = plan.skipped
        let validate = bundle.payloadValidation
        var comparer = DriftComparer(bounds: plan.bounds, tolerances: tolerances) {
            path, value, bytes in
            let isError = value["error"] != nil
            let context = Judging.PayloadContext(
                kind: isError ? .message : .resource, method: .get, path: path)
            return value["@odata.type"] == nil && !isError ? [] : validate(context, value, bytes)
        }
        let progress = Progress()
        for place in writes ? plan.everything : plan.reads {
            try Task.checkCancellation()
            guard case .exchange(let recorded)? = load(place) else { continue }
            let answer = await sender.send(request(recorded.request, fields), to: origin)
            if case .failure(.refused) = answer, outcome.asked == 0 {
                throw CommandFailure.usage("\(origin): \(TransportFailure.refused.words)")
            }
            outcome.asked += 1
            let reference = ExchangeReference(
                line: place.line, time: (recorded.instant - start).iso8601,
                method: recorded.request.head.method.rawValue, target: recorded.request.target)
            for drift in comparer.compare(recorded, with: answer) {
                outcome.differences.append((reference, drift))
            }
            progress.show("\(outcome.asked) of \(plan.reads.count) asked")
        }
        progress.clear()
        await login.close(at: origin, with: sender)
        outcome.stale = comparer.tolerances.stale
        return outcome
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
