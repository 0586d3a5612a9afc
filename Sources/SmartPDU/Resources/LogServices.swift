import JSONText
import Schema
import VirtualTime

extension Resource {
    static let logServiceCollection = Resource.collection(
        "LogServiceCollection", at: Addresses.logServices, name: "Logs",
        members: { _ in [Addresses.eventLog] })

    /// Source: DSP8010 LogService v1_9_0.
    static let logService: Resource = Resource(
        type: "LogService.v1_9_0.LogService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(Addresses.eventLog, .logService, id: "EventLog", name: "Event log")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("LogEntryType", "Event")
            json.member("MaxNumberOfRecords", EventLog.limit)
            json.member("OverWritePolicy", "WrapsWhenFull")
            json.member("Overflow", pdu.events.log.hasOverflowed)
            json.link("Entries", Addresses.logEntries)
        },
        actions: [
            Action(name: "LogService.ClearLog") { pdu, _, _ throws(RedfishError) in
                pdu.events.log.clear()
                return []
            }
        ])

    /// The members stand in it whole, as clients have come to expect of logs: DMTF's own script
    /// rf_logs (redfish_utilities 3.5.2) reads them nowhere else.
    static let logEntryCollection: Resource = Resource(
        type: "LogEntryCollection.LogEntryCollection",
        render: { pdu, _, _, json in
            json.member("@odata.id", Addresses.logEntries)
            json.member("@odata.type", "#\(Resource.logEntryCollection.type)")
            json.member("Name", "Log entries")
            json.member("Members@odata.count", pdu.events.log.entries.count)
            json.array("Members") { json in
                for entry in pdu.events.log.entries {
                    json.object { $0.logEntry(entry) }
                }
            }
        })

    /// Source: DSP8010 LogEntry v1_21_0.
    static let logEntry: Resource = Resource(
        type: "LogEntry.v1_21_0.LogEntry", hasEntityTag: true,
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let entry = pdu.events.log[id] else { return }
            json.logEntry(entry)
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.events.log[id] != nil
        })
}

extension JSONWriter {
    fileprivate mutating func logEntry(_ entry: EventLog.Entry) {
        let id = String(entry.number)
        let event = entry.record.event
        let message = entry.record.message
        head("\(Addresses.logEntries)/\(id)", .logEntry, id: id, name: "Log entry \(id)")
        member("EntryType", "Event")
        member("EventId", entry.record.eventID)
        if let groupID = entry.record.groupID { member("EventGroupId", groupID) }
        member("Created", event.instant.iso8601)
        member("EventTimestamp", event.instant.iso8601)
        member("Severity", message.severity.rawValue)
        member("MessageId", message.id)
        member("Message", message.text)
        array("MessageArgs") { json in
            for argument in message.arguments { json.string(argument) }
        }
        member("Resolution", message.resolution)
        object("Links") { $0.link("OriginOfCondition", event.origin) }
    }
}
