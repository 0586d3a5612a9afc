/// The bytes in base 64, as HTTP Basic wants them.
///
/// Source: RFC 4648, "The Base16, Base32, and Base64 Data Encodings", clause 4.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits =
            group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - UInt32(group.count)))
        for position in 0..<4 {
            let isFilled = position <= group.count
            text.append(isFilled ? alphabet[Int(bits >> (18 - 6 * UInt32(position)) & 63)] : "=")
        }
    }
    return text
}
