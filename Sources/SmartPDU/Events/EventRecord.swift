import JSONText
import Schema
import VirtualTime

/// An event with its numbers and its text.
struct NumberedEvent: Sendable {
    var event: DeviceEvent
    var eventID: String
    var groupID: Int?
    var message: RegistryMessage
    /// Set where somebody submitted it as a test: it is told in their words.
    var submitted: SubmittedEvent?
    /// The resource at its origin, for subscribers who want it in the event.
    var originBody: [UInt8]?

    /// Source: DSP8010 Event v1_13, EventRecord. EventType is deprecated and yet required.
    func write(to json: inout JSONWriter, memberID: Int, includesOrigin: Bool) {
        json.object { json in
            json.member("EventType", submitted?.eventType ?? "Alert")
            json.member("EventId", eventID)
            if let groupID { json.member("EventGroupId", groupID) }
            json.member("MemberId", String(memberID))
            if let submitted {
                submitted.write(to: &json)
            } else {
                writeMessage(to: &json)
            }
            guard submitted?.hasOrigin ?? true else { return }
            if includesOrigin, let originBody {
                json.key("OriginOfCondition")
                json.raw(originBody)
            } else {
                json.link("OriginOfCondition", event.origin)
            }
        }
    }

    private func writeMessage(to json: inout JSONWriter) {
        json.member("EventTimestamp", event.instant.iso8601)
        json.member("MessageId", message.id)
        json.member("Message", message.text)
        json.array("MessageArgs") { json in
            for argument in message.arguments { json.string(argument) }
        }
        json.member("MessageSeverity", message.severity.rawValue)
        json.member("Resolution", message.resolution)
    }
}

/// The payload of these records for one subscriber.
///
/// Source: DSP8010 Event v1_13.
func eventPayload(
    _ records: some Collection<NumberedEvent>, id: String, for subscription: Subscription
) -> [UInt8] {
    var json = JSONWriter(capacity: 512 * records.count + 256)
    json.object { json in
        json.member("@odata.type", "#Event.v1_13_0.Event")
        json.member("Id", id)
        json.member("Name", "PDU events")
        json.member("Context", subscription.context)
        json.array("Events") { json in
            for (offset, record) in records.enumerated() {
                record.write(
                    to: &json, memberID: offset, includesOrigin: subscription.includesOrigins)
            }
        }
    }
    return json.bytes
}
