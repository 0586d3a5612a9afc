/// A cause and what follows from it, in words.
extension DifferenceCause {
    /// `outlet 24 power`, `GET of outlets 1–48`.
    package var subject: String { topic.words(of: stories.map(\.topic.component)) }

    /// How the values differ, from the least to the most: `+1 W`, `200 → 503`, `1 more`.
    package var change: String { stories.change }

    /// What follows and by how much, a line for each set of components: `branch A power +1 W,
    /// energy 0 kWh to +0.001 kWh`.
    package var consequenceWords: [String] {
        var members: [Group: [DifferenceStory]] = [:]
        var order: [Group] = []
        for story in consequences where !story.isHalf {
            let group = Group(level: story.topic.component.level, aspect: story.topic.aspect)
            if members[group] == nil { order.append(group) }
            members[group, default: []].append(story)
        }
        var lines: [(components: [Component], texts: [String])] = []
        for group in order.sorted(by: { $0.level < $1.level }) {
            let stories = members[group] ?? []
            let components = stories.map(\.topic.component)
            guard case .reading(let quantity) = group.aspect else {
                let topic = DifferenceTopic(components[0], group.aspect)
                lines.append(([], ["\(topic.words(of: components)) \(stories.change)"]))
                continue
            }
            let text = "\(quantity.name) \(stories.change)"
            if let index = lines.firstIndex(where: { $0.components == components }) {
                lines[index].texts.append(text)
            } else {
                lines.append((components, [text]))
            }
        }
        return lines.map { line in
            [Component.words(line.components), line.texts.joined(separator: ", ")]
                .filter { !$0.isEmpty }.joined(separator: " ")
        } + halfWords
    }

    /// Of responses that one side has and the other has not, or has another instead: the number of
    /// their values. Which response it is stands above.
    private var halfWords: [String] {
        let half = consequences.filter(\.isHalf)
        guard !half.isEmpty else { return [] }
        var components: [Component] = []
        for story in half where !components.contains(story.topic.component) {
            components.append(story.topic.component)
        }
        let count = half.reduce(0) { $0 + $1.differences.count }
        let names = half.prefix(3).map { $0.topic.words(of: []).drop { $0 == " " } }
        return [
            "\(Component.words(components)): \(count) value\(count == 1 ? "" : "s") that only one "
                + "side has, of \(names.joined(separator: ", "))"
                + (half.count > names.count ? " and \(half.count - names.count) others" : "")
        ]
    }

    private struct Group: Hashable {
        var level: Component.Level
        var aspect: DifferenceTopic.Aspect
    }
}

extension [DifferenceStory] {
    /// How all values of these stories of one aspect differ, in few words that leave out none:
    /// numbers from the least to the most, how many are missing, and what else there is.
    fileprivate var change: String {
        guard let topic = first?.topic else { return "" }
        let all = flatMap(\.differences)
        var pieces: [String] = []
        var others = all
        if topic.comesWhole {
            let more = all.count { $0.golden == nil }
            let missing = all.count { $0.run == nil }
            if more > 0 { pieces.append("\(more) more") }
            if missing > 0 { pieces.append("\(missing) missing") }
            others.removeAll { $0.golden == nil || $0.run == nil }
        } else {
            let changes = all.map { AmountChange($0) }
            if let unit = topic.unit,
                let range = AmountChange.range(of: changes.compactMap(\.self), unit)
            {
                pieces.append(topic.isClaim && all.count == 1 ? all[0].sides(unit) : range)
                others = zip(all, changes).filter { $1 == nil }.map(\.0)
            }
        }
        if let first = others.first {
            let rest = Set(others.map { $0.sides("") }).count - 1
            let more = rest > 0 ? " and \(rest) other\(rest == 1 ? "" : "s")" : ""
            pieces.append(first.sides("") + more)
        }
        return pieces.joined(separator: ", ")
    }
}

extension DifferenceStory {
    /// Whether only one side shows it, and it says nothing of a state.
    fileprivate var isHalf: Bool {
        topic.isShown && !topic.isState
            && differences.allSatisfy { $0.golden == nil || $0.run == nil }
    }
}

extension DifferenceTopic {
    /// Whether what differs can be missing or too many as a whole.
    fileprivate var comesWhole: Bool {
        switch aspect {
        case .request(_, "exchange"), .delivery("exchange"), .claim("claim", _), .truth: true
        default: false
        }
    }

    /// Of an amount; nil of what is none.
    fileprivate var unit: String? {
        switch aspect {
        case .reading(let quantity): quantity.unit
        case .claim("/energy", let unit), .claim("/carbon", let unit): unit
        default: nil
        }
    }
}

extension RecordingDifference {
    /// `90 → 91 W`.
    fileprivate func sides(_ unit: String) -> String {
        let values = "\(golden ?? "none") → \(run ?? "none")"
        return unit.isEmpty ? values : "\(values) \(unit)"
    }

    /// By how much a number differs, with its unit; empty for what is no number.
    package var change: String {
        guard case .reading(let quantity) = DifferenceTopic(self).aspect,
            let change = AmountChange(self)
        else { return "" }
        return change.words(quantity.unit)
    }

    /// The part of the PDU, client or scenario, and what of it: `outlet 24 power`.
    package var words: String {
        let topic = DifferenceTopic(self)
        return topic.words(of: [topic.component])
    }
}
