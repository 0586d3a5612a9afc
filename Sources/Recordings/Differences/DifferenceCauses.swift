package import VirtualTime

/// Differences of one topic, from the first to the last.
package struct DifferenceStory: Sendable, Hashable {
    package var topic: DifferenceTopic
    /// In the order of time.
    package var differences: [RecordingDifference]

    package var first: RecordingDifference { differences[0] }
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
    /// The causes of these differences of two goldens, in the order of time.
    package static func causes(
        of differences: [RecordingDifference], golden: GoldenDocument, run: GoldenDocument
    ) -> [DifferenceCause] {
        guard !differences.isEmpty else { return [] }
        var search = CauseSearch(differences, golden: golden, run: run)
        for placed in inOrder(differences, ranked: { search.rank(of: $0, $1) }) {
            search.place(placed.difference, placed.topic)
        }
        return search.causes
    }

    /// What may cause before what may follow: by time, then by kind, then leaf first.
    private static func inOrder(
        _ differences: [RecordingDifference],
        ranked rank: (RecordingDifference, DifferenceTopic) -> Int
    ) -> [(difference: RecordingDifference, topic: DifferenceTopic)] {
        var topics: [Place: DifferenceTopic] = [:]
        let all = differences.map { difference in
            let place = Place(site: difference.site, place: difference.place)
            // A truth's component stands in its words.
            let known = difference.site == .truth ? nil : topics[place]
            let topic = known ?? DifferenceTopic(difference)
            topics[place] = topic
            return (difference: difference, topic: topic)
        }
        let keys = all.map { SortKey($0.difference, $0.topic, rank: rank($0.difference, $0.topic)) }
        return all.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { all[$0] }
    }

    private struct SortKey: Comparable {
        var onset: VirtualDuration
        var rank: Int
        var level: Int

        init(_ difference: RecordingDifference, _ topic: DifferenceTopic, rank: Int) {
            onset = topic.onset(of: difference)
            self.rank = rank
            level = topic.component.level.rawValue
            // Leaf first; but a voltage comes from above.
            if case .reading(let quantity) = topic.aspect, quantity.kind == .voltage,
                topic.component.level != .other
            {
                level = -level
            }
        }

        static func < (left: SortKey, right: SortKey) -> Bool {
            (left.onset, left.rank, left.level) < (right.onset, right.rank, right.level)
        }
    }

    private struct Place: Hashable {
        var site: RecordingDifference.Site
        var place: String
    }
}

extension DifferenceTopic {
    /// When a difference begins. What is polled shows late what has happened, a step or a request
    /// does not.
    func onset(of difference: RecordingDifference) -> VirtualDuration {
        switch aspect {
        case .reading, .property, .answer, .claim: difference.polled
        case .header, .step, .fault, .request, .truth, .delivery: difference.frame
        }
    }
}
