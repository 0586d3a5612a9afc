/// A pattern over paths: segments with `*` for any one, after a leading `…` or `**` for any
/// beginning. `…/Outlets/*` matches every outlet of every PDU.
package struct PathPattern: Sendable, Hashable {
    private let segments: [String]
    private let hasAnyBeginning: Bool

    package init(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        hasAnyBeginning = parts.first == "…" || parts.first == "**" || parts.first == "..."
        if hasAnyBeginning { parts.removeFirst() }
        segments = parts
    }

    package func matches(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard hasAnyBeginning ? parts.count >= segments.count : parts.count == segments.count
        else { return false }
        return zip(parts.suffix(segments.count), segments).allSatisfy { $1 == "*" || $0 == $1 }
    }
}
