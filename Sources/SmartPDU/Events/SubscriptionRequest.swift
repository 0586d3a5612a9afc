import HTTPTypes
import JSONText
import VirtualTime

/// What a POST to the subscription collection asks for, checked.
///
/// Source: DSP8010 EventDestination v1_16, properties required or allowed on create.
struct SubscriptionRequest {
    private var destination: String
    private var context = ""
    private var format = Subscription.Format.event
    private var retryPolicy = Subscription.RetryPolicy.terminateAfterRetries
    private var filter = SubscriptionFilter()
    private var httpHeaders: [(name: String, value: String)] = []
    private var backupDestinations: [String] = []
    private var verifiesCertificate = false
    private var includesOrigins = false
    private var sendsHeartbeat: Bool?
    private var heartbeatMinutes: Int64?

    /// Where a heartbeat is wanted and no interval given.
    private static let usualHeartbeatMinutes: Int64 = 10

    init(_ body: JSONObject) throws(RedfishError) {
        guard let destination = body["Destination"] else {
            throw .createPropertyMissing("Destination")
        }
        self.destination = try Self.destination("Destination", destination)
        guard let protocolName = body["Protocol"] else { throw .createPropertyMissing("Protocol") }
        guard protocolName == "Redfish" else {
            throw .propertyNotInList("Protocol", protocolName.string ?? protocolName.compactText)
        }
        for member in body.members { try read(member.name, member.value) }
        if heartbeatMinutes != nil, sendsHeartbeat == nil {
            throw .propertyConflict("HeartbeatIntervalMinutes", "SendHeartbeat")
        }
        if sendsHeartbeat == true, format == .metricReport {
            throw .propertyConflict("SendHeartbeat", "EventFormatType")
        }
    }

    func subscription(
        id: String, owner: String, at instant: VirtualInstant, queueLimit: Int
    ) -> Subscription {
        var subscription = Subscription(
            id: id, receiver: .url(destination), context: context, owner: owner,
            queueLimit: queueLimit)
        subscription.format = format
        subscription.filter = filter
        subscription.retryPolicy = retryPolicy
        subscription.httpHeaders = httpHeaders
        subscription.backupDestinations = backupDestinations
        subscription.verifiesCertificate = verifiesCertificate
        subscription.includesOrigins = includesOrigins
        if let sendsHeartbeat {
            let minutes = heartbeatMinutes ?? Self.usualHeartbeatMinutes
            subscription.heartbeat = .init(
                isSent: sendsHeartbeat, intervalMinutes: minutes, next: instant + .minutes(minutes))
        }
        return subscription
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws(RedfishError) {
        switch name {
        case "Destination", "Protocol": break
        case _ where name.contains("@"): break
        case "Context":
            context = try Self.string(name, value)
            guard context.utf8.count <= 256 else { throw .propertyOutOfRange(name, "") }
        case "SubscriptionType":
            guard value == "RedfishEvent" else { throw .propertyNotInList(name, value.compactText) }
        case "EventFormatType":
            let text = try Self.string(name, value)
            guard let format = Subscription.Format(rawValue: text) else {
                throw .propertyNotInList(name, text)
            }
            self.format = format
        case "DeliveryRetryPolicy": retryPolicy = try Self.retryPolicy(value)
        case "BackupDestinations": backupDestinations = try Self.destinations(name, value)
        case "VerifyCertificate": verifiesCertificate = try Self.flag(name, value)
        case "IncludeOriginOfCondition": includesOrigins = try Self.flag(name, value)
        case "SendHeartbeat": sendsHeartbeat = try Self.flag(name, value)
        case "HeartbeatIntervalMinutes":
            heartbeatMinutes = try wholeNumber(value, name, in: 1...65_535)
        case "HttpHeaders": httpHeaders = try Self.headers(name, value)
        default: try EventFilterReader.read(name, value, into: &filter)
        }
    }

    private static func string(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> String {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        return text
    }

    private static func flag(_ name: String, _ value: JSONValue) throws(RedfishError) -> Bool {
        guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
        return flag
    }

    private static func destination(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> String {
        let text = try string(name, value)
        guard DestinationURL(text) != nil else { throw .propertyFormat(name, text) }
        return text
    }

    static func destinations(_ name: String, _ value: JSONValue) throws(RedfishError) -> [String] {
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        guard elements.count <= 8 else { throw .arrayTooLong(name, limit: 8) }
        var destinations: [String] = []
        for element in elements { destinations.append(try destination(name, element)) }
        return destinations
    }

    static func retryPolicy(_ value: JSONValue) throws(RedfishError) -> Subscription.RetryPolicy {
        let text = try string("DeliveryRetryPolicy", value)
        guard let policy = Subscription.RetryPolicy(rawValue: text) else {
            throw .propertyNotInList("DeliveryRetryPolicy", text)
        }
        return policy
    }

    /// Fields that only carry the message, which no subscriber may set.
    private static let reservedHeaders = [
        "connection", "content-length", "host", "transfer-encoding",
    ]

    private static func headers(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [(name: String, value: String)] {
        // The value may be a credential and is never echoed.
        guard let elements = value.array else { throw .propertyType(name, "") }
        var headers: [(name: String, value: String)] = []
        for element in elements {
            guard let object = element.object else { throw .propertyType(name, "") }
            for member in object.members {
                guard let text = member.value.string else { throw .propertyType(name, "") }
                guard HTTPField.Name(member.name) != nil, HTTPField.isValidValue(text),
                    !reservedHeaders.contains(member.name.lowercased())
                else { throw .propertyFormat(name, "") }
                headers.append((member.name, text))
            }
        }
        guard headers.count <= 32 else { throw .arrayTooLong(name, limit: 32) }
        return headers
    }
}
