import Electrical

/// All claims of one point, seen together. A mistake that no single claim is long enough to tell shows
/// in what they come to, and one that a short claim seems to tell does not hold for the others.
struct ClaimSeries {
    /// What all of them come to.
    let whole: ClaimDiagnosis
    /// How many they are.
    let count: Int
    /// What those of them come to that are right by themselves; nil where none is.
    let right: ClaimDiagnosis?

    /// The mistake that explains all of them, in words that say so.
    let habit: ClaimDiagnosis.Cause?

    init(_ whole: ClaimDiagnosis, count: Int, right: ClaimDiagnosis?) {
        self.whole = whole
        self.count = count
        self.right = right
        guard !whole.span.admits(whole.energy), var cause = whole.cause, let habit = cause.habit,
            right?.isExplained(by: habit) ?? true
        else {
            self.habit = nil
            return
        }
        if count > 1 {
            cause.words =
                "over the \(count) claims for \(ClaimScope.point(whole.point).name), \(cause.words)"
        }
        self.habit = cause
    }

    /// Whether a client of this habit would have made other claims. What a claim of many quanta tells by
    /// itself holds for that claim, whatever the others are.
    func contradicts(_ habit: ClaimHabit, of span: LevelSpan) -> Bool {
        guard count > 1, span.low < 50 * span.bound else { return false }
        return !whole.isExplained(by: habit) || !(right?.isExplained(by: habit) ?? true)
    }
}
