import JSONText
import Schema

extension JSONWriter {
    /// The body of an error response.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 8.6 Error responses.
    mutating func errorBody(_ error: RedfishError, catalog: MessageCatalog) {
        object { json in
            json.object("error") { json in
                if error.messages.count == 1, let only = error.messages.first {
                    let message = catalog.message(only.key, arguments: only.arguments)
                    json.member("code", message.id)
                    json.member("message", message.text)
                } else {
                    let general = catalog.message("Base.GeneralError", arguments: [])
                    json.member("code", general.id)
                    json.member("message", general.text)
                }
                json.array("@Message.ExtendedInfo") { json in
                    for message in error.messages { json.message(message, catalog: catalog) }
                }
            }
        }
    }

    /// One `Message` object.
    mutating func message(_ message: RedfishMessage, catalog: MessageCatalog) {
        let rendered = catalog.message(message.key, arguments: message.arguments)
        object { json in
            json.member("@odata.type", "#Message.v1_3_0.Message")
            json.member("MessageId", rendered.id)
            json.member("Message", rendered.text)
            json.array("MessageArgs") { json in
                for argument in message.arguments { json.string(argument) }
            }
            json.member("MessageSeverity", rendered.severity.rawValue)
            json.member("Resolution", rendered.resolution)
            if !message.relatedProperties.isEmpty {
                json.array("RelatedProperties") { json in
                    for property in message.relatedProperties { json.string(property) }
                }
            }
        }
    }
}
