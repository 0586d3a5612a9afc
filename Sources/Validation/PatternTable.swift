import Synchronization

/// Compiled patterns, kept once made.
final class PatternTable: Sendable {
    static let shared = PatternTable()

    private let matchers = Mutex<[String: PatternMatcher]>([:])

    /// Whether a text satisfies a schema's pattern. A pattern this matcher cannot compile goes to
    /// the standard library's, and one that neither can admits everything.
    func matches(_ text: String, _ pattern: String) -> Bool {
        let known = matchers.withLock { $0[pattern] }
        if let known { return known.matches(text) }
        guard let matcher = PatternMatcher(pattern) else {
            guard let expression = try? Regex(pattern) else { return true }
            return text.contains(expression)
        }
        matchers.withLock { $0[pattern] = matcher }
        return matcher.matches(text)
    }
}
