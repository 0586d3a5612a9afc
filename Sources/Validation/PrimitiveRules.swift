import Findings
import JSONText
import Schema

// JSON types and text formats of the primitive types.

extension PayloadWalk {
    /// Whether the value has the JSON type and the format of a primitive type.
    @discardableResult
    mutating func judgePrimitive(
        _ value: JSONValue, _ type: EdmType, _ definition: DefinitionLocation
    ) -> Bool {
        switch (type, value) {
        case (.boolean, .bool), (.primitiveType, .bool), (.primitiveType, .string),
            (.string, .string):
            return true
        case (.primitiveType, .number(let number)), (.decimal, .number(let number)),
            (.double, .number(let number)), (.single, .number(let number)):
            return judgeRange(
                number.double.isFinite, value, "a number that a reader can hold", definition)
        case (_, .number(let number)) where type.isInteger && number.isWrittenAsInteger:
            let range = type.integerRange
            return judgeRange(
                number.exactInteger.map(range.contains) ?? false, value,
                "\(range.lowerBound) to \(range.upperBound)", definition)
        case (_, .string(let text)) where type.isText:
            guard TextFormats.isValid(text, type) else {
                report(
                    SchemaRules.format, "the text has not the form of Edm.\(type.rawValue)",
                    expected: type.expectation, seen: value, definition: definition)
                return false
            }
            return true
        default:
            report(
                SchemaRules.jsonType, "the value is \(value.article)", expected: type.expectation,
                seen: value, definition: definition)
            return false
        }
    }

    private mutating func judgeRange(
        _ isInside: Bool, _ value: JSONValue, _ expected: String, _ definition: DefinitionLocation
    ) -> Bool {
        if !isInside {
            report(
                SchemaRules.bounds, "the number is beyond what its type holds", expected: expected,
                seen: value, definition: definition)
        }
        return isInside
    }
}

extension EdmType {
    /// Source: OASIS "OData Version 4.0 Part 3: Common Schema Definition Language", 4.4.
    fileprivate var integerRange: ClosedRange<Int64> {
        switch self {
        case .byte: 0...255
        case .sbyte: -128...127
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        default: Int64.min...Int64.max
        }
    }

    /// Written as a JSON string with a form of its own.
    fileprivate var isText: Bool {
        switch self {
        case .dateTimeOffset, .duration, .guid, .date, .timeOfDay: true
        default: false
        }
    }

    /// What is accepted, in a few words.
    var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .string: "a string"
        case .byte, .sbyte, .int16, .int32, .int64: "a whole number"
        case .single, .double, .decimal: "a number"
        case .dateTimeOffset: "a date-time such as 2026-01-15T10:00:00Z"
        case .duration: "a duration such as PT8M20S"
        case .guid: "a UUID such as 8e6b6e2c-9d2e-4c8e-9b7e-3b5d1c1a2f00"
        case .date: "a date such as 2026-01-15"
        case .timeOfDay: "a time such as 10:00:00"
        case .primitiveType: "a string, a number, true or false"
        }
    }
}
