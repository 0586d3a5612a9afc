import VirtualTime

/// When outlets had power on one side.
struct SupplyHistory: Sendable {
    /// By outlet, in the order of time; an outlet had before the first change what it took away.
    private var changes: [String: [(time: VirtualDuration, isPowered: Bool)]] = [:]

    mutating func note(_ truth: TruthRecord, at time: VirtualDuration) {
        guard let outlet = truth.outlet else { return }
        changes[String(outlet + 1), default: []].append((time, truth.isPowered))
    }

    private func isPowered(_ outlet: String, at time: VirtualDuration) -> Bool {
        let known = changes[outlet] ?? []
        let last = known.last { $0.time <= time }
        return last?.isPowered ?? known.first.map { !$0.isPowered } ?? true
    }

    /// By outlet the stretches in which it had power on one side only.
    static func differences(
        _ golden: SupplyHistory, _ run: SupplyHistory
    ) -> [Component: [SupplyDifference]] {
        var found: [Component: [SupplyDifference]] = [:]
        for outlet in Set(golden.changes.keys).union(run.changes.keys) {
            found[Component(level: .outlet, name: outlet)] = differences(of: outlet, golden, run)
        }
        return found
    }

    private static func differences(
        of outlet: String, _ golden: SupplyHistory, _ run: SupplyHistory
    ) -> [SupplyDifference] {
        let mine = golden.changes[outlet] ?? []
        let theirs = run.changes[outlet] ?? []
        let times = Set((mine + theirs).map(\.time)).union([.zero]).sorted()
        var found: [SupplyDifference] = []
        for (index, time) in times.enumerated() {
            let isRunPowered = run.isPowered(outlet, at: time)
            guard golden.isPowered(outlet, at: time) != isRunPowered else { continue }
            found.append(
                SupplyDifference(
                    start: time, last: index + 1 < times.count ? times[index + 1] : nil,
                    isRunPowered: isRunPowered))
        }
        return found
    }
}
