import JSONText
import Validation

/// The addresses a requirement is about: URI patterns with `{…}` for one segment each, or regular
/// expressions from `^` to `$`.
struct URIPatterns: Sendable {
    private let expressions: [String]
    let pointer: JSONPointer

    /// - Parameter texts: As the profile has them.
    init(_ texts: [String], at pointer: JSONPointer) {
        expressions = texts.map(Self.expression)
        self.pointer = pointer
    }

    /// Whether a resource's address, without trailing slash, fits one of them.
    func match(_ uri: String) -> Bool {
        expressions.contains { PatternTable.shared.matches(uri, $0) ?? false }
    }

    private static func expression(_ text: String) -> String {
        guard !text.hasPrefix("^") else { return text }
        let path = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        var expression = "^"
        var isInside = false
        for character in path {
            switch character {
            case "{":
                isInside = true
                expression += "[^/]+"
            case "}": isInside = false
            case _ where isInside: break
            case ".", "+", "?", "(", ")", "[", "]", "*", "$", "^", "|", "\\":
                expression += "\\\(character)"
            default: expression.append(character)
            }
        }
        return expression + "$"
    }
}
