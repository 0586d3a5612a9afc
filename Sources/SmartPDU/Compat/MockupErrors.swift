import JSONText
import Schema

extension JSONWriter {
    /// The dialect's error body: a code and a sentence, nothing extended.
    mutating func mockupErrorBody(_ error: RedfishError, catalog: MessageCatalog) {
        let first = error.messages.first ?? RedfishMessage("Base.GeneralError")
        let message = catalog.message(first.key, arguments: first.arguments)
        object { json in
            json.object("error") { json in
                json.member("code", "Base.1.0.\(mockupKey(of: first.key))")
                json.member("message", message.text)
            }
        }
    }
}

/// The dialect's names for some messages.
private func mockupKey(of key: String) -> String {
    switch key {
    case "Base.NoValidSession": "InsufficientPrivilege"
    case "Base.AccessUnauthorized": "InvalidAuthenticationToken"
    case "Base.CreateFailedMissingReqProperties": "PropertyMissing"
    case "Base.ResourceMissingAtURI": "ResourceNotFound"
    default: key.split(separator: ".").last.map(String.init) ?? key
    }
}
