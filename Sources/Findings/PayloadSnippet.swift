package import JSONText

/// The part of a payload that a reader wants to see beside a finding.
package struct PayloadSnippet: Sendable, Hashable {
    /// The lines above, down to the one that is meant.
    package var before: [String]
    /// The line that is meant; where that is long, the part around the place.
    package var line: String
    package var after: [String]

    package init(before: [String] = [], line: String, after: [String] = []) {
        self.before = before
        self.line = line
        self.after = after
    }

    /// The lines around a position, without the indentation that all of them have.
    package init(around position: TextPosition, in bytes: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        let offset = min(position.offset, bytes.count)
        // No farther than it takes to know that a line is long: a payload may be one of megabytes.
        let head = bytes[max(0, offset - Self.longestLine - 1)..<offset]
        let tail = bytes[offset..<min(bytes.count, offset + Self.longestLine + 1)]
        let start = head.lastIndex(of: newline).map { $0 + 1 } ?? head.startIndex
        let end = tail.firstIndex(of: newline) ?? tail.endIndex
        guard end - start <= Self.longestLine else {
            let from = max(start, offset - Self.reach)
            let to = min(end, offset + Self.reach)
            let text = Self.text(bytes[from..<to])
            self.init(line: (from > start ? "…" : "") + text + (to < end ? "…" : ""))
            return
        }
        let above = bytes[..<max(0, start - 1)].suffix(Self.longestLine * Self.context)
        let below = bytes[min(end + 1, bytes.count)...].prefix(Self.longestLine * Self.context)
        let before = above.split(separator: newline).suffix(Self.context).map(Self.text)
        let after = below.split(separator: newline).prefix(Self.context).map(Self.text)
        let line = Self.text(bytes[start..<end])
        let indentation = (before + [line] + after).map { $0.prefix { $0 == " " }.count }.min() ?? 0
        self.init(
            before: before.map { String($0.dropFirst(indentation)) },
            line: String(line.dropFirst(indentation)),
            after: after.map { String($0.dropFirst(indentation)) })
    }

    /// Lines to each side that are shown.
    private static let context = 2
    /// Bytes of a line that is shown whole, and to each side of a place in a longer one.
    private static let longestLine = 160
    private static let reach = 80

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(text.filter { $0 != "\r" && $0 != "\r\n" && $0 != "\u{FFFD}" })
    }
}
