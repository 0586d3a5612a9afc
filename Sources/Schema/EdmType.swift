/// The primitive types that schemas use.
///
/// Source: OASIS "OData Version 4.0 Part 3: Common Schema Definition Language (CSDL)", clause 4.4.
package enum EdmType: String, Sendable, Hashable, CaseIterable {
    case boolean = "Boolean"
    case string = "String"
    case byte = "Byte"
    case sbyte = "SByte"
    case int16 = "Int16"
    case int32 = "Int32"
    case int64 = "Int64"
    case single = "Single"
    case double = "Double"
    case decimal = "Decimal"
    case date = "Date"
    case dateTimeOffset = "DateTimeOffset"
    case timeOfDay = "TimeOfDay"
    case duration = "Duration"
    case guid = "Guid"
    /// Any primitive value.
    case primitiveType = "PrimitiveType"

    package var isInteger: Bool {
        switch self {
        case .byte, .sbyte, .int16, .int32, .int64: true
        default: false
        }
    }
}
