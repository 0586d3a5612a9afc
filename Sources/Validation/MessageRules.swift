import Findings
import JSONText
import Schema

// Objects that carry a message: does its registry know it, and do the arguments fit?

extension PayloadWalk {
    func isMessage(_ type: FlattenedType) -> Bool {
        switch type.name.name {
        case "Message", "EventRecord", "Condition", "LogEntry": type.property("MessageId") != nil
        default: false
        }
    }

    mutating func judgeMessage(_ object: JSONObject, _ type: FlattenedType) {
        // In logs of another kind the identifier is that of the log's own format.
        if type.name.name == "LogEntry", object["EntryType"]?.string != "Event" { return }
        guard case .string(let id)? = object["MessageId"],
            let definition = judgeMessageID(id, member: "MessageId")
        else { return }
        judgeArguments(object["MessageArgs"], definition)
    }

    /// The definition of an identifier, or nil after a finding that says why there is none.
    mutating func judgeMessageID(_ id: String, member: String) -> MessageDefinition? {
        let name = MessageName(id)
        guard let registry = messages[name.prefix] else {
            report(
                SchemaRules.messageRegistry, "no registry at hand is called '\(name.prefix)'",
                member: member, seen: .string(id))
            return nil
        }
        guard let definition = registry[name.key] else {
            let hint = suggestion(for: name.key, among: registry.messages.map(\.key))
            report(
                SchemaRules.messageID,
                "registry \(registry.prefix) \(registry.version) has no message "
                    + "'\(name.key)'\(hint)", member: member, seen: .string(id))
            return nil
        }
        if name.version.split(separator: ".").count < 2 {
            report(
                SchemaRules.messageID, "the identifier lacks its registry's version",
                member: member, expected: registry.messageID(for: name.key), seen: .string(id))
        }
        return definition
    }

    private mutating func judgeArguments(_ value: JSONValue?, _ definition: MessageDefinition) {
        let arguments = value?.array ?? []
        guard arguments.count == definition.argumentCount else {
            report(
                SchemaRules.messageArguments,
                "message \(definition.key) has \(definition.argumentCount) arguments, "
                    + "\(arguments.count) are given",
                member: value == nil ? nil : "MessageArgs",
                expected: definition.argumentTypes.map(\.rawValue).joined(separator: ", "),
                seen: value)
            return
        }
        for (type, argument) in zip(definition.argumentTypes, arguments)
        where type == .number {
            guard let text = argument.string, (try? JSONValue(parsing: text))?.number == nil
            else { continue }
            report(
                SchemaRules.messageArguments, "argument '\(text)' is no number",
                member: "MessageArgs", expected: "a number in a string", seen: argument)
        }
    }
}
