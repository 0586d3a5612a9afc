/// What kind of file of ours a text is, told by its first line.
package enum RecordingFormat: Sendable, Hashable {
    case recording
    case golden

    /// Nil where the text begins like neither.
    package init?(firstBytesOf bytes: [UInt8]) {
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        if begins(#"{"recording":"#) {
            self = .recording
        } else if begins(#"{"golden":"#) {
            self = .golden
        } else {
            return nil
        }
    }
}

/// A text cut into lines. A line feed ends a line; a carriage return before it is JSON whitespace.
struct TextLines {
    private let bytes: [UInt8]
    private var index = 0
    /// Number of the line handed out last, from 1.
    private(set) var number = 0
    /// Whether the line handed out last had its line feed.
    private(set) var isWhole = true

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> [UInt8]? {
        guard index < bytes.count else { return nil }
        let start = index
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        isWhole = end < bytes.count
        index = end + 1
        number += 1
        return Array(bytes[start..<end])
    }

    var isAtEnd: Bool { index >= bytes.count }
}

/// Whether a line is one of those that git leaves in a file it could not merge.
func isConflictMarker(_ line: [UInt8]) -> Bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].contains { line.starts(with: $0.utf8) }
}
