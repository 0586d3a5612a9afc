package import VirtualTime

/// All differences of one topic, from the first to the last.
package struct DifferenceStory: Sendable, Hashable {
    package var topic: DifferenceTopic
    /// In the order of time.
    package var differences: [RecordingDifference]

    package var first: RecordingDifference { differences[0] }

    /// When it begins. What is polled shows late what has happened, a step or a request does not.
    var onset: VirtualDuration {
        switch topic.aspect {
        case .reading, .property, .answer, .claim: first.polled
        case .header, .step, .fault, .request, .truth, .delivery: first.frame
        }
    }
}

/// Differences that nothing else explains, and what follows from them.
package struct DifferenceCause: Sendable, Hashable {
    /// Of one aspect, from one moment on: the outlets whose load was changed, for example.
    package var stories: [DifferenceStory]
    package var consequences: [DifferenceStory] = []

    package var topic: DifferenceTopic { stories[0].topic }
    /// The first frame that differs for it.
    package var firstFrame: VirtualDuration {
        (stories + consequences).map(\.first.frame).min() ?? .zero
    }
    package var differences: [RecordingDifference] {
        (stories + consequences).flatMap(\.differences)
    }
}

extension DifferenceCause {
    /// The causes of these differences, in the order of time.
    package static func causes(of differences: [RecordingDifference]) -> [DifferenceCause] {
        var places: [Place: DifferenceTopic] = [:]
        var indices: [DifferenceTopic: Int] = [:]
        var stories: [DifferenceStory] = []
        for difference in differences {
            let place = Place(site: difference.site, place: difference.place)
            let topic = places[place] ?? DifferenceTopic(difference)
            places[place] = topic
            if let index = indices[topic] {
                stories[index].differences.append(difference)
            } else {
                indices[topic] = stories.count
                stories.append(DifferenceStory(topic: topic, differences: [difference]))
            }
        }
        let order = stories.indices.sorted { left, right in
            (stories[left].onset, stories[left].topic.causalRank, level(stories[left]), left)
                < (
                    stories[right].onset, stories[right].topic.causalRank, level(stories[right]),
                    right
                )
        }
        return collapsed(order.map { stories[$0] })
    }

    /// Leaf first; but a voltage comes from above.
    private static func level(_ story: DifferenceStory) -> Int {
        let level = story.topic.component.level
        if case .reading(let quantity) = story.topic.aspect, quantity.kind == .voltage,
            level != .other
        {
            return -level.rawValue
        }
        return level.rawValue
    }

    private static func collapsed(_ stories: [DifferenceStory]) -> [DifferenceCause] {
        var causes: [DifferenceCause] = []
        for story in stories {
            if let index = causes.firstIndex(where: { $0.isJoined(by: story) }) {
                causes[index].stories.append(story)
            } else if let index = causes.firstIndex(where: { cause in
                cause.stories.contains { $0.topic.explains(story.topic) }
            }) {
                causes[index].consequences.append(story)
            } else {
                causes.append(DifferenceCause(stories: [story]))
            }
        }
        return causes
    }

    /// Whether a story is one more of the same: of the same aspect at the same level from the same
    /// moment on.
    private func isJoined(by story: DifferenceStory) -> Bool {
        topic.aspect == story.topic.aspect
            && topic.component.level == story.topic.component.level
            && stories[0].onset == story.onset
    }

    private struct Place: Hashable {
        var site: RecordingDifference.Site
        var place: String
    }
}
