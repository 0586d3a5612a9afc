import JSONText
import Validation

/// What comparing a value came to.
enum ComparisonOutcome: Equatable {
    case holds
    /// Why not, in words that follow the value's name.
    case fails(String)
    /// The value, or what it links to, is not known.
    case unknown
}

extension Comparison {
    /// Holds one value against the comparison. Elements of an array are each compared: `Equal`, the
    /// numeric comparisons, `Range` and `Pattern` have to hold for every one, `LinkToResource` for
    /// one.
    ///
    /// - Parameters:
    ///   - value: Nil where the property is absent.
    ///   - linkedType: The type of the resource at an address: nil for none, and `.some(nil)` where
    ///     it was not read and may be anything.
    func outcome(
        of value: JSONValue?, linkedType: (String) -> LinkedType
    ) -> ComparisonOutcome {
        switch kind {
        case .absent: return value == nil ? .holds : .fails("is there")
        case .present: return value == nil ? .fails("is not there") : .holds
        case .anyOf, .allOf: return pooledOutcome(of: value.map { [$0] } ?? [])
        default: break
        }
        guard let value else { return .fails("is not there") }
        let elements = value.array ?? [value]
        let outcomes = elements.map { outcome(ofElement: $0, linkedType) }
        if kind == .linkToResource {
            if outcomes.contains(.holds) { return .holds }
            if outcomes.contains(.unknown) { return .unknown }
            return outcomes.first ?? .fails("links to nothing")
        }
        if let failure = outcomes.first(where: { $0 != .holds && $0 != .unknown }) {
            return failure
        }
        return outcomes.contains(.unknown) ? .unknown : .holds
    }

    /// Holds the values of all instances together against `AnyOf` or `AllOf`.
    func pooledOutcome(of found: [JSONValue]) -> ComparisonOutcome {
        let elements = found.flatMap { $0.array ?? [$0] }
        let missing = values.filter { value in !elements.contains { $0.equals(value) } }
        let isMet = kind == .anyOf ? missing.count < values.count : missing.isEmpty
        return isMet ? .holds : .fails("has nowhere \(missing.words)")
    }

    private func outcome(
        ofElement value: JSONValue, _ linkedType: (String) -> LinkedType
    ) -> ComparisonOutcome {
        switch kind {
        case .equal:
            return values.contains { $0.equals(value) } ? .holds : .fails("has another value")
        case .notEqual:
            return values.contains { $0.equals(value) } ? .fails("has this value") : .holds
        case .linkToResource: return linkOutcome(of: value, linkedType)
        case .pattern: return patternOutcome(of: value)
        case .range: return rangeOutcome(of: value)
        default: return orderOutcome(of: value)
        }
    }

    private func orderOutcome(of value: JSONValue) -> ComparisonOutcome {
        // Null says that the value is not known.
        guard !value.isNull else { return .unknown }
        guard let number = value.number else { return .fails("is no number") }
        let limits = values.compactMap(\.number)
        guard limits.count == values.count else { return .fails("is held against no number") }
        let holds = limits.allSatisfy { limit in
            switch kind {
            case .greaterThan: limit.isLess(than: number)
            case .greaterThanOrEqual: !number.isLess(than: limit)
            case .lessThan: number.isLess(than: limit)
            default: !limit.isLess(than: number)
            }
        }
        return holds ? .holds : .fails("is out of bounds")
    }

    private func rangeOutcome(of value: JSONValue) -> ComparisonOutcome {
        guard !value.isNull else { return .unknown }
        guard let number = value.number else { return .fails("is no number") }
        if let least = values.first?.number, number.isLess(than: least) {
            return .fails("is below the range")
        }
        if values.count > 1, let most = values[1].number, most.isLess(than: number) {
            return .fails("is above the range")
        }
        return .holds
    }

    /// The pattern is matched from the beginning of the text.
    private func patternOutcome(of value: JSONValue) -> ComparisonOutcome {
        guard let text = value.string else { return .fails("is no text") }
        let matches = values.compactMap(\.string).contains { pattern in
            PatternTable.shared.matches(text, "^(\(pattern))") ?? false
        }
        return matches ? .holds : .fails("does not match")
    }

    private func linkOutcome(
        of value: JSONValue, _ linkedType: (String) -> LinkedType
    ) -> ComparisonOutcome {
        guard let address = value["@odata.id"]?.string else { return .fails("is no link") }
        switch linkedType(address) {
        case .type(let type):
            return values.contains(.string(type))
                ? .holds : .fails("links to \(type) at \(address)")
        case .missing: return .fails("links to \(address), which cannot be read")
        case .unknown: return .unknown
        }
    }
}

/// What stands at an address.
enum LinkedType {
    case type(String)
    case missing
    /// It was not looked at.
    case unknown
}

extension JSONValue {
    /// Equality of values, however numbers are written.
    func equals(_ other: JSONValue) -> Bool {
        if let mine = number, let theirs = other.number { return mine.hasSameValue(as: theirs) }
        return self == other
    }
}

extension JSONNumber {
    func isLess(than other: JSONNumber) -> Bool {
        !hasSameValue(as: other) && double < other.double
    }
}
