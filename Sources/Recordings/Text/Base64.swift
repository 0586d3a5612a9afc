// Base64 with padding: RFC 4648, "The Base16, Base32, and Base64 Data Encodings", clause 4.

private let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

package func base64Text(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var held = 0
    for byte in bytes {
        group = group << 8 | UInt32(byte)
        held += 1
        guard held == 3 else { continue }
        for shift in [18, 12, 6, 0] as [UInt32] {
            text.append(base64Digits[Int(group >> shift & 63)])
        }
        group = 0
        held = 0
    }
    if held > 0 {
        group <<= UInt32(8 * (3 - held))
        for position in 0..<4 {
            let digit = base64Digits[Int(group >> UInt32(18 - 6 * position) & 63)]
            text.append(position <= held ? digit : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes of a padded base64 text, or nil where the text is none.
package func base64Bytes(_ text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 4 == 0 else { return nil }
    let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3)
    var group: UInt32 = 0
    for (index, digit) in digits.enumerated() {
        let isPadding = index >= digits.count - padding
        guard let value = isPadding ? 0 : base64Value(digit) else { return nil }
        group = group << 6 | UInt32(value)
        guard index % 4 == 3 else { continue }
        for shift in [16, 8, 0] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: group >> shift))
        }
        group = 0
    }
    bytes.removeLast(padding)
    return bytes
}

private func base64Value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
