/// Texts from payloads, schemas and clients made safe to print: whatever would move a cursor, colour
/// a terminal, reverse a line or break a page is written as an escape instead.
extension String {
    /// The text on one line, control and formatting characters as `\n` or `\u{1b}`.
    package var visible: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnprintable:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Controls, line and paragraph separators, and the invisible formats that reorder text.
    fileprivate var isUnprintable: Bool {
        // Most text is this.
        if (0x20...0x7E).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: value & 0xFFFE == 0xFFFE
        }
    }
}
