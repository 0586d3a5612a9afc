import Findings
import JSONText
import Schema

// Links that lead nowhere or to the wrong thing, and pages that do not add up.

extension ServiceSurvey {
    /// Addresses of resources in a fixed order, so that findings come in one.
    var addresses: [String] {
        resources.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    // MARK: What could not be read

    /// A finding for each address that gave nothing, said once, at the first link to it.
    func unreadPayloads(_ file: (String) -> String?) -> [ValidatedPayload] {
        let referrers = referrers()
        let positions = firstPositions(of: referrers)
        return unread.filter { isLinked($0.key) }.map { uri, content in
            let places = referrers[uri] ?? []
            let others = places.count > 1 ? ", and \((places.count - 1).counted("other link"))" : ""
            let origin = places.first.map { " (linked from \($0.uri)#\($0.pointer)\(others))" }
            var finding = Finding(
                ruleID: SchemaRules.link.id, level: SchemaRules.link.level,
                message: "the resource cannot be read" + (origin ?? ""), expected: "status 200",
                seen: content.words)
            finding.position = positions[uri]
            return ValidatedPayload(
                uri: uri, file: nil,
                findings: [place(finding, uri, in: places.first?.uri ?? uri, file)])
        }
    }

    /// A resource that nothing leads to; it is not judged, as no client comes to see it.
    func orphan(_ uri: String, _ file: (String) -> String?) -> ValidatedPayload {
        let finding = Finding(
            ruleID: SchemaRules.orphan.id, level: SchemaRules.orphan.level,
            message: "no link leads to the resource",
            expected: "a link in a resource that the root leads to")
        return ValidatedPayload(
            uri: uri, file: file(uri), findings: [place(finding, uri, in: uri, file)])
    }

    /// Where each address that could not be read is linked from.
    private func referrers() -> [String: [(uri: String, pointer: JSONPointer)]] {
        var referrers: [String: [(uri: String, pointer: JSONPointer)]] = [:]
        for uri in addresses {
            guard let resource = resources[uri], resource.links.contains(where: isUnread) else {
                continue
            }
            resource.payload.forEachText { text, pointer in
                guard let target = ServicePath.normalized(text), unread[target] != nil else {
                    return
                }
                referrers[target, default: []].append((uri, pointer))
            }
        }
        return referrers
    }

    /// Where the first link to each address stands; each payload is gone through once.
    private func firstPositions(
        of referrers: [String: [(uri: String, pointer: JSONPointer)]]
    ) -> [String: TextPosition] {
        let bySource = Dictionary(grouping: referrers) { $0.value.first?.uri ?? "" }
        var positions: [String: TextPosition] = [:]
        for (source, links) in bySource {
            guard let bytes = resources[source]?.bytes else { continue }
            let pointers = links.map { $0.value.first?.pointer ?? JSONPointer() }
            for (link, position) in zip(links, JSONPointer.positions(of: pointers, in: bytes)) {
                positions[link.key] = position
            }
        }
        return positions
    }

    private func isUnread(_ uri: String) -> Bool { unread[uri] != nil }

    // MARK: References

    func referenceFindings() -> [(uri: String, finding: Finding)] {
        addresses.flatMap { uri in
            (resources[uri]?.references ?? []).compactMap { reference in
                finding(on: reference, in: uri).map { (uri, $0) }
            }
        }
    }

    private func finding(on reference: PayloadReference, in uri: String) -> Finding? {
        guard let target = ServicePath.normalized(reference.address) else { return nil }
        if reference.isOrigin {
            if let finding = originFinding(reference, target, in: uri) { return finding }
        }
        guard let type = resources[target]?.type, !type.isDerived(from: reference.type) else {
            return nil
        }
        return finding(
            SchemaRules.referenceType, reference, in: uri,
            "\(target) is a \(type.name), not a \(reference.type)",
            expected: reference.type.description, seen: type.name.description)
    }

    /// A record may outlive what it is about, but then has to say so.
    private func originFinding(
        _ reference: PayloadReference, _ target: String, in uri: String
    ) -> Finding? {
        let enclosing = JSONPointer(tokens: Array(reference.pointer.tokens.dropLast(2)))
        let record = resources[uri]?.payload[enclosing]
        let isSaid = record?["OriginOfConditionUnavailable"]?.bool
        guard isSaid != true, unread[target] != nil, !isLinked(target) else { return nil }
        var found = finding(
            SchemaRules.originOfCondition, reference, in: uri, "\(target) cannot be read",
            expected: "OriginOfConditionUnavailable true, or a resource there",
            seen: unread[target]?.words ?? "")
        if isSaid == false { found.level = .fail }
        return found
    }

    private func finding(
        _ rule: Rule, _ reference: PayloadReference, in uri: String, _ message: String,
        expected: String, seen: String
    ) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level, message: message, pointer: reference.pointer,
            expected: expected, seen: seen,
            definition: reference.definition.map { SourceLocation(file: $0.file, line: $0.line) })
    }

    // MARK: Pages

    /// Holds the count of a collection against the members on all its pages.
    func pageFindings() -> [(uri: String, finding: Finding)] {
        let nextPages = Set(addresses.compactMap(nextPage))
        return addresses.compactMap { uri in
            guard !nextPages.contains(uri), nextPage(of: uri) != nil,
                let payload = resources[uri]?.payload,
                let count = payload["Members@odata.count"]?.number?.exactInteger
            else { return nil }
            var seen: Set<String> = []
            var members = 0
            var page: String? = uri
            while let current = page, seen.insert(current).inserted {
                guard let elements = resources[current]?.payload["Members"]?.array else {
                    return nil
                }
                members += elements.count
                page = nextPage(of: current)
            }
            guard members != count else { return nil }
            return (
                uri,
                Finding(
                    ruleID: SchemaRules.collectionPages.id,
                    level: SchemaRules.collectionPages.level,
                    message: "the count says \(count), the \(seen.count.counted("page")) hold "
                        + members.counted("member"),
                    pointer: JSONPointer(tokens: ["Members@odata.count"]),
                    expected: String(members), seen: String(count))
            )
        }
    }

    private func nextPage(of uri: String) -> String? {
        resources[uri]?.payload["Members@odata.nextLink"]?.string
            .flatMap(ServicePath.normalized)
    }
}

extension ServedResource.Content {
    /// What was seen instead of a resource.
    var words: String {
        switch self {
        case .body: "a body"
        case .status(let code): "status \(code)"
        case .failure(let reason): reason
        }
    }
}

extension JSONValue {
    /// Every text inside, with where it stands.
    fileprivate func forEachText(
        at pointer: JSONPointer = JSONPointer(), _ visit: (String, JSONPointer) -> Void
    ) {
        switch self {
        case .string(let text): visit(text, pointer)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                element.forEachText(at: pointer.appending(index), visit)
            }
        case .object(let object):
            for member in object.members {
                member.value.forEachText(at: pointer.appending(member.name), visit)
            }
        default: break
        }
    }
}
