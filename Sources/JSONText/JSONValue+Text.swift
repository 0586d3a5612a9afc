extension JSONValue {
    /// The canonical text on one line.
    package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    package var compactBytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The text with one member or element a line, indented by two blanks, ended by a line feed.
    package var prettyText: String {
        var text = ""
        appendPretty(to: &text, indent: "")
        return text + "\n"
    }

    private func appendPretty(to text: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "["
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + inner
                element.appendPretty(to: &text, indent: inner)
            }
            text += "\n\(indent)]"
        case .object(let object) where !object.members.isEmpty:
            text += "{"
            for (index, member) in object.members.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + inner
                text += JSONValue.string(member.name).compactText + ": "
                member.value.appendPretty(to: &text, indent: inner)
            }
            text += "\n\(indent)}"
        default:
            text += compactText
        }
    }
}
