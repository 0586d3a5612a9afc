import HTTPMessages
import JSONText
import VirtualTime

/// Chooses which fault plays on a request, by what it counted before.
struct FaultPlayer: Sendable {
    private struct Entry: Sendable {
        var rule: FaultRule
        var matches = 0
        var played = 0
        /// Somebody wants it to play on the next match, whatever its turn.
        var isCalled = false
    }

    private var entries: [Entry]
    private let start: VirtualInstant

    init(_ rules: [FaultRule], start: VirtualInstant) {
        entries = rules.map { Entry(rule: $0) }
        self.start = start
    }

    /// How often each fault has played, in the order of the scenario.
    var playCounts: [(name: String, count: Int)] { entries.map { ($0.rule.name, $0.played) } }

    /// The fault whose turn it is on this request, or nil. Every rule counts its matches, but only
    /// the first whose turn it is may play.
    mutating func fault(on request: RequestMessage, at instant: VirtualInstant) -> FaultRule? {
        var chosen: FaultRule?
        for index in entries.indices {
            let rule = entries[index].rule
            if entries[index].isCalled, rule.requests.matches(request) {
                chosen = chosen ?? rule
                entries[index].matches += 1
                continue
            }
            guard instant >= start + rule.from, rule.until.map({ instant < start + $0 }) ?? true,
                rule.requests.matches(request)
            else { continue }
            entries[index].matches += 1
            guard chosen == nil, entries[index].matches >= rule.nth,
                rule.times.map({ entries[index].played < $0 }) ?? true
            else { continue }
            chosen = rule
        }
        return chosen
    }

    /// Notes that a fault has played, which only its effect can tell: an edit finds nothing to
    /// change in an error.
    mutating func notePlayed(_ rule: FaultRule) {
        guard let index = entries.firstIndex(where: { $0.rule.name == rule.name }) else { return }
        entries[index].played += 1
        entries[index].isCalled = false
    }

    /// Has a fault play on the next request that it matches, whatever its turn and its window.
    ///
    /// - Returns: False where there is none of this name.
    mutating func call(_ name: String) -> Bool {
        guard let index = entries.firstIndex(where: { $0.rule.name == name }) else { return false }
        entries[index].isCalled = true
        return true
    }
}

extension ResponseMessage {
    /// This answer with members of its body changed; nil where it is an error, or one of the
    /// members does not exist.
    func edited(_ edits: [FaultRule.BodyEdit]) -> ResponseMessage? {
        guard (200..<300).contains(status), var body = try? JSONValue(parsing: body) else {
            return nil
        }
        for edit in edits {
            guard body.apply(edit) else { return nil }
        }
        var changed = self
        changed.body = body.compactBytes
        return changed
    }
}

extension JSONValue {
    /// Changes one member; false where it does not exist.
    mutating func apply(_ edit: FaultRule.BodyEdit) -> Bool {
        switch edit.change {
        case .remove: remove(edit.pointer)
        case .replace(let value): replace(edit.pointer, with: value)
        case .add(let millionths): add(millionths: millionths, at: edit.pointer)
        }
    }

    /// Adds to a number; false where there is none.
    fileprivate mutating func add(millionths: Int64, at pointer: JSONPointer) -> Bool {
        guard let units = self[pointer]?.number?.units(decimals: 6) else { return false }
        let (sum, overflow) = units.addingReportingOverflow(millionths)
        return !overflow
            && replace(pointer, with: .number(JSONNumber(units: sum, decimals: 6)))
    }
}
