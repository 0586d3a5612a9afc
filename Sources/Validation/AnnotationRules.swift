import Findings
import JSONText
import Schema

// Payload annotations, on an object (`@odata.id`) or on one of its members
// (`Members@odata.count`).

extension PayloadWalk {
    mutating func judgeAnnotation(
        _ member: JSONObject.Member, at separator: String.Index, of object: JSONObject,
        _ type: FlattenedType
    ) {
        let target = member.name[..<separator]
        let term = member.name[member.name.utf8.index(after: separator)...]
        if !target.isEmpty, !isAnnotatable(target, in: object, type) {
            let hint = suggestion(for: String(target), among: type.properties.map(\.name))
            report(
                SchemaRules.annotation, "\(type.name) has no '\(target)' to annotate\(hint)",
                member: member.name, definition: type.location)
            return
        }
        if term.hasPrefix("odata.") {
            judgeOData(member, String(term.dropFirst(6)), target, object)
        } else {
            judgeTerm(member, String(term), target, type)
        }
    }

    private func isAnnotatable(
        _ target: Substring, in object: JSONObject, _ type: FlattenedType
    ) -> Bool {
        let name = String(target)
        return type.property(name) != nil || type.allowsAdditionalProperties
            || !type.dynamicPatterns.isEmpty || object[name] != nil
    }

    // MARK: The control information of OData

    private mutating func judgeOData(
        _ member: JSONObject.Member, _ name: String, _ target: Substring, _ object: JSONObject
    ) {
        switch name {
        case "id", "type", "context", "etag":
            guard case .string(let text) = member.value else {
                report(
                    SchemaRules.annotation, "the value is \(member.value.article)",
                    member: member.name, expected: "a string", seen: member.value)
                return
            }
            if name == "etag" { judgeETag(text, member) }
            if name == "id",
                text.utf8.first != UInt8(ascii: "/")
                    || !TextFormats.isURIReference(text)
            {
                report(
                    SchemaRules.annotation, "the value is no URI", member: member.name,
                    expected: "a URI path", seen: member.value)
            }
        case "nextLink": judgeNextLink(member)
        case "count": judgeCount(member, target, object)
        default:
            report(
                SchemaRules.annotation,
                "'\(member.name)' is no annotation of OData 4.0 or Redfish"
                    + suggestion(
                        for: "odata." + name,
                        among: ["id", "type", "context", "etag", "nextLink", "count"].map {
                            "odata." + $0
                        }), member: member.name)
        }
    }

    private mutating func judgeETag(_ text: String, _ member: JSONObject.Member) {
        let opaque = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
        let isQuoted = opaque.count >= 2 && opaque.first == "\"" && opaque.last == "\""
        guard !isQuoted || opaque.dropFirst().dropLast().contains("\"") else { return }
        report(
            SchemaRules.annotation, "an entity tag stands in quotes, as in the header",
            member: member.name, expected: "\"…\" or W/\"…\"", seen: member.value)
    }

    private mutating func judgeNextLink(_ member: JSONObject.Member) {
        guard let text = member.value.string, text.hasPrefix("/"),
            TextFormats.isURIReference(text)
        else {
            report(
                SchemaRules.annotation, "the value is no URI of this service",
                member: member.name, expected: "a URI path, query included", seen: member.value)
            return
        }
    }

    private mutating func judgeCount(
        _ member: JSONObject.Member, _ target: Substring, _ object: JSONObject
    ) {
        guard let count = member.value.number?.exactInteger, count >= 0 else {
            report(
                SchemaRules.annotation, "the value is no count", member: member.name,
                expected: "a whole number", seen: member.value)
            return
        }
        guard let elements = object[String(target)]?.array else { return }
        let isPaged = object["\(target)@odata.nextLink"] != nil
        let mayLackSome = isPaged || isPartial
        guard mayLackSome ? count < elements.count : count != elements.count else { return }
        report(
            SchemaRules.collectionCount,
            "the count says \(count), \(elements.count) \(target) are there", member: member.name,
            expected: String(elements.count), seen: member.value)
    }

    // MARK: Terms of schemas

    private mutating func judgeTerm(
        _ member: JSONObject.Member, _ term: String, _ target: Substring, _ type: FlattenedType
    ) {
        if term == "Redfish.Copyright", !isMockup, !Self.files.contains(type.name.family) {
            report(
                SchemaRules.copyright, "a service does not carry this annotation",
                member: member.name)
        }
        judgeAnnotation(member, term)
        if term == "Redfish.AllowableValues", let property = type.property(String(target)) {
            judgeAllowable(member, property)
        }
    }

    /// The value of an annotation as its term is defined, whatever it annotates.
    mutating func judgeAnnotation(_ member: JSONObject.Member, _ term: String) {
        do {
            guard let annotation = try schema.annotation(term) else {
                report(
                    SchemaRules.annotation, "no schema at hand defines annotation '\(term)'",
                    member: member.name, seen: member.value)
                return
            }
            enter(member.name)
            judge(member.value, of: annotation)
            leave()
        } catch {
            report(error)
        }
    }

    /// What may be sent must be what the schema knows.
    mutating func judgeAllowable(_ member: JSONObject.Member, _ property: FlattenedProperty) {
        guard case .enumeration(let enumeration) = property.value,
            let values = member.value.array
        else { return }
        let names = enumeration.members.map(\.name)
        for case .string(let text) in values where enumeration.member(text) == nil {
            report(
                SchemaRules.enumMember,
                "\(enumeration.name) has no value '\(text)'\(suggestion(for: text, among: names))",
                member: member.name, expected: names.joined(separator: ", "),
                seen: .string(text), definition: property.location)
        }
    }
}
