import Findings
import JSONText

/// Two texts side by side, each cut so that where they part can be seen.
struct DifferingTexts {
    var left: String
    var right: String

    /// - Parameter limit: Characters of each that may show; what was cut off is an ellipsis.
    init(_ left: String, _ right: String, limit: Int) {
        guard max(left.count, right.count) > limit else {
            (self.left, self.right) = (left.visible, right.visible)
            return
        }
        let common = zip(left, right).prefix { $0 == $1 }.count
        // Some of what they share says where one is.
        let start = common < limit * 2 / 3 ? 0 : common - limit / 3
        (self.left, self.right) = (
            Self.excerpt(of: left, from: start, limit: limit),
            Self.excerpt(of: right, from: start, limit: limit)
        )
    }

    /// - Parameter change: `old → new`; another text gives nil.
    init?(change: String, limit: Int) {
        let arrow = " → "
        let sides = change.split(separator: arrow, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        self.init(String(sides[0]), String(sides[1]), limit: (limit - arrow.count) / 2)
    }

    private static func excerpt(of text: String, from start: Int, limit: Int) -> String {
        let rest = text.dropFirst(start)
        return (start > 0 ? "…" : "") + String(rest.prefix(limit)).visible
            + (rest.count > limit ? "… (\(text.count.grouped) characters)" : "")
    }
}
