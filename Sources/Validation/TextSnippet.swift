package import JSONText

/// The part of a payload that a reader wants to see beside a finding.
package enum TextSnippet {
    /// The line of a position without its indentation, or where that is long, the part around it.
    package static func around(_ position: TextPosition, in bytes: [UInt8]) -> String {
        let newline = UInt8(ascii: "\n")
        let offset = min(position.offset, bytes.count)
        let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
        let from = max(start, offset - reach)
        let to = min(end, offset + reach)
        var text = String(decoding: bytes[from..<to], as: UTF8.self)
        if from == start { text = String(text.drop { $0 == " " || $0 == "\t" }) }
        text = String(text.filter { $0 != "\r" && $0 != "\u{FFFD}" })
        return (from > start ? "…" : "") + text + (to < end ? "…" : "")
    }

    /// Bytes to each side that are shown at most.
    private static let reach = 80
}
