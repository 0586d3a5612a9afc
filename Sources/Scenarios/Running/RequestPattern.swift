package import HTTPMessages
import HTTPTypes

/// Which requests a fault plays on or an expectation counts.
package struct RequestPattern: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case any = "*"
    }

    package var method: Method
    package var path: PathPattern

    package func matches(_ request: RequestMessage) -> Bool {
        (method == .any || method.rawValue == request.head.method.rawValue)
            && path.matches(request.path)
    }
}

/// A pattern over paths: segments with `*` for any one, after a leading `…` or `**` for any
/// beginning. `…/Outlets/*` matches every outlet of every PDU.
package struct PathPattern: Sendable, Hashable {
    package let text: String
    let segments: [String]
    private let hasAnyBeginning: Bool

    /// Nil where the text begins neither with a slash nor with a sign for any beginning, or names
    /// no segment.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        hasAnyBeginning = ["…", "**", "..."].contains(parts.first)
        if hasAnyBeginning { parts.removeFirst() }
        guard hasAnyBeginning || text.hasPrefix("/"), !parts.isEmpty else { return nil }
        segments = parts
        self.text = text
    }

    package func matches(_ path: String) -> Bool {
        guard let parts = comparedParts(of: path) else { return false }
        return zip(parts, segments).allSatisfy { $1 == "*" || $0 == $1 }
    }

    /// The segments of a path that the pattern's own are held against; nil where there are too few
    /// or too many.
    func comparedParts(of path: String) -> ArraySlice<Substring>? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard hasAnyBeginning ? parts.count >= segments.count : parts.count == segments.count
        else { return nil }
        return parts.suffix(segments.count)
    }

    /// The pattern with another segment in one place.
    func replacing(_ index: Int, with segment: String) -> String {
        var segments = segments
        segments[index] = segment
        return (hasAnyBeginning ? "…/" : "/") + segments.joined(separator: "/")
    }
}
