import JSONText
import VirtualTime

/// A cause and what follows from it, in words.
extension DifferenceCause {
    /// `outlet 24 power`, `GET of outlets 1–48`.
    package var subject: String { topic.words(of: stories.map(\.topic.component)) }

    /// How the first values differ: `+1 W`, `200 → 503`, `1 more`.
    package var change: String {
        let all = stories.flatMap(\.differences)
        switch topic.aspect {
        case .reading(let quantity):
            let changes = stories.compactMap { DecimalChange($0.first) }
            if let range = DecimalChange.range(of: changes, unit: quantity.unit) { return range }
        case .request(_, "exchange"), .delivery("exchange"), .claim("claim"), .truth:
            let more = all.count { $0.golden == nil }
            let missing = all.count { $0.run == nil }
            let pieces = [
                more > 0 ? "\(more) more" : nil, missing > 0 ? "\(missing) missing" : nil,
            ].compactMap(\.self)
            if !pieces.isEmpty, more + missing == all.count {
                return pieces.joined(separator: ", ")
            }
        default: break
        }
        return "\(stories[0].first.golden ?? "none") → \(stories[0].first.run ?? "none")"
    }

    /// What follows, a line for each set of components: `branch A power, current, energy`.
    package var consequenceWords: [String] {
        var components: [Group: [Component]] = [:]
        var order: [Group] = []
        for story in consequences {
            let group = Group(level: story.topic.component.level, aspect: story.topic.aspect)
            if components[group] == nil { order.append(group) }
            components[group, default: []].append(story.topic.component)
        }
        var lines: [(components: [Component], texts: [String])] = []
        for group in order.sorted(by: { $0.level < $1.level }) {
            let members = components[group] ?? []
            guard case .reading(let quantity) = group.aspect else {
                lines.append(([], [DifferenceTopic(members[0], group.aspect).words(of: members)]))
                continue
            }
            if let index = lines.firstIndex(where: { $0.components == members }) {
                lines[index].texts.append(quantity.name)
            } else {
                lines.append((members, [quantity.name]))
            }
        }
        return lines.map { line in
            [Component.words(line.components), line.texts.joined(separator: ", ")]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    private struct Group: Hashable {
        var level: Component.Level
        var aspect: DifferenceTopic.Aspect
    }
}

extension RecordingDifference {
    /// By how much a number differs, with its unit; empty for what is no number.
    package var change: String {
        guard case .reading(let quantity) = DifferenceTopic(self).aspect,
            let change = DecimalChange(self)
        else { return "" }
        return change.words(quantity.unit)
    }

    /// The part of the PDU, client or scenario, and what of it: `outlet 24 power`.
    package var words: String {
        let topic = DifferenceTopic(self)
        return topic.words(of: [topic.component])
    }
}

/// The difference of two decimals, exactly.
private struct DecimalChange {
    /// In 10⁻⁹ of the unit.
    var units: Int64

    private static let decimals = 9

    init?(_ difference: RecordingDifference) {
        let texts = [difference.golden, difference.run].compactMap(\.self)
        let numbers = texts.compactMap { text -> Int64? in
            guard let number = try? JSONValue(parsing: text).number else { return nil }
            return number.units(decimals: Self.decimals)
        }
        guard numbers.count == 2 else { return nil }
        let (units, overflow) = numbers[1].subtractingReportingOverflow(numbers[0])
        guard !overflow else { return nil }
        self.units = units
    }

    func words(_ unit: String) -> String {
        let text = JSONNumber(units: units, decimals: Self.decimals).text
        let number = (units > 0 ? "+" : "") + text.replacing("-", with: "−")
        return unit.isEmpty ? number : "\(number) \(unit)"
    }

    /// `+1 W`, or `+1 W to +1.2 W`; nil without numbers.
    static func range(of changes: [DecimalChange], unit: String) -> String? {
        guard let least = changes.min(by: { $0.units < $1.units }),
            let most = changes.max(by: { $0.units < $1.units })
        else { return nil }
        guard least.units != most.units else { return least.words(unit) }
        return "\(least.words(unit)) to \(most.words(unit))"
    }
}
