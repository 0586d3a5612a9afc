/// Writes canonical JSON text straight into bytes: members in the order given, no blanks, numbers
/// from scaled integers, the shortest escapes.
///
/// The device renders every resource through this, so it avoids intermediate trees.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
    }

    // MARK: Containers

    @inline(__always)
    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    @inline(__always)
    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    // MARK: Members

    @inline(__always)
    package mutating func object(
        _ name: String, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try object(body)
    }

    @inline(__always)
    package mutating func array(
        _ name: String, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try array(body)
    }

    package mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    package mutating func member(_ name: String, _ value: Int) {
        key(name)
        number(units: Int64(value), decimals: 0)
    }

    /// A member whose value is `units` × 10^−`decimals`.
    package mutating func member(_ name: String, units: Int64, decimals: Int) {
        key(name)
        number(units: units, decimals: decimals)
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    package mutating func memberNull(_ name: String) {
        key(name)
        null()
    }

    /// A member that is left out where the text is nil.
    package mutating func member(_ name: String, ifPresent text: String?) {
        if let text { member(name, text) }
    }

    package mutating func key(_ name: String) {
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ text: String) {
        separate()
        quoted(text)
        needsComma = true
    }

    package mutating func bool(_ flag: Bool) {
        raw(flag ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// A number of `units` × 10^−`decimals`, without trailing zeros after the point.
    package mutating func number(units: Int64, decimals: Int) {
        separate()
        appendDecimal(units: units, decimals: decimals, to: &bytes)
        needsComma = true
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): raw(number.text)
        case .string(let text): string(text)
        case .array(let elements):
            array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let object):
            self.object { writer in
                for member in object.members { writer.member(member.name, member.value) }
            }
        }
    }

    /// Appends text that is JSON already, as one value.
    package mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Ends the line, so that the next value begins one of its own: JSON Lines.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    // MARK: Private

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { buffer in
            if needsNoEscape(UnsafeRawBufferPointer(buffer)) {
                bytes.append(contentsOf: buffer)
            } else {
                for byte in buffer { appendEscaped(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x08: bytes.append(contentsOf: Array("\\b".utf8))
        case 0x0C: bytes.append(contentsOf: Array("\\f".utf8))
        case 0x0A: bytes.append(contentsOf: Array("\\n".utf8))
        case 0x0D: bytes.append(contentsOf: Array("\\r".utf8))
        case 0x09: bytes.append(contentsOf: Array("\\t".utf8))
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: Array("\\u00".utf8))
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0xF)])
        default: bytes.append(byte)
        }
    }
}

/// Whether a text may stand in quotes as it is. Looks at eight bytes at a time: nearly all texts
/// are plain, and every key and text that is written passes here.
private func needsNoEscape(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index + 8 <= text.count {
        let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let hits =
            hasByte(below: 0x20, in: word) | hasByte(UInt8(ascii: "\""), in: word)
            | hasByte(UInt8(ascii: "\\"), in: word)
        guard hits == 0 else { return false }
        index += 8
    }
    return text[index...].allSatisfy {
        $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
}

/// Not zero where one of the eight bytes is below a bound of at most 128: subtracting it borrows
/// from the top bit, which was not set before.
private func hasByte(below bound: UInt64, in word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101 &* bound) & ~word & 0x8080_8080_8080_8080
}

private func hasByte(_ byte: UInt8, in word: UInt64) -> UInt64 {
    hasByte(below: 1, in: word ^ 0x0101_0101_0101_0101 &* UInt64(byte))
}

/// Appends `units` × 10^−`decimals` as decimal text without trailing zeros after the point.
package func appendDecimal(units: Int64, decimals: Int, to bytes: inout [UInt8]) {
    var magnitude = units.magnitude
    var decimals = decimals
    while decimals > 0, magnitude % 10 == 0 {
        magnitude /= 10
        decimals -= 1
    }
    if units < 0 { bytes.append(UInt8(ascii: "-")) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { digits in
        var count = 0
        while magnitude > 0 || count <= decimals {
            digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
            count += 1
        }
        for position in stride(from: count - 1, through: 0, by: -1) {
            if position == decimals - 1 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(digits[position])
        }
    }
}

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
