import JSONText
import VirtualTime

/// Decodes `faults`: replies that the scenario replaces or changes, chosen by path pattern, method,
/// occurrence and window, never by chance.
struct FaultSection {
    let duration: VirtualDuration

    func decode(_ located: Located?) throws(ConfigurationError) -> [FaultRule] {
        guard let located else { return [] }
        var rules: [FaultRule] = []
        for element in try located.elements() {
            let rule = try rule(element, number: rules.count + 1)
            guard !rules.contains(where: { $0.name == rule.name }) else {
                throw element.error("two faults are named '\(rule.name)'")
            }
            rules.append(rule)
        }
        return rules
    }

    private func rule(_ located: Located, number: Int) throws(ConfigurationError) -> FaultRule {
        var object = try located.object()
        var match = try object.required("on").object()
        let requests = try match.requestPattern()
        let nth = try match.integer("nth", default: 1, in: 1...1_000_000)
        let window = try match.window(until: duration)
        try match.rejectUnknownMembers()
        let times = try object.value("times")?.integer(in: 1...1_000_000)
        let effect = try effect(&object)
        let name = try object.string("name", default: "fault \(number): \(effectWords(effect))")
        try object.rejectUnknownMembers()
        let hasWindow = window.from != nil || window.until != nil
        return FaultRule(
            name: name, requests: requests, nth: nth, times: times ?? (hasWindow ? nil : 1),
            from: window.from ?? .zero, until: window.until, effect: effect)
    }

    /// Failures of the transport, by the class that the recording and the client see.
    private enum Failure: String, CaseIterable {
        case resetBeforeHead = "reset-before-head"
    }

    private func effect(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> FaultRule.Effect {
        let respond = object.value("respond")
        let edit = object.value("edit")
        let fail = object.value("fail")
        switch (respond, edit, fail) {
        case (let respond?, nil, nil):
            var reply = try respond.object()
            let status = try reply.required("status").integer(in: 400...599)
            let retryAfter = try reply.value("retryAfter")?.integer(in: 0...86_400)
            try reply.rejectUnknownMembers()
            return .status(status, retryAfterSeconds: retryAfter)
        case (nil, let edit?, nil):
            return .edit(try edits(edit))
        case (nil, nil, let fail?):
            switch try fail.choice(Failure.self) {
            case .resetBeforeHead: return .reset
            }
        default:
            try object.rejectUnknownMembers()
            throw ConfigurationError(
                "a fault has exactly one of: respond, edit, fail", at: object.pointer)
        }
    }

    /// An array of `{"at": "/pointer", "value": …}`, where null is a value,
    /// `{"at": "/pointer", "add": number}` and `{"at": "/pointer", "remove": true}`.
    private func edits(_ located: Located) throws(ConfigurationError) -> [FaultRule.BodyEdit] {
        let elements = try located.elements()
        guard !elements.isEmpty else { throw located.error("a fault edits at least one value") }
        var edits: [FaultRule.BodyEdit] = []
        for element in elements {
            var object = try element.object()
            let at = try object.required("at")
            let text = try at.string()
            guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else {
                throw at.error("'\(text)' is no JSON pointer; write for example /EnergykWh/Reading")
            }
            let change = try change(&object, of: element)
            try object.rejectUnknownMembers()
            edits.append(FaultRule.BodyEdit(pointer: pointer, change: change))
        }
        return edits
    }

    private func change(
        _ object: inout StrictObject, of element: Located
    ) throws(ConfigurationError) -> FaultRule.BodyEdit.Change {
        switch (object.value("value"), object.value("add"), object.value("remove")) {
        case (let value?, nil, nil): return .replace(value.value)
        case (nil, let add?, nil):
            let bound: Int64 = 1_000_000_000_000_000
            return .add(millionths: try add.scaled(decimals: 6, in: -bound...bound))
        case (nil, nil, let remove?):
            guard try remove.bool() else { throw remove.error("write true, or give a value") }
            return .remove
        default:
            try object.rejectUnknownMembers()
            throw element.error("an edit has exactly one of: value, add, remove")
        }
    }

    private func effectWords(_ effect: FaultRule.Effect) -> String {
        switch effect {
        case .status(let status, _): "status \(status)"
        case .reset: Failure.resetBeforeHead.rawValue
        case .edit(let edits): "edit \(edits.map(\.pointer.description).joined(separator: ", "))"
        }
    }
}
