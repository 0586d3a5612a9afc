import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

extension SmartPDU {
    /// The parameters that a GET's answer depends on; nil where it is the plain representation.
    ///
    /// - Throws: What is wrong with the query; on methods other than GET and HEAD, any parameter
    ///   that the service knows.
    func query(
        of request: RequestMessage, on node: ResourceTree.Node
    ) throws(RedfishError) -> QueryParameters? {
        let isPaged = configuration.service.pageSize != nil
        let method = request.head.method
        if let text = request.query {
            let query = try QueryParameters(text, servesPages: isPaged)
            if !query.isEmpty {
                guard method == .get || method == .head else {
                    throw .queryNotSupportedOnOperation
                }
                return query
            }
        }
        return isPaged && node.resource.isCollection ? QueryParameters() : nil
    }

    /// GET with a query, or of a collection that is served page by page.
    ///
    /// The body's `@odata.etag` is always the resource's own. The `ETag` header is too, where the
    /// response shows no more than that resource; an expanded response has none, because what it
    /// holds changes without the tag.
    func read(
        _ request: RequestMessage, _ query: QueryParameters, _ node: ResourceTree.Node,
        _ principal: Principal?, _ instant: VirtualInstant
    ) throws(RedfishError) -> ResponseMessage {
        guard node.resource.isCollection || !query.isForCollections else {
            throw .queryNotSupportedOnResource
        }
        let reader = ResourceReader(
            device: self, principal: principal, instant: instant, query: query)
        if query.isOnly, let member = try reader.onlyMember(of: node) {
            var response = read(request, member, instant)
            response.head.headerFields[.allow] = node.headers.allow
            return response
        }
        let json = try reader.answer(of: node)
        let tag = query.expand == nil ? json["@odata.etag"]?.string : nil
        return shown(json.compactBytes, tag, of: node, to: request, at: instant)
    }
}

/// Reads resources as one client may see them, by the parameters of one query.
private struct ResourceReader {
    let device: SmartPDU
    let principal: Principal?
    let instant: VirtualInstant
    let query: QueryParameters

    /// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3 Query parameters: first filter, skip and
    /// top, then the page, then expand and select.
    func answer(of node: ResourceTree.Node) throws(RedfishError) -> JSONValue {
        var json = json(of: node)
        if node.resource.isCollection { json = try chosenMembers(of: json) }
        if query.isExcerpt { json = node.resource.excerpt(of: json) }
        if let expand = query.expand {
            var expansion = Expansion(expand.scope, resource: expandable)
            json = try expansion.expand(json, levels: expand.levels)
        }
        return query.select?.applied(to: json) ?? json
    }

    /// The member of a collection that has no other.
    func onlyMember(of node: ResourceTree.Node) throws(RedfishError) -> ResourceTree.Node? {
        let members = json(of: node)["Members"]?.array ?? []
        guard members.count == 1, let path = members[0]["@odata.id"]?.string,
            let member = device.tree.node(at: path)
        else { return nil }
        if let principal { try device.authorize(principal, .get, on: member) }
        return member
    }

    // MARK: Members

    private func chosenMembers(of collection: JSONValue) throws(RedfishError) -> JSONValue {
        guard var object = collection.object, var members = collection["Members"]?.array else {
            return collection
        }
        if let filter = query.filter {
            var matching: [JSONValue] = []
            for member in members {
                guard let path = member["@odata.id"]?.string, let node = readableNode(at: path)
                else { continue }
                if try filter.matches(json(of: node)) { matching.append(member) }
            }
            members = matching
            object["Members@odata.count"] = .number(JSONNumber(members.count))
        }
        members = Array(members.dropFirst(query.skip))
        if let top = query.top { members = Array(members.prefix(top)) }
        object["Members"] = .array(members)
        return paged(object, from: query.pageStart, resending: query.resent)
    }

    /// One page of a collection, with the link to the next one while more remain.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 9.5.11 Next link.
    private func paged(
        _ collection: JSONObject, from start: Int, resending parameters: String
    ) -> JSONValue {
        guard let size = device.configuration.service.pageSize,
            let members = collection["Members"]?.array, let path = collection["@odata.id"]?.string
        else { return .object(collection) }
        var collection = collection
        let page = members.dropFirst(start).prefix(size)
        collection["Members"] = .array(Array(page))
        if page.endIndex < members.count {
            collection["Members@odata.nextLink"] = .string(
                "\(path)?\(parameters)$skiptoken=\(page.endIndex)")
        }
        return .object(collection)
    }

    // MARK: Resources

    private func json(of node: ResourceTree.Node) -> JSONValue { parsed(node).json }

    private func parsed(_ node: ResourceTree.Node) -> (json: JSONValue, byteCount: Int) {
        let body = device.representation(of: node, at: instant).body
        guard let json = try? JSONValue(parsing: body) else {
            preconditionFailure("a representation is not JSON")
        }
        return (json, body.count)
    }

    /// What stands at a path, where the client may read it.
    private func readableNode(at path: String) -> ResourceTree.Node? {
        guard let node = device.tree.node(at: path), node.action == nil,
            node.resource.exists(device, node.place)
        else { return nil }
        guard let principal else { return node.resource.isPublic ? node : nil }
        return (try? device.authorize(principal, .get, on: node)) == nil ? nil : node
    }

    private func expandable(_ path: String) -> (json: JSONValue, byteCount: Int)? {
        guard let node = readableNode(at: path) else { return nil }
        var (json, byteCount) = parsed(node)
        if node.resource.isCollection, let object = json.object {
            json = paged(object, from: 0, resending: "")
        }
        if query.isExcerpt { json = node.resource.excerpt(of: json) }
        return (json, byteCount)
    }
}
