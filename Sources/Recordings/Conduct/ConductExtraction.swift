import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

extension ConductDocument {
    /// The conduct in a recording.
    ///
    /// - Parameter entries: Secrets masked, in the order recorded.
    package init(
        header: RecordingHeader, matchers: [GoldenMatcher] = [], entries: [RecordEntry]
    ) {
        let end = header.resolvedScenario["duration"]?.string
            .flatMap(VirtualDuration.init(iso8601:)).map { header.start + $0 }
        let entries = CreatedNames(entries).replaced(in: entries)
        let spans = PhaseSpan.spans(of: entries, start: header.start, end: end)
        let polls = PollRhythm.polls(of: spans)
        let polled = Set(polls.map(\.target))
        self.init(
            header: GoldenHeader(header), matchers: matchers, polls: polls,
            phases: spans.map { $0.phase(polls: polls, polled: polled) },
            acknowledgements: Set(entries.compactMap(acknowledgement)).sorted(),
            claims: claimForms(of: entries))
    }
}

/// The requests from one cause to the next.
struct PhaseSpan {
    var cause: String
    var start: VirtualInstant
    var end: VirtualInstant
    var requests: [Exchange] = []

    static func spans(
        of entries: [RecordEntry], start: VirtualInstant, end: VirtualInstant?
    ) -> [PhaseSpan] {
        var spans = [PhaseSpan(cause: "start", start: start, end: start)]
        var counts: [String: Int] = [:]
        func open(_ cause: String, at instant: VirtualInstant) {
            spans[spans.count - 1].end = instant
            let count = counts[cause, default: 0] + 1
            counts[cause] = count
            spans.append(
                PhaseSpan(
                    cause: count == 1 ? cause : "\(cause)-\(count)", start: instant, end: instant))
        }
        for entry in entries {
            if let end, entry.instant >= end, spans[spans.count - 1].cause != "stop" {
                open("stop", at: end)
            }
            spans[spans.count - 1].end = max(spans[spans.count - 1].end, entry.instant)
            switch entry {
            case .step(let step): open(step.action, at: step.instant)
            case .exchange(let exchange) where exchange.direction == .request:
                spans[spans.count - 1].requests.append(exchange)
            case .exchange, .truth, .claim, .streamed: break
            }
        }
        return spans
    }

    func phase(polls: [ConductPoll], polled: Set<String>) -> ConductPhase {
        var phase = ConductPhase(cause: cause)
        var times: [String: Int] = [:]
        for exchange in requests {
            if exchange.isPlainRead {
                times[exchange.request.target, default: 0] += 1
            } else if exchange.request.head.method == .get,
                polled.contains(exchange.request.target)
            {
                let act = ConductAct.refusedPoll(exchange.answer)
                if !phase.acts.contains(act) { phase.acts.append(act) }
            } else {
                phase.acts.append(ConductAct(exchange))
            }
        }
        phase.acts = collapsed(phase.acts)
        phase.reads = times.filter { !polled.contains($0.key) }
            .map { ConductRead(target: $0.key, times: $0.value) }
            .sorted { precedesNaturally($0.target, $1.target) }
        if cause != "stop" {
            phase.silent = polls.filter {
                times[$0.target] == nil && (end - start).milliseconds > 4 * $0.every.milliseconds
            }.map(\.target)
        }
        return phase
    }
}

/// Three and more equal acts in a row are one that repeats: a session that runs out between polls is
/// opened as often as there are polls.
private func collapsed(_ acts: [ConductAct]) -> [ConductAct] {
    var collapsed: [ConductAct] = []
    var index = 0
    while index < acts.count {
        let run = acts[index...].prefix { $0 == acts[index] }
        if run.count > 2 {
            var act = acts[index]
            act.repeats = true
            collapsed.append(act)
        } else {
            collapsed += run
        }
        index += run.count
    }
    return collapsed
}

extension Exchange {
    /// A GET that succeeded without a fault.
    var isPlainRead: Bool {
        request.head.method == .get && failure == nil && fault == nil
            && (200..<400).contains(response?.status ?? 0)
    }

    /// The status, or why there was none, and the fault that was played.
    fileprivate var answer: String {
        let answer = response.map { String($0.status) } ?? failure?.rawValue ?? "no response"
        return fault.map { "\(answer), fault \($0)" } ?? answer
    }
}

extension ConductAct {
    fileprivate init(_ exchange: Exchange) {
        let message = exchange.request
        request = "\(message.head.method.rawValue) \(message.target)"
        fields = GoldenHeaderFields.select(
            GoldenHeaderFields.ofRequests, of: message.head.headerFields,
            hasBody: !message.body.isEmpty
        ).map { HeadField(name: $0.name, value: withoutNumber($0.value)) }
        answer = exchange.answer
        guard !message.body.isEmpty else { return }
        guard let value = try? JSONValue(parsing: message.body) else {
            body = [HeadField(name: "body", value: JSONValue.string("no JSON").compactText)]
            return
        }
        let masked = maskingLoopback(value)
        body = LeafPointers(of: masked).leaves.map { pointer in
            HeadField(
                name: pointer,
                value: withoutNumber(
                    JSONPointer(pointer).flatMap { masked[$0] }?.compactText ?? ""))
        }
    }
}

/// `"<token>"` for `"<token#21>"`: how many there were before is chance.
private func withoutNumber(_ text: String) -> String {
    guard text.hasPrefix("\"<"), text.hasSuffix(">\""), let sign = text.lastIndex(of: "#"),
        text[sign...].dropFirst().dropLast(2).allSatisfy(\.isNumber)
    else { return text }
    return text[..<sign] + ">\""
}

private func acknowledgement(_ entry: RecordEntry) -> String? {
    guard case .exchange(let exchange) = entry, exchange.direction == .delivery else { return nil }
    return exchange.answer
}

private func claimForms(of entries: [RecordEntry]) -> [JSONValue] {
    var forms: Set<JSONValue> = []
    for case .claim(let claim) in entries { forms.insert(form(of: claim.claim)) }
    return forms.sorted { precedesNaturally($0.compactText, $1.compactText) }
}

/// The claim with the word `number`, `time`, … in place of what a run measures.
private func form(of value: JSONValue) -> JSONValue {
    switch value {
    case .number: return "number"
    case .string(let text):
        return VirtualInstant(iso8601: text) == nil ? value : "time"
    case .array: return "list"
    case .object(let object):
        return .object(
            JSONObject(
                object.members.filter { $0.name != "text" }
                    .map { .init(name: $0.name, value: form(of: $0.value)) }))
    case .null, .bool: return value
    }
}
