/// One budget, measured.
struct BenchRow: Sendable {
    /// What was measured, for example `GET of an outlet, session token`.
    var subject: String
    var ours: Figure
    var peer: Figure?
    var budget: Budget
    /// What was counted and checked on the way, so that nobody has to believe the figure alone.
    var notes: [String] = []

    /// Ours over the peer's.
    var ratio: Figure? {
        peer.map { .times($0.value > 0 ? ours.value / $0.value : 0) }
    }

    /// A budget that is a ratio holds the ratio, any other holds our figure.
    var isMet: Bool {
        let judged = budget.figure.unit == .times ? ratio : ours
        return judged.map { budget.isMet(by: $0.value) } ?? false
    }

    var verdict: String { isMet ? "met" : "missed" }
}

/// Why something could not be measured here, which is no failure.
struct NotMeasurable: Error {
    var reason: String
}

/// What came of one measurement.
struct BenchResult: Sendable {
    var name: String
    var rows: [BenchRow] = []
    /// Set where nothing could be measured.
    var reason: String?
}
