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
        let changes = body.members.filter { !$0.name.contains("@odata.") }
        guard !changes.isEmpty else { throw .noOperation }
        if let condition = request.head.headerFields[.ifMatch], condition != "*" {
            var current = JSONWriter()
            current.object { resource.render(self, node.place, context.instant, &$0) }
            let tag = entityTag(of: node, representation: current.bytes)
            guard condition.split(separator: ",").contains(where: { trimmed($0) == tag }) else {
                throw .preconditionFailed
            }
        }
        let refusals = apply(changes, to: resource, context)
        guard refusals.count < changes.count else {
            throw RedfishError(.badRequest, refusals.flatMap(\.error.messages))
        }
        return partialResult(node, context, refusals)
    }

    private struct Refusal {
        var property: String
        var error: RedfishError
    }

    private mutating func apply(
        _ changes: [JSONObject.Member], to resource: Resource, _ context: RequestContext
    ) -> [Refusal] {
        var refusals: [Refusal] = []
        for change in changes {
            do throws(RedfishError) {
                guard let property = resource.writable.first(where: { $0.name == change.name })
                else {
                    throw isKnown(change.name, of: resource, context)
                        ? .propertyNotWritable(change.name) : .propertyUnknown(change.name)
                }
                try property.set(&self, context, change.value)
            } catch {
                refusals.append(Refusal(property: change.name, error: error))
            }
        }
        return refusals
    }

    private func isKnown(_ name: String, of resource: Resource, _ context: RequestContext) -> Bool {
        var json = JSONWriter()
        json.object { resource.render(self, context.place, context.instant, &$0) }
        return (try? JSONValue(parsing: json.bytes))?[name] != nil
    }

    private func partialResult(
        _ node: ResourceTree.Node, _ context: RequestContext, _ refusals: [Refusal]
    ) -> ResponseMessage {
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            node.resource.render(self, node.place, context.instant, &json)
            for refusal in refusals {
                json.array("\(refusal.property)@Message.ExtendedInfo") { json in
                    for message in refusal.error.messages {
                        json.message(message, catalog: catalog)
                    }
                }
            }
        }
        var fields = node.headers.fields
        fields[.date] = context.instant.httpDate
        return ResponseMessage(status: .ok, fields: fields, body: json.bytes)
    }
}
