package import HTTPMessages
import HTTPTypes
import JSONText
import Schema
package import VirtualTime

extension SmartPDU {
    /// Answers one request at one instant.
    ///
    /// The order of the checks is DSP0266's: what is public, then who asks, then whether it may,
    /// then everything about the request itself, so that nothing leaks to strangers.
    package mutating func handle(
        _ request: RequestMessage, at instant: VirtualInstant
    ) -> (response: ResponseMessage, effects: [Effect]) {
        var effects = advance(to: instant)
        sessions.endIdle(at: instant)
        dateField.update(to: instant)
        do throws(RedfishError) {
            let response = try answer(request, at: instant, effects: &effects)
            return (response, effects + events.takePosted())
        } catch {
            return (refusal(error, of: request, at: instant), effects)
        }
    }

    private mutating func answer(
        _ request: RequestMessage, at instant: VirtualInstant, effects: inout [Effect]
    ) throws(RedfishError) -> ResponseMessage {
        let path = request.path
        let node = tree.node(at: path)
        if node == nil, let document = document(at: path) {
            return try document.answer(request, at: instant)
        }
        let isLogin =
            request.head.method == .post && node?.resource.type == Resource.sessionCollectionType
        let isOpenToAll = isLogin || node?.resource.isPublic == true
        let principal = try principal(of: request, at: instant, isOpenToAll: isOpenToAll)
        if principal == nil, !isOpenToAll { throw .noValidSession }
        guard let node else {
            // One slash is read over here too.
            guard path == Addresses.eventStream || path == "\(Addresses.eventStream)/",
                let principal
            else { throw .resourceMissing(path) }
            return try openStream(request, by: principal, at: instant, effects: &effects)
        }
        let query = try admit(request, to: node, at: path, from: principal)
        var context = RequestContext(
            instant: instant, path: path, place: node.place, principal: principal)
        // What can be done here stands in `Allow`.
        if request.head.method == .options { return noContent(node, instant) }
        if node.action != nil {
            return try perform(request, node, context, effects: &effects)
        }
        if let command = node.resource.command {
            return try carryOut(command, request, node, context, effects: &effects)
        }
        if let respond = node.resource.respond {
            switch request.head.method {
            case .get: return respond(&self, context)
            case .head:
                var untouched = self
                return respond(&untouched, context)
            default: break
            }
        }
        switch request.head.method {
        case .get, .head:
            guard let query else { return read(request, node, instant) }
            return try read(request, query, node, principal, instant)
        case .post: return try create(request, node, &context, effects: &effects)
        case .patch: return try update(request, node, context)
        case .delete: return try delete(request, node, context)
        default: throw .methodNotAllowed(node.headers.allow)
        }
    }

    /// Who sends the request. Where everybody may come in, a token that has run out keeps nobody
    /// away: a client that sends it along must still be able to log in anew.
    private mutating func principal(
        of request: RequestMessage, at instant: VirtualInstant, isOpenToAll: Bool
    ) throws(RedfishError) -> Principal? {
        do throws(RedfishError) {
            return try authenticate(request, at: instant)
        } catch {
            guard isOpenToAll, request.head.headerFields.value(of: .xAuthToken) != nil else {
                throw error
            }
            return nil
        }
    }

    // MARK: Checks

    /// Refuses what must not or cannot be carried out.
    ///
    /// - Returns: The parameters of a GET's query, where it has any that count.
    private func admit(
        _ request: RequestMessage, to node: ResourceTree.Node, at path: String,
        from principal: Principal?
    ) throws(RedfishError) -> QueryParameters? {
        guard node.resource.exists(self, node.place) else { throw .resourceMissing(path) }
        try checkHeaders(request)
        let query = try query(of: request, on: node)
        if let principal { try authorize(principal, request.head.method, on: node) }
        return query
    }

    private func checkHeaders(_ request: RequestMessage) throws(RedfishError) {
        if let version = request.head.headerFields.value(of: .odataVersion), version != "4.0" {
            throw .headerInvalidODataVersion
        }
        if let accept = request.head.headerFields.value(of: .accept), !acceptsJSON(accept) {
            throw .notAcceptable
        }
    }

    /// Refuses a change of a resource that is not the one the client has read, and on some devices
    /// a PATCH that does not say what was read.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 6.5 ETags, which allows 428 for PATCH and PUT
    /// only; RFC 6585, "Additional HTTP Status Codes", clause 3.
    func checkPrecondition(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ instant: VirtualInstant
    ) throws(RedfishError) {
        guard let condition = request.head.headerFields.value(of: .ifMatch) else {
            let isAskedFor = configuration.service.requiresIfMatch && node.resource.hasEntityTag
            if isAskedFor, request.head.method == .patch { throw .preconditionRequired }
            return
        }
        guard condition != "*" else { return }
        guard let tag = representation(of: node, at: instant).entityTag, names(condition, tag)
        else { throw .preconditionFailed }
    }

    // MARK: Methods

    func read(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ instant: VirtualInstant
    ) -> ResponseMessage {
        let (body, tag) = representation(of: node, at: instant)
        return shown(body, tag, of: node, to: request, at: instant)
    }

    /// The answer to a GET: the body, or 304 where the client has it already.
    func shown(
        _ body: [UInt8], _ tag: String?, of node: ResourceTree.Node, to request: RequestMessage,
        at instant: VirtualInstant
    ) -> ResponseMessage {
        var fields = node.headers.fields
        fields.append(dateField.field)
        if let tag {
            fields[.eTag] = tag
            if let condition = request.head.headerFields.value(of: .ifNoneMatch),
                condition == "*" || names(condition, tag)
            {
                fields[.contentType] = nil
                return ResponseMessage(status: .notModified, fields: fields)
            }
        }
        return ResponseMessage(status: .ok, fields: fields, body: body)
    }

    private mutating func create(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ context: inout RequestContext,
        effects: inout [Effect]
    ) throws(RedfishError) -> ResponseMessage {
        guard let create = node.resource.create else { throw .methodNotAllowed(node.headers.allow) }
        let body = try jsonObject(of: request)
        let created = try create(&self, context, body)
        guard let member = tree.node(at: created.path) else { throw .internalError }
        var fields = member.headers.fields
        fields[.date] = context.instant.httpDate
        fields[.location] = created.path
        for field in created.fields { fields[field.name] = field.value }
        let (representation, tag) = representation(of: member, at: context.instant) { json in
            for member in created.members { json.member(member.name, member.value) }
            guard !created.messages.isEmpty else { return }
            json.array("@Message.ExtendedInfo") { json in
                for message in created.messages { json.message(message, catalog: catalog) }
            }
        }
        if let tag { fields[.eTag] = tag }
        return ResponseMessage(status: .created, fields: fields, body: representation)
    }

    private mutating func delete(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ context: RequestContext
    ) throws(RedfishError) -> ResponseMessage {
        guard let delete = node.resource.delete else { throw .methodNotAllowed(node.headers.allow) }
        try checkPrecondition(request, node, context.instant)
        try delete(&self, context)
        return noContent(node, context.instant)
    }

    private mutating func perform(
        _ request: RequestMessage, _ node: ResourceTree.Node, _ context: RequestContext,
        effects: inout [Effect]
    ) throws(RedfishError) -> ResponseMessage {
        guard let action = node.action, request.head.method == .post else {
            throw .methodNotAllowed(node.headers.allow)
        }
        let arguments = request.body.isEmpty ? JSONObject() : try jsonObject(of: request)
        try action.check(arguments)
        // An action that fails half-way has changed nothing: DSP0266 1.8.1, 7.5.2.
        let before = self
        do throws(RedfishError) {
            if let start = action.start {
                let task = try start(&self, context, arguments)
                effects += carryTasksForward(at: context.instant)
                return accepted(task.id, at: context.instant)
            }
            effects += try action.perform(&self, context, arguments)
        } catch {
            self = before
            throw error
        }
        var response = noContent(node, context.instant)
        response.head.headerFields[.location] = action.location
        return response
    }

    private mutating func carryOut(
        _ command: Resource.Command, _ request: RequestMessage, _ node: ResourceTree.Node,
        _ context: RequestContext, effects: inout [Effect]
    ) throws(RedfishError) -> ResponseMessage {
        guard request.head.method == .post else { throw .methodNotAllowed(node.headers.allow) }
        let body = try jsonObject(of: request)
        let before = self
        do throws(RedfishError) {
            let answer = try command(&self, context, body)
            effects += answer.effects
            var fields = node.headers.fields
            fields[.date] = context.instant.httpDate
            return ResponseMessage(status: .ok, fields: fields, body: answer.body)
        } catch {
            self = before
            throw error
        }
    }

    func noContent(_ node: ResourceTree.Node, _ instant: VirtualInstant) -> ResponseMessage {
        var fields = node.headers.fields
        fields[.contentType] = nil
        fields[.date] = instant.httpDate
        return ResponseMessage(status: .noContent, fields: fields)
    }

    // MARK: Bodies

    func jsonObject(of request: RequestMessage) throws(RedfishError) -> JSONObject {
        let type = request.head.headerFields.value(of: .contentType)
        let mediaType = type?.prefix { $0 != ";" }.lowercased() ?? ""
        guard trimmed(mediaType) == "application/json" else {
            throw .unsupportedMediaType
        }
        guard let value = try? JSONValue(parsing: request.body) else { throw .malformedJSON }
        guard let object = value.object else { throw .unrecognizedBody }
        return object
    }

    /// The response of an error in the device's own voice.
    package func refusal(
        _ error: RedfishError, of request: RequestMessage, at instant: VirtualInstant
    ) -> ResponseMessage {
        var fields = StandingHeaders.common
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.date] = instant.httpDate
        for field in error.fields { fields[field.name] = field.value }
        var json = JSONWriter(capacity: 512)
        var named = error
        for index in named.messages.indices
        where named.messages[index].key == "Base.ResourceMissingAtURI"
            && named.messages[index].arguments == [""]
        {
            named.messages[index].arguments = [request.path]
        }
        switch configuration.dialect {
        case .redfish: json.errorBody(named, catalog: catalog)
        case .smartPDUMockup: json.mockupErrorBody(named, catalog: catalog)
        }
        return ResponseMessage(status: error.status, fields: fields, body: json.bytes)
    }
}

/// Whether an Accept field admits `application/json`.
///
/// Source: RFC 9110, "HTTP Semantics", clause 12.5.1.
private func acceptsJSON(_ accept: String) -> Bool {
    if accept == "application/json" || accept == "*/*" { return true }
    return accept.split(separator: ",").contains { range in
        let parts = range.split(separator: ";").map { trimmed($0).lowercased() }
        guard let type = parts.first, !parts.contains("q=0") else { return false }
        return ["*/*", "application/*", "application/json"].contains(type)
    }
}

func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
}
