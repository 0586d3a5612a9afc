/// What stands between the quotes of a JSON string, and where each byte of it comes from.
struct EscapedText {
    private(set) var plain: [UInt8] = []
    /// For each plain byte the place where its spelling begins; then the end of the text.
    private(set) var origins: [Int] = []

    /// Source: RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format", clause 7.
    init(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        var index = text.startIndex
        while index < text.endIndex {
            let length = min(Self.spellingLength(at: index, in: text), text.endIndex - index)
            let bytes = unescapedJSONString(Array(text[index..<index + length]))
            plain += bytes
            origins += bytes.map { _ in index }
            index += length
        }
        origins.append(text.endIndex)
    }

    /// How many bytes spell the character, or the part of one, that begins here.
    private static func spellingLength(
        at index: Int, in text: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Int {
        guard text[index] == UInt8(ascii: "\\") else { return 1 }
        let escape = text[index...].dropFirst()
        guard escape.first == UInt8(ascii: "u") else { return 2 }
        // A character outside the basic plane is a pair of escapes, of which this is the first.
        let digits = escape.dropFirst().prefix(2).map { $0 | 0x20 }
        return digits.first == UInt8(ascii: "d") && "89ab".utf8.contains(digits.last ?? 0) ? 12 : 6
    }
}
