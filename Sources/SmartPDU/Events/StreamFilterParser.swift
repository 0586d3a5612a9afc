import HTTPTypes

/// Reads the text of a stream's filter.
struct StreamFilterParser {
    private enum Token: Hashable {
        case open
        case close
        case word(String)
        case text(String)
    }

    /// Deeper parentheses and longer filters are refused.
    private static let depthLimit = 16
    private static let comparisonLimit = 100

    private let source: String
    private let tokens: [Token]
    private var position = 0
    private var depth = 0
    private var comparisons = 0
    private(set) var includesSubordinates = false

    init(_ text: String) throws(RedfishError) {
        source = text
        guard let tokens = Self.tokens(of: text) else { throw .filterFormat(text) }
        self.tokens = tokens
    }

    mutating func wholeExpression() throws(RedfishError) -> StreamFilter.Expression {
        let expression = try disjunction()
        guard position == tokens.count else { throw .filterFormat(source) }
        return expression
    }

    private mutating func disjunction() throws(RedfishError) -> StreamFilter.Expression {
        var expression = try conjunction()
        while take(.word("or")) { expression = .or(expression, try conjunction()) }
        return expression
    }

    private mutating func conjunction() throws(RedfishError) -> StreamFilter.Expression {
        var expression = try operand()
        while take(.word("and")) { expression = .and(expression, try operand()) }
        return expression
    }

    private mutating func operand() throws(RedfishError) -> StreamFilter.Expression {
        guard take(.open) else { return try comparison() }
        depth += 1
        guard depth <= Self.depthLimit else { throw .filterTooLong }
        let expression = try disjunction()
        guard take(.close) else { throw .filterFormat(source) }
        depth -= 1
        return expression
    }

    private mutating func comparison() throws(RedfishError) -> StreamFilter.Expression {
        comparisons += 1
        guard comparisons <= Self.comparisonLimit else { throw .filterTooLong }
        guard case .word(let name) = next(), take(.word("eq")), let literal = next() else {
            throw .filterFormat(source)
        }
        guard let property = StreamFilter.Property(rawValue: name) else { throw .filterValue }
        if property == .subordinateResources {
            guard case .word(let flag) = literal, ["true", "false"].contains(flag) else {
                throw .filterType(source)
            }
            if flag == "true" { includesSubordinates = true }
            return .equal(property, flag)
        }
        guard case .text(let value) = literal else { throw .filterType(source) }
        guard Self.isKnown(value, of: property) else { throw .filterValue }
        return .equal(property, value)
    }

    /// Whether anything could ever be equal to the value.
    private static func isKnown(_ value: String, of property: StreamFilter.Property) -> Bool {
        switch property {
        case .eventFormatType: Subscription.Format(rawValue: value) != nil
        case .registryPrefix: EventFilterReader.registryPrefixes.contains(value)
        case .resourceType: EventFilterReader.resourceTypes.contains(value)
        case .originResource, .metricReportDefinition: value.hasPrefix("/")
        case .messageID: !value.isEmpty
        case .subordinateResources: true
        }
    }

    private mutating func next() -> Token? {
        guard position < tokens.count else { return nil }
        position += 1
        return tokens[position - 1]
    }

    private mutating func take(_ token: Token) -> Bool {
        guard position < tokens.count, tokens[position] == token else { return false }
        position += 1
        return true
    }

    /// Nil where a quoted text has no end.
    private static func tokens(of text: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let character = rest.first {
            switch character {
            case " ": rest.removeFirst()
            case "(", ")":
                tokens.append(character == "(" ? .open : .close)
                rest.removeFirst()
            case "'":
                guard let value = takeQuoted(from: &rest) else { return nil }
                tokens.append(.text(value))
            default:
                let word = rest.prefix { !" ()'".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    /// The text between quotes, in which two quotes stand for one.
    ///
    /// Source: OData Version 4.01, "URL Conventions".
    private static func takeQuoted(from rest: inout Substring) -> String? {
        var value = ""
        repeat {
            if !value.isEmpty { value += "'" }
            rest.removeFirst()
            guard let end = rest.firstIndex(of: "'") else { return nil }
            value += rest[..<end]
            rest = rest[end...].dropFirst()
        } while rest.first == "'"
        return value
    }
}

extension RedfishError {
    fileprivate static func filterFormat(_ text: String) -> RedfishError {
        RedfishError(.badRequest, "Base.QueryParameterValueFormatError", text, "$filter")
    }

    fileprivate static func filterType(_ text: String) -> RedfishError {
        RedfishError(.badRequest, "Base.QueryParameterValueTypeError", text, "$filter")
    }

    fileprivate static var filterValue: RedfishError {
        RedfishError(.badRequest, "Base.QueryParameterValueError", "$filter")
    }

    /// The text is not echoed, long as it is.
    fileprivate static var filterTooLong: RedfishError { .filterValue }
}
