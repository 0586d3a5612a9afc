import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import VirtualTime

/// Chooses which fault plays on a request, by what it counted before.
struct FaultPlayer: Sendable {
    private struct Entry: Sendable {
        var rule: FaultRule
        var pattern: PathPattern
        var matches = 0
        var played = 0
    }

    private var entries: [Entry]
    private let start: VirtualInstant

    init(_ rules: [FaultRule], start: VirtualInstant) {
        entries = rules.map { Entry(rule: $0, pattern: PathPattern($0.path)) }
        self.start = start
    }

    /// How often each fault has played, in the order of the scenario.
    var playCounts: [(name: String, count: Int)] { entries.map { ($0.rule.name, $0.played) } }

    /// The fault that plays on this request, or nil. Every rule counts its matches, but one plays.
    mutating func fault(on request: RequestMessage, at instant: VirtualInstant) -> FaultRule? {
        guard !entries.isEmpty else { return nil }
        let path = request.path
        var chosen: FaultRule?
        for index in entries.indices {
            let rule = entries[index].rule
            guard rule.method == "*" || rule.method == request.head.method.rawValue,
                instant >= start + rule.from, rule.until.map({ instant < start + $0 }) ?? true,
                entries[index].pattern.matches(path)
            else { continue }
            entries[index].matches += 1
            guard chosen == nil, entries[index].matches >= rule.nth,
                rule.times.map({ entries[index].played < $0 }) ?? true
            else { continue }
            entries[index].played += 1
            chosen = rule
        }
        return chosen
    }
}

extension FaultRule {
    /// The device's answer as this fault changes it.
    func changed(_ response: ResponseMessage) -> ResponseMessage {
        guard case .edit(let edits) = effect, var body = try? JSONValue(parsing: response.body)
        else { return response }
        for edit in edits {
            guard let pointer = JSONPointer(edit.pointer) else { continue }
            switch edit.change {
            case .remove: body.remove(pointer)
            case .replace(let text):
                if let value = try? JSONValue(parsing: text) { body.replace(pointer, with: value) }
            }
        }
        var changed = response
        changed.body = body.compactBytes
        return changed
    }
}
