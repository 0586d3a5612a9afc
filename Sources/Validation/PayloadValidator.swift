package import Findings
package import JSONText
package import Schema

/// What a payload is, which decides what is asked of it.
package enum PayloadContext: Sendable, Hashable {
    /// A resource as served at this URI; an empty one where it is not known.
    case response(uri: String)
    /// What a query left of a resource, or a page of a collection: nothing is missed, and it may be
    /// another resource than the one asked, as with `only`.
    case partialResponse
    /// What is delivered to a subscriber: an event or a metric report.
    case event
    /// The body of an error response.
    case error
    /// A POST to a collection whose members are of this schema: `EventDestination`.
    case requestCreate(schema: String)
    /// A PATCH of a resource whose `@odata.type` is this: `#Outlet.v1_4_4.Outlet`.
    case requestUpdate(type: String)
    /// The parameters of this action, `Outlet.PowerControl`, of a resource of this type.
    case action(name: String, type: String)
}

/// Judges payloads by the schemas, each at the version it declares.
///
/// Safe for concurrent use. A clean payload costs table lookups only: types are flattened once.
package struct PayloadValidator: Sendable {
    let schema: SchemaLibrary
    let messages: MessageCatalog
    let isMockup: Bool
    let isWithheld: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - isMockup: Whether payloads are published examples, which may carry `@Redfish.Copyright`.
    ///   - isWithheld: Whether a text stands for one that a recording does not show; its form then
    ///     says nothing of the device.
    package init(
        schema: SchemaLibrary, messages: MessageCatalog, isMockup: Bool = false,
        isWithheld: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.schema = schema
        self.messages = messages
        self.isMockup = isMockup
        self.isWithheld = isWithheld
    }

    /// What is wrong with a payload, in the order of the payload; empty where nothing is.
    ///
    /// - Parameter bytes: The text the payload was parsed from, for positions in it.
    package func findings(
        in payload: JSONValue, as context: PayloadContext, bytes: [UInt8]? = nil
    ) -> [Finding] {
        judgement(of: payload, as: context, bytes: bytes, collectsReferences: false).findings
    }

    /// What is wrong with a payload, and the references in it, which only the whole service can
    /// tell to be right.
    func judgement(
        of payload: JSONValue, as context: PayloadContext, bytes: [UInt8]?,
        collectsReferences: Bool = true
    ) -> (findings: [Finding], references: [PayloadReference]) {
        var walk = PayloadWalk(
            schema: schema, messages: messages, isMockup: isMockup, direction: context.direction,
            isWithheld: isWithheld, collectsReferences: collectsReferences)
        walk.judge(payload, as: context)
        guard let bytes else { return (walk.findings, walk.references) }
        return (walk.findings.located(in: bytes), walk.references)
    }
}

extension [Finding] {
    /// The findings with the places in the text that their pointers lead to.
    func located(in bytes: [UInt8]) -> [Finding] {
        guard contains(where: { $0.position == nil && $0.pointer != nil }) else { return self }
        let positions = JSONPointer.positions(of: map { $0.pointer ?? JSONPointer() }, in: bytes)
        return zip(self, positions).map { finding, position in
            var finding = finding
            if finding.pointer != nil { finding.position = finding.position ?? position }
            return finding
        }
    }
}

extension PayloadContext {
    fileprivate var direction: PayloadWalk.Direction {
        switch self {
        case .response, .partialResponse, .event, .error: .response
        case .requestCreate: .create
        case .requestUpdate: .update
        case .action: .parameters
        }
    }
}

extension PayloadWalk {
    fileprivate mutating func judge(_ payload: JSONValue, as context: PayloadContext) {
        guard case .object(let object) = payload else {
            report(SchemaRules.jsonType, "the body is \(payload.article)", expected: "an object")
            return
        }
        switch context {
        case .response(let uri): judgeResource(object, at: uri)
        case .partialResponse:
            isPartial = true
            judgeResource(object, at: object["@odata.id"]?.string ?? "")
        case .event: judgeEvent(object)
        case .error: judgeError(object)
        case .requestCreate(let schema): judgeCreation(object, of: schema)
        case .requestUpdate(let type): judgeUpdate(object, of: type)
        case .action(let name, let type): judgeParameters(object, of: name, on: type)
        }
    }
}
