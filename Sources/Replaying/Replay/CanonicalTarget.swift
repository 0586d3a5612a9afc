/// What a request target asks for, however it is spelt: two targets are equal where every service
/// has to take them for the same.
struct CanonicalTarget: Sendable, Hashable {
    /// Without the slash at its end.
    let path: String
    /// The options of the query, in an order of their own.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3 Query parameters: a service applies them in
    /// a fixed order, not in that of the URI.
    let options: [String]

    init(_ target: String) {
        let bytes = target.utf8
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let path = Self.respelt(bytes[..<mark], decoding: Self.isUnreserved)
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        options = bytes[mark...].dropFirst().split(separator: UInt8(ascii: "&"))
            .map(Self.option).sorted()
    }

    /// A name and its value, in which only what delimits options has to be escaped.
    ///
    /// Source: OData 4.0 Part 2, "URL Conventions", clause 2: a query is split, and names and values
    /// are decoded then. So `%24top` is `$top`.
    private static func option(_ text: Substring.UTF8View) -> String {
        let equals = text.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
        return respelt(text[..<equals]) { isData($0) && $0 != UInt8(ascii: "=") }
            + respelt(text[equals...], decoding: isData)
    }

    /// Escapes written in upper case, and those of bytes that need none taken back.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clauses 6.2.2.1 and
    /// 6.2.2.2.
    private static func respelt(
        _ text: Substring.UTF8View, decoding isPlain: (UInt8) -> Bool
    ) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(Substring(text)) }
        var bytes: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexadecimalValue),
                let low = rest.dropFirst().first.flatMap(hexadecimalValue)
            else {
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            let escaped = high << 4 | low
            bytes += isPlain(escaped) ? [escaped] : [byte, digits[Int(high)], digits[Int(low)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        digits.firstIndex { $0 == digit || $0 | 0x20 == digit && digit > UInt8(ascii: "9") }
            .map(UInt8.init)
    }

    /// Source: RFC 3986, clause 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    /// Visible characters that delimit nothing in a query.
    private static func isData(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"%&+;#".utf8.contains(byte)
    }
}
