import Schema

extension CSDLReader {
    func apply(
        _ annotation: XMLElement, to property: inout PropertyDefinition
    ) throws(SchemaError) {
        let term = try vocabularies.term(of: annotation, fileName: fileName)
        switch term {
        case "OData.Permissions": property.permissions = try permissions(annotation)
        case "OData.IsURL": property.format = .url
        case "OData.AutoExpand": property.expansion = .full
        case "OData.AutoExpandReferences": property.expansion = .references
        case "Measures.Unit": property.unit = annotation["String"]
        case "Redfish.Required": property.isRequired = try isTrue(annotation)
        case "Redfish.RequiredOnCreate": property.isRequiredOnCreate = try isTrue(annotation)
        case "Redfish.IPv6Format": property.format = .ipv6
        case "Redfish.Excerpt": property.excerpt = excerpt(annotation)
        case "Redfish.ExcerptCopy": property.excerptCopy = excerpt(annotation)
        case "Redfish.ExcerptCopyOnly": property.isExcerptCopyOnly = try isTrue(annotation)
        case "Redfish.URISegment": property.uriSegment = annotation["String"]
        case "Redfish.Revisions", "Redfish.Deprecated":
            try apply(annotation, to: &property.revisions)
        default: try apply(annotation, term, to: &property.limits)
        }
    }

    func apply(
        _ annotation: XMLElement, to type: inout StructuredType
    ) throws(SchemaError) {
        switch try vocabularies.term(of: annotation, fileName: fileName) {
        case "OData.AdditionalProperties":
            type.allowsAdditionalProperties = try isTrue(annotation)
        case "OData.Permissions": type.permissions = try permissions(annotation)
        case "Capabilities.InsertRestrictions":
            type.insertable = try capability("Insertable", annotation)
        case "Capabilities.UpdateRestrictions":
            type.updatable = try capability("Updatable", annotation)
        case "Capabilities.DeleteRestrictions":
            type.deletable = try capability("Deletable", annotation)
        case "Redfish.Uris": type.uris = texts(of: annotation)
        case "Redfish.DeprecatedUris": type.deprecatedURIs = texts(of: annotation)
        case "Redfish.DynamicPropertyPatterns":
            for record in records(of: annotation) {
                guard let pattern = record.text("Pattern"),
                    let type_ = record.text("Type").flatMap({ TypeReference($0) })
                else { throw error("a dynamic property has a pattern and a type", at: annotation) }
                type.dynamicPatterns.append(DynamicPropertyPattern(pattern: pattern, type: type_))
            }
        case "Redfish.Revisions", "Redfish.Deprecated":
            try apply(annotation, to: &type.revisions)
        default: break
        }
    }

    func apply(
        _ annotation: XMLElement, _ term: String, to limits: inout ValueLimits
    ) throws(SchemaError) {
        switch term {
        case "Validation.Minimum": limits.minimum = try integer(annotation)
        case "Validation.Maximum": limits.maximum = try integer(annotation)
        case "Validation.Pattern": limits.pattern = annotation["String"]
        default: break
        }
    }

    func apply(_ annotation: XMLElement, to revisions: inout Revisions) throws(SchemaError) {
        switch try vocabularies.term(of: annotation, fileName: fileName) {
        case "Redfish.Deprecated": revisions.isDeprecated = true
        case "Redfish.Revisions":
            for record in records(of: annotation) {
                let version = record.text("Version").flatMap { SchemaVersion($0) }
                switch record.enumMember("Kind") {
                case "Added": revisions.added = version
                case "Deprecated":
                    revisions.deprecated = version
                    revisions.isDeprecated = true
                case "Modified": break
                default: throw error("a revision has a kind", at: annotation)
                }
            }
        default: break
        }
    }

    // MARK: Values of annotations

    /// A tagging term without a value is true.
    private func isTrue(_ annotation: XMLElement) throws(SchemaError) -> Bool {
        try flag("Bool", of: annotation) ?? true
    }

    private func integer(_ annotation: XMLElement) throws(SchemaError) -> Int64 {
        guard let number = annotation["Int"].flatMap({ Int64($0) }) else {
            throw error("a bound is a whole number", at: annotation)
        }
        return number
    }

    private func permissions(_ annotation: XMLElement) throws(SchemaError) -> Permissions {
        let text = annotation["EnumMember"] ?? ""
        guard let permissions = Permissions(rawValue: lastPathPart(text)) else {
            throw error("'\(text)' is no permission", at: annotation)
        }
        return permissions
    }

    private func excerpt(_ annotation: XMLElement) -> Excerpt {
        guard let keys = annotation["String"] else { return .unkeyed }
        return .keys(keys.split(separator: ",").map(String.init))
    }

    private func capability(
        _ property: String, _ annotation: XMLElement
    ) throws(SchemaError) -> Capability? {
        guard let record = records(of: annotation).first, let value = record.bool(property) else {
            throw error("a restriction says whether something is \(property)", at: annotation)
        }
        var capability = Capability(isAllowed: value)
        for nested in record.annotations { try apply(nested, to: &capability.revisions) }
        return capability
    }

    private func texts(of annotation: XMLElement) -> [String] {
        annotation.children.first?.children.filter { $0.name == "String" }.map(\.text) ?? []
    }

    func records(of annotation: XMLElement) -> [AnnotationRecord] {
        annotation.children.flatMap { child in
            child.name == "Record"
                ? [AnnotationRecord(child)]
                : child.children.filter { $0.name == "Record" }.map(AnnotationRecord.init)
        }
    }
}

/// A record inside an annotation: values by property name.
struct AnnotationRecord {
    private let element: XMLElement

    init(_ element: XMLElement) {
        self.element = element
    }

    var line: Int { element.line }
    var annotations: [XMLElement] { element.children.filter { $0.name == "Annotation" } }

    func text(_ property: String) -> String? { value(property)?["String"] }
    func bool(_ property: String) -> Bool? { value(property)?["Bool"].map { $0 == "true" } }

    /// The name of the member, without its enumeration: `Redfish.RevisionKind/Added` is `Added`.
    func enumMember(_ property: String) -> String? {
        value(property)?["EnumMember"].map(lastPathPart)
    }

    private func value(_ property: String) -> XMLElement? {
        element.children.first { $0.name == "PropertyValue" && $0["Property"] == property }
    }
}

func lastPathPart(_ text: String) -> String {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return text }
    return String(text[text.utf8.index(after: slash)...])
}
