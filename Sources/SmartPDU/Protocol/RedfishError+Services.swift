import HTTPTypes

// Refusals of the services beside power.
extension RedfishError {
    /// - Parameter value: What was refused, which the message's own text has no place for.
    static func propertyValueRefused(_ name: String, _ value: String) -> RedfishError {
        RedfishError(
            .badRequest,
            [
                RedfishMessage(
                    "Base.PropertyValueError", arguments: [name], relatedProperties: ["/\(name)"]),
                RedfishMessage("Base.InvalidURI", arguments: [value]),
            ])
    }
}
