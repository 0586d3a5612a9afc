/// Joins the lines of a JSON text that was written over several, so that a claims file may hold one
/// claim a line, claims in several lines each, or one array of them.
///
/// A line that begins an object at its very beginning while another object is open ends that one: it
/// was cut off, as by a crash, and is not to swallow what comes after.
struct JSONLines {
    typealias Numbered = (line: Int, text: String)

    private var open: Numbered?
    /// Brackets that are open.
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    /// - Parameter limit: A text of more bytes than this is handed over as it is.
    /// - Returns: The texts that are whole now, each with the number of its first line.
    mutating func take(_ text: String, line: Int, limit: Int) -> [Numbered] {
        var whole: [Numbered] = []
        if let open, open.text.hasPrefix("{"), text.hasPrefix("{") { whole += end() }
        scan(text)
        let joined = open.map { ($0.line, $0.text + "\n" + text) } ?? (line, text)
        guard depth > 0, joined.1.utf8.count < limit else {
            open = nil
            (depth, isInText, isEscaped) = (0, false, false)
            return whole + [joined]
        }
        open = joined
        return whole
    }

    /// What is open, though it is not whole.
    mutating func end() -> [Numbered] {
        defer {
            open = nil
            (depth, isInText, isEscaped) = (0, false, false)
        }
        return open.map { [$0] } ?? []
    }

    private mutating func scan(_ text: String) {
        // Only an object or an array goes on.
        guard open != nil || ["{", "["].contains(text.first { !$0.isWhitespace }) else { return }
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if isInText {
                isEscaped = byte == UInt8(ascii: "\\")
                isInText = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
        }
    }
}
