import HTTPTypes

// What is wrong with a query, by name.
//
// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3 Query parameters; DSP8011, Base 1.22.

extension RedfishError {
    static func queryParameterUnsupported(_ name: String) -> RedfishError {
        RedfishError(.notImplemented, "Base.QueryParameterUnsupported", name)
    }

    static var queryNotSupportedOnResource: RedfishError {
        RedfishError(.badRequest, "Base.QueryNotSupportedOnResource")
    }

    static var queryNotSupportedOnOperation: RedfishError {
        RedfishError(.badRequest, "Base.QueryNotSupportedOnOperation")
    }

    static var queryCombinationInvalid: RedfishError {
        RedfishError(.badRequest, "Base.QueryCombinationInvalid")
    }

    static func queryValueFormat(_ name: String, _ value: String) -> RedfishError {
        RedfishError(.badRequest, "Base.QueryParameterValueFormatError", value, name)
    }

    static func queryValueType(_ name: String, _ value: String) -> RedfishError {
        RedfishError(.badRequest, "Base.QueryParameterValueTypeError", value, name)
    }

    static func queryValueOutOfRange(
        _ name: String, _ value: String, _ range: ClosedRange<Int>
    ) -> RedfishError {
        RedfishError(
            .badRequest, "Base.QueryParameterOutOfRange", value, name,
            "\(range.lowerBound)-\(range.upperBound)")
    }

    /// An expansion is larger than what the service puts into one response.
    static var responseTooLarge: RedfishError {
        RedfishError(
            HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"),
            "Base.InsufficientStorage")
    }
}
