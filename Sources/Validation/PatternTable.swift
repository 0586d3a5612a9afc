import Synchronization

/// Compiled patterns, kept once made.
package final class PatternTable: Sendable {
    package static let shared = PatternTable()

    private let matchers = Mutex<[String: PatternMatcher]>([:])

    /// Whether a text satisfies a schema's pattern. A pattern this matcher cannot compile goes to
    /// the standard library's; nil for one that neither can.
    package func matches(_ text: String, _ pattern: String) -> Bool? {
        let known = matchers.withLock { $0[pattern] }
        if let known { return known.matches(text) }
        guard let matcher = PatternMatcher(pattern) else {
            return (try? Regex(pattern)).map { text.contains($0) }
        }
        matchers.withLock { $0[pattern] = matcher }
        return matcher.matches(text)
    }
}
