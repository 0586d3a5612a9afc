import JSONText

/// What stands in the place of a value that is masked: `<token#1>`.
package struct Mask: Sendable, Hashable {
    /// What kind of value it was: lower-case letters and hyphens.
    package var label: String
    /// Values of a kind are numbered by first appearance, from 1.
    package var number: Int

    package struct Place {
        package var range: Range<String.Index>
        package var mask: Mask
    }

    /// The masks in a text, in their order.
    package static func places(in text: String) -> [Place] {
        // Most texts hold none, which a look for their rarest sign tells.
        guard text.utf8.contains(UInt8(ascii: "#")) else { return [] }
        let bytes = Array(text.utf8)
        var places: [Place] = []
        var index = 0
        while index < bytes.count {
            guard let (mask, end) = mask(at: index, in: bytes) else {
                index += 1
                continue
            }
            func place(_ offset: Int) -> String.Index {
                text.utf8.index(text.startIndex, offsetBy: offset)
            }
            places.append(Place(range: place(index)..<place(end), mask: mask))
            index = end
        }
        return places
    }

    /// The text with other words for its masks.
    package static func replaced(in text: String, by words: (Mask) -> String) -> String {
        var result = ""
        var copied = text.startIndex
        for place in places(in: text) {
            result += text[copied..<place.range.lowerBound] + words(place.mask)
            copied = place.range.upperBound
        }
        return result + text[copied...]
    }

    /// Whether a text can be what was recorded: the same, but for what is masked there.
    package static func fits(_ text: String, recorded: String) -> Bool {
        guard text != recorded else { return true }
        let bytes = Array(recorded.utf8)
        var pattern: [WildcardText.Piece<UInt8>] = []
        var index = 0
        while index < bytes.count {
            let end = end(at: index, in: bytes)
            pattern.append(end == nil ? .one(bytes[index]) : .anyRun)
            index = end ?? index + 1
        }
        return WildcardText.matches(Array(text.utf8), pattern) { $0 == $1 }
    }

    /// Where the mask that begins at a place ends; nil where none does.
    static func end<Bytes: RandomAccessCollection<UInt8>>(
        at start: Int, in bytes: Bytes
    ) -> Int? where Bytes.Index == Int {
        guard start < bytes.endIndex, bytes[start] == UInt8(ascii: "<") else { return nil }
        let label = bytes[(start + 1)...].prefix(longestLabel + 1)
            .prefix { $0 &- 97 < 26 || $0 == UInt8(ascii: "-") }
        guard !label.isEmpty, label.count <= longestLabel,
            label.endIndex < bytes.endIndex, bytes[label.endIndex] == UInt8(ascii: "#")
        else { return nil }
        let number = bytes[(label.endIndex + 1)...].prefix(longestNumber + 1)
            .prefix { $0 &- 48 < 10 }
        guard !number.isEmpty, number.count <= longestNumber,
            number.endIndex < bytes.endIndex, bytes[number.endIndex] == UInt8(ascii: ">")
        else { return nil }
        return number.endIndex + 1
    }

    /// So that a look at a place costs little, whatever stands there.
    private static let longestLabel = 64
    private static let longestNumber = 18

    private static func mask(at start: Int, in bytes: [UInt8]) -> (Mask, end: Int)? {
        guard let end = end(at: start, in: bytes),
            let sign = bytes[start..<end].firstIndex(of: UInt8(ascii: "#")),
            let number = Int(String(decoding: bytes[(sign + 1)..<(end - 1)], as: UTF8.self))
        else { return nil }
        let label = String(decoding: bytes[(start + 1)..<sign], as: UTF8.self)
        return (Mask(label: label, number: number), end)
    }
}

/// Whether a text or part of it is masked: `http://<host#1>/events`.
package func holdsMask(_ text: String) -> Bool { !Mask.places(in: text).isEmpty }

/// Whether a value is a mask already.
func isMask(_ value: ArraySlice<UInt8>) -> Bool {
    Mask.end(at: value.startIndex, in: value) == value.endIndex
}
