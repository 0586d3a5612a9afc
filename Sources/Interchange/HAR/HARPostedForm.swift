import JSONText

/// The body of a request that an archive shows as names and values instead of text.
///
/// Source: HTTP Archive (HAR) 1.2, "postData": `text` and `params` exclude one another.
struct HARPostedForm {
    static let mediaType = "application/x-www-form-urlencoded"

    /// As it was sent, or nil where names and values do not tell, as those of a form in parts.
    let bytes: [UInt8]?

    /// Nil where there is a text, or nothing was posted.
    init?(_ postData: JSONValue?) {
        guard let postData, postData["text"] == nil, let pairs = postData["params"]?.array,
            !pairs.isEmpty
        else { return nil }
        let essence = (postData["mimeType"]?.string ?? "").lowercased().prefix { $0 != ";" }
        guard essence == Self.mediaType else {
            bytes = nil
            return
        }
        bytes = Array(
            pairs.map { pair in
                Self.encoded(pair["name"]?.string ?? "") + [UInt8(ascii: "=")]
                    + Self.encoded(pair["value"]?.string ?? "")
            }.joined(separator: [UInt8(ascii: "&")]))
    }

    /// Source: WHATWG URL Living Standard, "application/x-www-form-urlencoded", 5.2 Serializing.
    private static func encoded(_ text: String) -> [UInt8] {
        text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                [byte]
            case UInt8(ascii: " "): [UInt8(ascii: "+")]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
