import JSONText
import VirtualTime

/// One record of an event payload.
struct EventRecord {
    /// `EventId`, or payload id and position where there is none.
    let id: String
    /// Registry and key without the version: `Power.BreakerTripped`.
    let message: String
    let severity: String?
    /// `OriginOfCondition` as a path.
    let origin: String?
    let timestamp: VirtualInstant?

    var registry: String { String(message.prefix { $0 != "." }) }

    /// The records of a delivered event; empty for other payloads, such as metric reports.
    static func records(of payload: JSONValue) -> [EventRecord] {
        let payloadID = payload["Id"]?.string ?? ""
        return (payload["Events"]?.array ?? []).enumerated().map { position, record in
            let member = record["MemberId"]?.string ?? String(position)
            let origin = record["OriginOfCondition"]
            return EventRecord(
                id: record["EventId"]?.string ?? "\(payloadID)#\(member)",
                message: versionless(record["MessageId"]?.string ?? ""),
                severity: record["MessageSeverity"]?.string ?? record["Severity"]?.string,
                origin: (origin?["@odata.id"]?.string ?? origin?.string).map(servicePath),
                timestamp: record["EventTimestamp"]?.string.flatMap {
                    VirtualInstant(iso8601: $0)
                })
        }
    }
}

/// `Power.1.2.BreakerTripped` without its version. A client must not depend on the version, so
/// neither does the judge.
func versionless(_ messageID: String) -> String {
    let parts = messageID.split(separator: ".")
    guard let registry = parts.first, let key = parts.last, parts.count > 1 else {
        return messageID
    }
    return "\(registry).\(key)"
}
