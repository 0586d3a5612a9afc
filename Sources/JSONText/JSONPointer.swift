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
        guard text.first == "/" else { return nil }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        self.init(
            tokens: parts.map { part in
                guard part.contains("~") else { return String(part) }
                return Self.replacing(
                    "~0", with: "~", in: Self.replacing("~1", with: "/", in: part))
            })
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
            for character in token {
                switch character {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.append(character)
                }
            }
        }
        return text
    }

    private static func replacing(
        _ pattern: String, with replacement: String, in text: some StringProtocol
    ) -> String {
        var result = ""
        var rest = Substring(text)
        while let range = rest.firstRange(of: pattern) {
            result += rest[..<range.lowerBound] + replacement
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
