import Findings
import JSONText
import Schema

// References to other resources: an object with `@odata.id`, or the resource itself expanded.

extension PayloadWalk {
    mutating func judgeReference(
        _ value: JSONValue, _ link: TypeLink, _ property: FlattenedProperty
    ) {
        guard case .object(let object) = value else {
            report(
                SchemaRules.jsonType, "the value is \(value.article)",
                expected: "an object with @odata.id", seen: value, definition: property.location)
            return
        }
        judgeAddress(object, property)
        if object["@odata.type"] == nil, property.definition.expansion != .full,
            let address = object["@odata.id"]?.string
        {
            noteReference(
                to: address, expecting: link.name, member: "@odata.id", property: property.name,
                property.location)
        }
        if direction == .response, object["@odata.type"] != nil {
            judgeExpanded(object, link, property)
        } else if property.definition.expansion == .full {
            judgeContained(object, link)
        } else {
            judgeBareReference(object, property)
        }
    }

    private mutating func judgeAddress(_ object: JSONObject, _ property: FlattenedProperty) {
        guard let address = object["@odata.id"] else {
            guard property.definition.expansion != .full else { return }
            report(
                SchemaRules.reference, "a reference lacks its address",
                expected: "an object with @odata.id", definition: property.location)
            return
        }
        guard let text = address.string, text.utf8.first == UInt8(ascii: "/"),
            TextFormats.isURIReference(text)
        else {
            report(
                SchemaRules.reference, "the address is no path of this service",
                member: "@odata.id", expected: "a URI path such as /redfish/v1/Chassis/1",
                seen: address)
            return
        }
    }

    private mutating func judgeBareReference(
        _ object: JSONObject, _ property: FlattenedProperty
    ) {
        for member in object.members where member.name != "@odata.id" {
            // Annotations on a reference, `@odata.etag` for one, add to it without harm.
            guard !member.name.utf8.contains(UInt8(ascii: "@")) else { continue }
            report(
                SchemaRules.reference, "a reference holds '\(member.name)' beside its address",
                member: member.name, expected: "@odata.id alone, or the resource with @odata.type",
                definition: property.location)
        }
    }

    /// A resource that stands in the payload in full and says what it is.
    private mutating func judgeExpanded(
        _ object: JSONObject, _ link: TypeLink, _ property: FlattenedProperty
    ) {
        guard let type = declaredType(of: object) else { return }
        if !type.isDerived(from: link.name) {
            report(
                SchemaRules.typeMatches, "\(type.name) is no \(link.name)",
                member: "@odata.type", expected: link.name.description,
                definition: property.location)
            return
        }
        let enclosing = (uri: resourceURI, depth: resourceDepth)
        // A resource inside another is named by its place in it, and is no resource of its own.
        if let own = object["@odata.id"]?.string, !own.utf8.contains(UInt8(ascii: "#")) {
            (resourceURI, resourceDepth) = (own, depth)
        }
        judge(object, as: type)
        (resourceURI, resourceDepth) = enclosing
    }

    /// A member that lives inside its resource, such as a record of an event.
    private mutating func judgeContained(_ object: JSONObject, _ link: TypeLink) {
        do {
            judge(object, as: try link.type(in: schema))
        } catch {
            report(error)
        }
    }
}
