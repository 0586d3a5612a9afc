import JSONText

extension FilterExpression {
    /// Reads an expression.
    ///
    /// - Throws: `Base.QueryParameterValueFormatError`, and `Base.QueryParameterUnsupported` with
    ///   status 501 for the functions and operators of OData that Redfish leaves out.
    init(parsing text: String) throws(RedfishError) {
        var parser = try FilterParser(text)
        self = try parser.expression()
    }
}

/// A parser by recursive descent. From the loosest binding to the tightest: `or`, `and`, `eq` and
/// `ne`, the other comparisons, `not`, parentheses.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3.3 The $filter query parameter.
private struct FilterParser {
    /// Keeps the recursion of parser and evaluation shallow, whatever is sent.
    private static let tokenLimit = 256

    private let text: String
    private var tokens: ArraySlice<FilterToken>

    init(_ text: String) throws(RedfishError) {
        guard let tokens = filterTokens(of: text), tokens.count <= Self.tokenLimit else {
            throw .queryValueFormat("$filter", text)
        }
        self.text = text
        self.tokens = tokens[...]
    }

    mutating func expression() throws(RedfishError) -> FilterExpression {
        let expression = try disjunction()
        guard tokens.isEmpty else { throw malformed }
        return expression
    }

    private mutating func disjunction() throws(RedfishError) -> FilterExpression {
        var expression = try conjunction()
        while take(.word("or")) { expression = .or(expression, try conjunction()) }
        return expression
    }

    private mutating func conjunction() throws(RedfishError) -> FilterExpression {
        var expression = try equality()
        while take(.word("and")) { expression = .and(expression, try equality()) }
        return expression
    }

    private mutating func equality() throws(RedfishError) -> FilterExpression {
        var expression = try relation()
        while let comparison = takeComparison(among: [.equal, .notEqual]) {
            expression = .compare(comparison, expression, try relation())
        }
        return expression
    }

    private mutating func relation() throws(RedfishError) -> FilterExpression {
        var expression = try negation()
        while let comparison = takeComparison(
            among: [.greater, .greaterOrEqual, .less, .lessOrEqual])
        {
            expression = .compare(comparison, expression, try negation())
        }
        try refuseForeignOperator()
        return expression
    }

    private mutating func negation() throws(RedfishError) -> FilterExpression {
        take(.word("not")) ? .not(try negation()) : try operand()
    }

    private mutating func operand() throws(RedfishError) -> FilterExpression {
        switch tokens.popFirst() {
        case .open:
            let inner = try disjunction()
            guard take(.close) else { throw malformed }
            return inner
        case .text(let text): return .literal(.string(text))
        case .word(let word):
            // A function's name.
            if tokens.first == .open { throw unsupported }
            return try value(word)
        case .close, nil: throw malformed
        }
    }

    private func value(_ word: String) throws(RedfishError) -> FilterExpression {
        if let literal = scalar(word) { return .literal(literal) }
        let path = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isReserved = FilterExpression.Comparison(rawValue: word) != nil || isLogical(word)
        let isDigit = word.first.map { ("0"..."9").contains($0) } ?? false
        guard !isReserved, !isDigit, path.allSatisfy(isPropertyName) else { throw malformed }
        return .property(JSONPointer(tokens: path))
    }

    private func scalar(_ word: String) -> JSONValue? {
        switch try? JSONValue(parsing: Array(word.utf8)) {
        case .number(let number): .number(number)
        case .bool(let flag): .bool(flag)
        case .null: .null
        default: nil
        }
    }

    private func isLogical(_ word: String) -> Bool { ["and", "or", "not"].contains(word) }

    private mutating func take(_ token: FilterToken) -> Bool {
        guard tokens.first == token else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func takeComparison(
        among comparisons: [FilterExpression.Comparison]
    ) -> FilterExpression.Comparison? {
        guard case .word(let word) = tokens.first,
            let comparison = FilterExpression.Comparison(rawValue: word),
            comparisons.contains(comparison)
        else { return nil }
        tokens.removeFirst()
        return comparison
    }

    private func refuseForeignOperator() throws(RedfishError) {
        guard case .word(let word) = tokens.first,
            ["add", "sub", "mul", "div", "mod", "has", "in"].contains(word)
        else { return }
        throw unsupported
    }

    private var malformed: RedfishError { .queryValueFormat("$filter", text) }

    private var unsupported: RedfishError { .queryParameterUnsupported("$filter") }
}

private enum FilterToken: Equatable {
    case open
    case close
    /// Between single quotes, a doubled quote being one of the text.
    case text(String)
    /// A path, a number, an operator or a name of a value.
    case word(String)
}

/// The tokens of an expression, or nil where a text has no end.
private func filterTokens(of text: String) -> [FilterToken]? {
    var tokens: [FilterToken] = []
    var rest = text[...]
    while let first = rest.first {
        switch first {
        case " ", "\t": rest.removeFirst()
        case "(":
            rest.removeFirst()
            tokens.append(.open)
        case ")":
            rest.removeFirst()
            tokens.append(.close)
        case "'":
            rest.removeFirst()
            guard let quoted = takeQuoted(&rest) else { return nil }
            tokens.append(.text(quoted))
        default:
            let word = rest.prefix { !" \t()'".contains($0) }
            tokens.append(.word(String(word)))
            rest = rest[word.endIndex...]
        }
    }
    return tokens
}

/// The text up to its closing quote, which is taken too.
private func takeQuoted(_ rest: inout Substring) -> String? {
    var text = ""
    while let quote = rest.firstIndex(of: "'") {
        text += rest[..<quote]
        rest = rest[rest.index(after: quote)...]
        guard rest.first == "'" else { return text }
        text += "'"
        rest.removeFirst()
    }
    return nil
}

/// Whether a text may name a property or an annotation.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 9.6 Properties.
func isPropertyName(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"),
                UInt8(ascii: "."), UInt8(ascii: "#"):
                true
            default: false
            }
        }
}
