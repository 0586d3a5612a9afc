import HTTPMessages
import HTTPTypes
import JSONText
import Schema
import VirtualTime

extension SmartPDU {
    /// PATCH. Where some properties can be changed and others not, the former are, and the answer
    /// names the latter; where none can, nothing changes.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 7.6 PATCH (Update).
    mutating func update(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ context: RequestContext
    ) throws(RedfishError) -> ResponseMessage {
        let resource = node.resource
        guard !resource.writable.isEmpty else { throw .methodNotAllowed(node.headers.allow) }
        let body = try jsonObject(of: request)
        let changes = changes(in: body, to: resource)
        guard !changes.isEmpty else { throw .noOperation }
        if let principal = context.principal {
            try authorize(principal, writing: changes.map(\.name), of: node)
        }
        try checkPrecondition(request, node, context.instant)
        let refusals = apply(changes, to: node, context)
        guard refusals.count < changes.count else {
            throw RedfishError(.badRequest, refusals.flatMap(\.messages))
        }
        return partialResult(node, context, refusals)
    }

    /// The properties of a body, those inside an object one by one, in the order in which the
    /// resource lists what is writable: a JSON object has no order that could count.
    private func changes(in body: JSONObject, to resource: Resource) -> [JSONObject.Member] {
        let members = body.members.filter { !$0.name.contains("@odata.") }
        let properties = members.flatMap { member -> [JSONObject.Member] in
            let prefix = "\(member.name)/"
            guard let object = member.value.object,
                resource.writable.contains(where: { $0.name.hasPrefix(prefix) })
            else { return [member] }
            return object.members.map { JSONObject.Member(name: prefix + $0.name, value: $0.value) }
        }
        let known = resource.writable.flatMap { property in
            properties.filter { $0.name == property.name }
        }
        return known
            + properties.filter { change in
                !resource.writable.contains { $0.name == change.name }
            }
    }

    private mutating func apply(
        _ changes: [JSONObject.Member], to node: ResourceTree.Node, _ context: RequestContext
    ) -> [RedfishError] {
        var refusals: [RedfishError] = []
        for change in changes {
            do throws(RedfishError) {
                guard let property = node.resource.writable.first(where: { $0.name == change.name })
                else {
                    throw refusal(of: change, to: node, context)
                }
                try property.set(&self, context, change.value)
            } catch {
                refusals.append(error)
            }
        }
        return refusals
    }

    /// Why a property that is not writable cannot be changed.
    private func refusal(
        of change: JSONObject.Member, to node: ResourceTree.Node, _ context: RequestContext
    ) -> RedfishError {
        if node.resource.writable.contains(where: { $0.name.hasPrefix("\(change.name)/") }) {
            return .propertyType(change.name, change.value.compactText)
        }
        let body = representation(of: node, at: context.instant).body
        let pointer = JSONPointer(tokens: change.name.split(separator: "/").map(String.init))
        let isKnown = (try? JSONValue(parsing: body))?[pointer] != nil
        return isKnown ? .propertyNotWritable(change.name) : .propertyUnknown(change.name)
    }

    private func partialResult(
        _ node: ResourceTree.Node, _ context: RequestContext, _ refusals: [RedfishError]
    ) -> ResponseMessage {
        let (body, tag) = representation(of: node, at: context.instant) { json in
            guard !refusals.isEmpty else { return }
            json.array("@Message.ExtendedInfo") { json in
                for message in refusals.flatMap(\.messages) {
                    json.message(message, catalog: catalog)
                }
            }
        }
        var fields = node.headers.fields
        fields[.date] = context.instant.httpDate
        if let tag { fields[.eTag] = tag }
        return ResponseMessage(status: .ok, fields: fields, body: body)
    }
}
