import JSONText

/// The expression of `$filter`: which members of a collection are shown.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3.3 The $filter query parameter.
indirect enum FilterExpression: Sendable, Hashable {
    /// The value of a property, named by the path to it: `Status/Health`.
    case property(JSONPointer)
    /// A string, a number, a boolean or null.
    case literal(JSONValue)
    case not(FilterExpression)
    case compare(Comparison, FilterExpression, FilterExpression)
    case and(FilterExpression, FilterExpression)
    case or(FilterExpression, FilterExpression)

    enum Comparison: String, Sendable {
        case equal = "eq"
        case notEqual = "ne"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"

        fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .lessOrEqual: left <= right
            }
        }
    }

    /// Whether a resource is one of those asked for.
    ///
    /// - Throws: `Base.QueryParameterValueTypeError` where values of different types are compared.
    func matches(_ resource: JSONValue) throws(RedfishError) -> Bool {
        switch try value(in: resource) {
        case .bool(let flag): return flag
        case .null: return false
        case let other: throw .queryValueType("$filter", other.compactText)
        }
    }

    /// A property that a resource does not have counts as null.
    private func value(in resource: JSONValue) throws(RedfishError) -> JSONValue {
        switch self {
        case .property(let pointer): resource[pointer] ?? .null
        case .literal(let value): value
        case .not(let operand): .bool(!(try operand.matches(resource)))
        case .compare(let comparison, let left, let right):
            .bool(
                try compared(
                    try left.value(in: resource), comparison, try right.value(in: resource))
            )
        case .and(let left, let right):
            .bool(try left.matches(resource) ? try right.matches(resource) : false)
        case .or(let left, let right):
            .bool(try left.matches(resource) ? true : try right.matches(resource))
        }
    }
}

private func compared(
    _ left: JSONValue, _ comparison: FilterExpression.Comparison, _ right: JSONValue
) throws(RedfishError) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): return comparison.holds(left, right)
    case (.number(let left), .number(let right)):
        // Equal numbers may be written in different ways.
        if left.hasSameValue(as: right) { return comparison.holds(0, 0) }
        return comparison.holds(left.double, right.double)
    case (.bool(let left), .bool(let right)) where comparison == .equal: return left == right
    case (.bool(let left), .bool(let right)) where comparison == .notEqual: return left != right
    case (.null, _), (_, .null):
        let isEqual = left == right
        switch comparison {
        case .equal: return isEqual
        case .notEqual: return !isEqual
        default: return false
        }
    default: throw .queryValueType("$filter", right.compactText)
    }
}
