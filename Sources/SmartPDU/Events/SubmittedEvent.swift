import JSONText
import Schema
import VirtualTime

/// An event that somebody submitted as a test. What was given is told as it was given; what was
/// not is left out.
///
/// Source: DSP8010 EventService v1_12, SubmitTestEvent.
struct SubmittedEvent: Sendable {
    static let action = "EventService.SubmitTestEvent"

    private(set) var messageID: String
    private(set) var eventType: String?
    private(set) var eventID: String?
    private(set) var groupID: Int?
    private(set) var timestamp: String?
    private(set) var message: String?
    private(set) var arguments: [String]?
    private(set) var messageSeverity: MessageSeverity?
    private(set) var severity: String?
    private(set) var origin: String?

    var hasOrigin: Bool { origin != nil }

    private static let eventTypes = [
        "Alert", "MetricReport", "Other", "ResourceAdded", "ResourceRemoved", "ResourceUpdated",
        "StatusChange",
    ]

    static let parameters: [Action.Parameter] =
        [
            Action.Parameter(name: "MessageId"),
            Action.Parameter(
                name: "MessageSeverity", allowableValues: MessageSeverity.allCases.map(\.rawValue),
                isRequired: false),
        ]
        + [
            "EventGroupId", "EventId", "EventTimestamp", "EventType", "Message", "MessageArgs",
            "OriginOfCondition", "Severity",
        ].map { Action.Parameter(name: $0, isRequired: false) }

    init(_ parameters: JSONObject) throws(RedfishError) {
        let id = try Self.text(parameters, "MessageId") ?? ""
        guard id.wholeMatch(of: /[A-Za-z0-9_]+\.[0-9]+\.[0-9]+\.[A-Za-z0-9_]+/) != nil else {
            throw .actionParameterFormat(Self.action, "MessageId", id)
        }
        messageID = id
        eventID = try Self.text(parameters, "EventId")
        message = try Self.text(parameters, "Message")
        severity = try Self.text(parameters, "Severity")
        messageSeverity = try Self.text(parameters, "MessageSeverity")
            .flatMap(MessageSeverity.init(rawValue:))
        eventType = try Self.text(parameters, "EventType")
        if let eventType, !Self.eventTypes.contains(eventType) {
            throw .actionParameterNotInList(Self.action, "EventType", eventType)
        }
        timestamp = try Self.text(parameters, "EventTimestamp")
        if let timestamp, VirtualInstant(iso8601: timestamp) == nil {
            throw .actionParameterFormat(Self.action, "EventTimestamp", timestamp)
        }
        origin = try Self.text(parameters, "OriginOfCondition")
        if let origin, !isResourcePath(origin) {
            throw .actionParameterFormat(Self.action, "OriginOfCondition", origin)
        }
        groupID = try Self.wholeNumber(parameters, "EventGroupId")
        arguments = try Self.texts(parameters, "MessageArgs")
    }

    private static func text(
        _ parameters: JSONObject, _ name: String
    ) throws(RedfishError) -> String? {
        guard let value = parameters[name] else { return nil }
        guard let text = value.string else {
            throw .actionParameterType(action, name, value.compactText)
        }
        return text
    }

    private static func wholeNumber(
        _ parameters: JSONObject, _ name: String
    ) throws(RedfishError) -> Int? {
        guard let value = parameters[name] else { return nil }
        guard let number = value.number?.exactInteger else {
            throw .actionParameterType(action, name, value.compactText)
        }
        return Int(number)
    }

    private static func texts(
        _ parameters: JSONObject, _ name: String
    ) throws(RedfishError) -> [String]? {
        guard let value = parameters[name] else { return nil }
        guard let elements = value.array else {
            throw .actionParameterType(action, name, value.compactText)
        }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else {
            throw .actionParameterType(action, name, value.compactText)
        }
        return texts
    }

    func write(to json: inout JSONWriter) {
        json.member("EventTimestamp", ifPresent: timestamp)
        json.member("MessageId", messageID)
        json.member("Message", ifPresent: message)
        if let arguments {
            json.array("MessageArgs") { json in
                for argument in arguments { json.string(argument) }
            }
        }
        json.member("MessageSeverity", ifPresent: messageSeverity?.rawValue)
        json.member("Severity", ifPresent: severity)
    }
}

/// Whether a text can be the URI of a resource: an absolute path without anything that has to be
/// escaped.
private func isResourcePath(_ text: String) -> Bool {
    text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
}

extension SmartPDU {
    /// Tells subscribers what happened: the events belong to one incident.
    mutating func announce(_ happened: [DeviceEvent], at instant: VirtualInstant) -> [Effect] {
        guard events.wantsOrigins else {
            return events.publish(happened, at: instant, catalog: catalog)
        }
        let device = self
        return events.publish(happened, at: instant, catalog: catalog) { path in
            device.tree.node(at: path).map { device.representation(of: $0, at: instant).body }
        }
    }

    /// Carries out SubmitTestEvent.
    mutating func submit(
        _ submitted: SubmittedEvent, at instant: VirtualInstant
    ) -> [Effect] {
        let arguments = submitted.arguments ?? []
        var message = catalog.message(submitted.messageID, arguments: arguments)
        message.id = submitted.messageID
        if let text = submitted.message { message.text = text }
        if let severity = submitted.messageSeverity { message.severity = severity }
        let node = submitted.origin.flatMap { tree.node(at: $0) }
        let event = DeviceEvent(
            message: RedfishMessage(withoutVersion(submitted.messageID), arguments: arguments),
            origin: submitted.origin ?? Addresses.eventService,
            originType: node?.entity ?? "EventService",
            instant: submitted.timestamp.flatMap { VirtualInstant(iso8601: $0) } ?? instant)
        let record = NumberedEvent(
            event: event, eventID: submitted.eventID ?? events.nextRecordID(),
            groupID: submitted.groupID, message: message, submitted: submitted,
            originBody: node.map { representation(of: $0, at: instant).body })
        return events.publish([record], at: instant, catalog: catalog)
    }
}

/// `Power.BreakerTripped` of `Power.1.2.BreakerTripped` or `Power.1.2.0.BreakerTripped`.
func withoutVersion(_ messageID: String) -> String {
    let parts = messageID.split(separator: ".")
    guard let first = parts.first, let last = parts.last, parts.count > 2 else { return messageID }
    return "\(first).\(last)"
}
