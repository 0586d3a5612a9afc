import VirtualTime

extension GoldenDocument {
    /// This golden with some of a run's differences taken over and the others left out.
    ///
    /// What is taken is an exchange, a claim or another item as a whole: one in which a rejected
    /// difference shows too stays as the golden has it. The order of a frame is the run's where
    /// nothing in the frame is rejected.
    package func merging(
        _ run: GoldenDocument, accepted: [RecordingDifference], rejected: [RecordingDifference]
    ) -> GoldenDocument {
        let accepted = Dictionary(grouping: accepted, by: \.frame)
        let rejected = Dictionary(grouping: rejected, by: \.frame)
        let mine = expandedFrames()
        let theirs = run.expandedFrames()
        let times = Set(mine.keys).union(theirs.keys).sorted()
        let entries = times.flatMap { time in
            merge(
                mine[time] ?? [], theirs[time] ?? [], accepted: accepted[time] ?? [],
                rejected: rejected[time] ?? [])
        }
        let keepsHeader = (rejected[.zero] ?? []).contains { $0.site == .header }
        return GoldenDocument(
            header: keepsHeader ? header : run.header, matchers: matchers, entries: entries)
    }

    private func expandedFrames() -> [VirtualDuration: [RecordEntry]] {
        Dictionary(grouping: expand()) { $0.instant - header.start }
    }
}

private func merge(
    _ mine: [RecordEntry], _ theirs: [RecordEntry], accepted: [RecordingDifference],
    rejected: [RecordingDifference]
) -> [RecordEntry] {
    let decided = rejected.filter { $0.site != .header }
    if accepted.isEmpty { return mine }
    if decided.isEmpty { return theirs }
    let kept = Set(decided.compactMap(\.goldenItem))
    var replacements: [Int: Int] = [:]
    var dropped: Set<Int> = []
    var added: [Int] = []
    for difference in accepted {
        switch (difference.goldenItem, difference.runItem) {
        case (let golden?, let run?): replacements[golden] = run
        case (let golden?, nil): dropped.insert(golden)
        case (nil, let run?): added.append(run)
        case (nil, nil): break
        }
    }
    var entries = mine.indices.compactMap { index -> RecordEntry? in
        if kept.contains(index) { return mine[index] }
        if dropped.contains(index) { return nil }
        return replacements[index].map { theirs[$0] } ?? mine[index]
    }
    for index in Set(added).sorted() {
        entries.insert(theirs[index], at: min(index, entries.count))
    }
    return entries
}
