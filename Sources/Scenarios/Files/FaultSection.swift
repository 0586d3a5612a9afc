import JSONText
import VirtualTime

/// Decodes `faults`: replies that the scenario replaces or changes, chosen by path pattern, method,
/// occurrence and window, never by chance.
enum FaultSection {
    private enum Method: String, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
        case any = "*"
    }

    static func decode(_ located: Located?) throws(ConfigurationError) -> [FaultRule] {
        guard let located else { return [] }
        var rules: [FaultRule] = []
        for (index, element) in try located.elements().enumerated() {
            rules.append(try rule(element, number: index + 1))
        }
        return rules
    }

    private static func rule(
        _ located: Located, number: Int
    ) throws(ConfigurationError) -> FaultRule {
        var object = try located.object()
        var match = try object.required("on").object()
        let method = try match.value("method")?.choice(Method.self) ?? .get
        let path = try match.required("path").string()
        let nth = try match.integer("nth", default: 1, in: 1...1_000_000)
        let from = try match.value("from")?.duration()
        let until = try match.value("until")?.duration()
        try match.rejectUnknownMembers()
        let times = try object.value("times")?.integer(in: 1...1_000_000)
        let effect = try effect(&object)
        let name = try object.value("name")?.string()
        try object.rejectUnknownMembers()
        return FaultRule(
            name: name ?? "fault \(number): \(effectWords(effect))", method: method.rawValue,
            path: path, nth: nth, times: times ?? (from == nil && until == nil ? 1 : nil),
            from: from ?? .zero, until: until, effect: effect)
    }

    private static func effect(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> FaultRule.Effect {
        let respond = object.value("respond")
        let edit = object.value("edit")
        switch (respond, edit) {
        case (let respond?, nil):
            var reply = try respond.object()
            let status = try reply.required("status").integer(in: 400...599)
            let retryAfter = try reply.value("retryAfter")?.integer(in: 0...86_400)
            try reply.rejectUnknownMembers()
            return .status(status, retryAfterSeconds: retryAfter)
        case (nil, let edit?):
            return .edit(try edits(edit))
        default:
            try object.rejectUnknownMembers()
            throw ConfigurationError(
                "a fault has exactly one of: respond, edit", at: object.pointer)
        }
    }

    /// An array of `{"at": "/pointer", "value": …}` and `{"at": "/pointer", "remove": true}`; null
    /// is a value.
    private static func edits(_ located: Located) throws(ConfigurationError) -> [FaultRule.BodyEdit]
    {
        var edits: [FaultRule.BodyEdit] = []
        for element in try located.elements() {
            var object = try element.object()
            let at = try object.required("at")
            let text = try at.string()
            guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else {
                throw at.error("'\(text)' is no JSON pointer; write for example /EnergykWh/Reading")
            }
            let value = object.value("value")
            let remove = try object.value("remove")?.bool() ?? false
            try object.rejectUnknownMembers()
            guard (value != nil) != remove else {
                throw element.error("an edit has exactly one of: value, remove")
            }
            edits.append(
                FaultRule.BodyEdit(
                    pointer: text,
                    change: value.map { .replace($0.value.compactText) } ?? .remove))
        }
        return edits
    }

    private static func effectWords(_ effect: FaultRule.Effect) -> String {
        switch effect {
        case .status(let status, _): "status \(status)"
        case .edit(let edits): "edit \(edits.map(\.pointer).joined(separator: ", "))"
        }
    }
}
