package import HTTPTypes

/// A refusal that knows its own response. Handlers throw these by name and never build an error
/// body by hand.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 8.6 Error responses; DSP8011, Base 1.22.
package struct RedfishError: Error, Sendable, Hashable {
    package var status: HTTPResponse.Status
    package var messages: [RedfishMessage]
    /// Fields beyond those of every response, for example `Retry-After`.
    package var fields: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ messages: [RedfishMessage]) {
        self.status = status
        self.messages = messages
    }

    init(
        _ status: HTTPResponse.Status, _ key: String, _ arguments: String...,
        related: [String] = []
    ) {
        self.init(
            status, [RedfishMessage(key, arguments: arguments, relatedProperties: related)])
    }
}

/// A registry message with its arguments, for example `Base.PropertyMissing` of (`Destination`).
package struct RedfishMessage: Sendable, Hashable {
    /// Registry and key without version.
    package var key: String
    package var arguments: [String]
    /// JSON pointers of the properties that the message is about.
    package var relatedProperties: [String]

    package init(_ key: String, arguments: [String] = [], relatedProperties: [String] = []) {
        self.key = key
        self.arguments = arguments
        self.relatedProperties = relatedProperties
    }
}

// MARK: Finding and reaching resources

extension RedfishError {
    static func resourceMissing(_ path: String) -> RedfishError {
        RedfishError(.notFound, "Base.ResourceMissingAtURI", path)
    }

    static func methodNotAllowed(_ allow: String) -> RedfishError {
        var error = RedfishError(.methodNotAllowed, "Base.OperationNotAllowed")
        error.fields[.allow] = allow
        return error
    }

    static var headerInvalidODataVersion: RedfishError {
        RedfishError(.preconditionFailed, "Base.HeaderInvalid", "OData-Version")
    }

    static var notAcceptable: RedfishError {
        RedfishError(.notAcceptable, "Base.HeaderInvalid", "Accept")
    }

    static func queryParameterUnsupported(_ name: String) -> RedfishError {
        RedfishError(.notImplemented, "Base.QueryParameterUnsupported", name)
    }

    static var preconditionFailed: RedfishError {
        RedfishError(.preconditionFailed, "Base.PreconditionFailed")
    }

    static var internalError: RedfishError {
        RedfishError(.internalServerError, "Base.InternalError")
    }

    /// What a scenario's fault answers in the device's own voice.
    package static func scripted(status: Int, retryAfterSeconds: Int?) -> RedfishError {
        let code = HTTPResponse.Status(code: status)
        var error =
            switch status {
            case 401: RedfishError(code, "Base.NoValidSession")
            case 403: RedfishError(code, "Base.InsufficientPrivilege")
            case 404: RedfishError(code, "Base.ResourceMissingAtURI", "")
            case 503:
                RedfishError(
                    code, "Base.ServiceTemporarilyUnavailable", String(retryAfterSeconds ?? 30))
            case 500...599: RedfishError(code, "Base.InternalError")
            default: RedfishError(code, "Base.GeneralError")
            }
        if status == 401 { error.fields[.wwwAuthenticate] = authenticationChallenge }
        if let retryAfterSeconds { error.fields[.retryAfter] = String(retryAfterSeconds) }
        return error
    }
}

// MARK: Access

extension RedfishError {
    static let authenticationChallenge = "Basic realm=\"Redfish\", charset=\"UTF-8\""

    static var noValidSession: RedfishError {
        var error = RedfishError(.unauthorized, "Base.NoValidSession")
        error.fields[.wwwAuthenticate] = authenticationChallenge
        return error
    }

    /// The same answer for an unknown account, a wrong password and a locked account, so that it
    /// tells nothing about which it was.
    static var credentialsRefused: RedfishError {
        var error = RedfishError(.unauthorized, "Base.AccessUnauthorized")
        error.fields[.wwwAuthenticate] = authenticationChallenge
        return error
    }

    static var insufficientPrivilege: RedfishError {
        RedfishError(.forbidden, "Base.InsufficientPrivilege")
    }

    /// - Parameter account: Where the password is to be changed.
    static func passwordChangeRequired(_ account: String) -> RedfishError {
        RedfishError(.forbidden, "Base.PasswordChangeRequired", account)
    }

    static var sessionLimitExceeded: RedfishError {
        RedfishError(.serviceUnavailable, "Base.SessionLimitExceeded")
    }
}

// MARK: Bodies

extension RedfishError {
    static var malformedJSON: RedfishError { RedfishError(.badRequest, "Base.MalformedJSON") }

    static var unrecognizedBody: RedfishError {
        RedfishError(.badRequest, "Base.UnrecognizedRequestBody")
    }

    static var unsupportedMediaType: RedfishError {
        RedfishError(.unsupportedMediaType, "Base.HeaderInvalid", "Content-Type")
    }

    static func createPropertyMissing(_ name: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.CreateFailedMissingReqProperties", name, related: ["/\(name)"])
    }

    static func propertyUnknown(_ name: String) -> RedfishError {
        RedfishError(.badRequest, "Base.PropertyUnknown", name, related: ["/\(name)"])
    }

    static func propertyNotWritable(_ name: String) -> RedfishError {
        RedfishError(.badRequest, "Base.PropertyNotWritable", name, related: ["/\(name)"])
    }

    static func propertyType(_ name: String, _ value: String) -> RedfishError {
        RedfishError(.badRequest, "Base.PropertyValueTypeError", value, name, related: ["/\(name)"])
    }

    static func propertyFormat(_ name: String, _ value: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.PropertyValueFormatError", value, name, related: ["/\(name)"])
    }

    static func propertyNotInList(_ name: String, _ value: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.PropertyValueNotInList", value, name, related: ["/\(name)"])
    }

    static func propertyOutOfRange(_ name: String, _ value: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.PropertyValueOutOfRange", value, name, related: ["/\(name)"])
    }

    static func propertyConflict(_ name: String, _ other: String) -> RedfishError {
        RedfishError(.badRequest, "Base.PropertyValueConflict", name, other, related: ["/\(name)"])
    }

    static func arrayTooLong(_ name: String, limit: Int) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ArraySizeTooLong", name, String(limit), related: ["/\(name)"])
    }

    static func resourceExists(_ type: String, _ name: String, _ value: String) -> RedfishError {
        RedfishError(
            .conflict, "Base.ResourceAlreadyExists", type, name, value, related: ["/\(name)"])
    }

    static var collectionFull: RedfishError {
        RedfishError(.badRequest, "Base.CreateLimitReachedForResource")
    }

    static var resourceCannotBeDeleted: RedfishError {
        RedfishError(.conflict, "Base.ResourceCannotBeDeleted")
    }

    static var noOperation: RedfishError { RedfishError(.badRequest, "Base.NoOperation") }

    static var subscriptionLimitExceeded: RedfishError {
        RedfishError(.badRequest, "Base.EventSubscriptionLimitExceeded")
    }
}

// MARK: Actions

extension RedfishError {
    static func actionParameterMissing(_ action: String, _ name: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ActionParameterMissing", action, name, related: ["/\(name)"])
    }

    static func actionParameterUnknown(_ action: String, _ name: String) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ActionParameterUnknown", action, name, related: ["/\(name)"])
    }

    static func actionParameterType(
        _ action: String, _ name: String, _ value: String
    ) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ActionParameterValueTypeError", value, name, action,
            related: ["/\(name)"])
    }

    static func actionParameterFormat(
        _ action: String, _ name: String, _ value: String
    ) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ActionParameterValueFormatError", value, name, action,
            related: ["/\(name)"])
    }

    static func actionParameterNotInList(
        _ action: String, _ name: String, _ value: String
    ) -> RedfishError {
        RedfishError(
            .badRequest, "Base.ActionParameterValueNotInList", value, name, action,
            related: ["/\(name)"])
    }

    static func actionRefused(_ action: String) -> RedfishError {
        RedfishError(.conflict, "Base.ActionNotSupported", action)
    }
}
