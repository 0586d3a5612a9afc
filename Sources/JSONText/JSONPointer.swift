/// A JSON pointer as unescaped reference tokens.
///
/// Source: RFC 6901, "JavaScript Object Notation (JSON) Pointer", clauses 3 and 4.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    package var tokens: [String]

    package init(tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Reads `/a/b~1c/0`; nil where the text is neither empty nor begins with a slash.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        // By scalars: a combining mark after a slash would make one character of the two.
        let scalars = text.unicodeScalars
        guard scalars.first == "/" else { return nil }
        let parts = scalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        self.init(tokens: parts.map(Self.unescaped))
    }

    package func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens: tokens + [token])
    }

    package func appending(_ index: Int) -> JSONPointer {
        appending(String(index))
    }

    /// The escaped text; the empty string names the whole document.
    package var description: String {
        var text = ""
        for token in tokens {
            text += "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }

    /// The element of an array that a token names; nil where it names none: digits only, and no zero
    /// before others.
    package static func index(_ token: some StringProtocol) -> Int? {
        let digits = token.utf8
        let hasLeadingZero = digits.first == UInt8(ascii: "0") && digits.count > 1
        return !hasLeadingZero && digits.allSatisfy { $0 &- 48 < 10 } ? Int(token) : nil
    }

    private static func unescaped(_ token: Substring.UnicodeScalarView) -> String {
        var text = String.UnicodeScalarView()
        var scalars = token.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            switch (scalar, next) {
            case ("~", "0"): text.append("~")
            case ("~", "1"): text.append("/")
            default:
                text.append(scalar)
                continue
            }
            next = scalars.next()
        }
        return String(text)
    }
}
