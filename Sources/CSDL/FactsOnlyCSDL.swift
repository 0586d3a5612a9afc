import Schema

/// Writes a CSDL document again without its prose: names, types and the annotations that state
/// facts, one definition a line, in the order of the source.
struct FactsOnlyCSDL {
    private let vocabularies: Vocabularies
    private let fileName: String
    private var text = ""

    /// - Parameter notice: One line that says where the facts come from.
    static func text(
        of root: XMLElement, fileName: String, notice: String
    ) throws(SchemaError) -> String {
        let reader = try CSDLReader(root: root, fileName: fileName)
        _ = try reader.document(root)
        var writer = FactsOnlyCSDL(vocabularies: reader.vocabularies, fileName: fileName)
        try writer.write(root, notice: notice)
        return writer.text
    }

    private init(vocabularies: Vocabularies, fileName: String) {
        self.vocabularies = vocabularies
        self.fileName = fileName
    }

    private mutating func write(_ root: XMLElement, notice: String) throws(SchemaError) {
        text += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- \(notice) -->\n"
        text += "<edmx:Edmx xmlns:edmx=\"\(edmxNamespace)\" xmlns=\"\(edmNamespace)\""
        text += " Version=\"4.0\">\n"
        for child in root.children {
            switch child.name {
            case "Reference":
                text += "<edmx:Reference" + attributes(of: child) + ">"
                for include in child.children where include.name == "Include" {
                    text += "<edmx:Include" + attributes(of: include) + "/>"
                }
                text += "</edmx:Reference>\n"
            default:
                text += "<edmx:DataServices>\n"
                for schema in child.children { try writeDefinition(schema, indent: "") }
                text += "</edmx:DataServices>\n"
            }
        }
        text += "</edmx:Edmx>\n"
    }

    /// A schema, a type or a member of a type: its own annotations stand on its line.
    private mutating func writeDefinition(
        _ element: XMLElement, indent: String
    ) throws(SchemaError) {
        text += indent + "<" + element.name + attributes(of: element)
        var annotations = ""
        for child in element.children where child.name == "Annotation" {
            annotations += try fact(child)
        }
        let definitions = element.children.filter { $0.name != "Annotation" }
        if annotations.isEmpty, definitions.isEmpty {
            text += "/>\n"
            return
        }
        text += ">" + annotations
        if !definitions.isEmpty {
            text += "\n"
            for child in definitions { try writeDefinition(child, indent: indent + " ") }
            text += indent
        }
        text += "</\(element.name)>\n"
    }

    /// An annotation that states a fact, on one line; empty for prose.
    private func fact(_ annotation: XMLElement) throws(SchemaError) -> String {
        let term = try vocabularies.term(of: annotation, fileName: fileName)
        guard let shape = factTerms[term] else { return "" }
        let spelling = annotation["Term"] ?? term
        var result = "<Annotation Term=\"\(escaped(spelling))\""
        if shape.keepsValue {
            for attribute in annotation.attributes where attribute.name != "Term" {
                result += " \(attribute.name)=\"\(escaped(attribute.value))\""
            }
        }
        var content = ""
        for child in annotation.children { content += try value(child, shape) }
        return result + (content.isEmpty ? "/>" : ">\(content)</Annotation>")
    }

    /// A collection, record, property value or text inside an annotation.
    private func value(_ element: XMLElement, _ shape: FactShape) throws(SchemaError) -> String {
        switch element.name {
        case "Annotation": return try fact(element)
        case "String": return "<String>\(escaped(element.text))</String>"
        case "PropertyValue":
            guard shape.properties.contains(element["Property"] ?? "") else { return "" }
            return "<PropertyValue\(attributes(of: element))/>"
        default:
            var content = ""
            for child in element.children { content += try value(child, shape) }
            return "<\(element.name)>\(content)</\(element.name)>"
        }
    }

    private func attributes(of element: XMLElement) -> String {
        element.attributes.reduce(into: "") { text, attribute in
            text += " \(attribute.name)=\"\(escaped(attribute.value))\""
        }
    }
}

/// What of an annotation is kept.
private struct FactShape {
    /// Whether its attributes state the fact, and are not a sentence about it.
    var keepsValue = true
    /// The properties kept of records inside it.
    var properties: Set<String> = []
}

private let factTerms: [String: FactShape] = [
    "OData.AdditionalProperties": FactShape(),
    "OData.AutoExpand": FactShape(),
    "OData.AutoExpandReferences": FactShape(),
    "OData.IsURL": FactShape(),
    "OData.Permissions": FactShape(),
    "Measures.Unit": FactShape(),
    "Capabilities.InsertRestrictions": FactShape(properties: ["Insertable"]),
    "Capabilities.UpdateRestrictions": FactShape(properties: ["Updatable"]),
    "Capabilities.DeleteRestrictions": FactShape(properties: ["Deletable"]),
    "Redfish.Deprecated": FactShape(keepsValue: false),
    "Redfish.DeprecatedUris": FactShape(),
    "Redfish.DynamicPropertyPatterns": FactShape(properties: ["Pattern", "Type"]),
    "Redfish.Enumeration": FactShape(properties: ["Member"]),
    "Redfish.Excerpt": FactShape(),
    "Redfish.ExcerptCopy": FactShape(),
    "Redfish.ExcerptCopyOnly": FactShape(),
    "Redfish.IPv6Format": FactShape(),
    "Redfish.OwningEntity": FactShape(),
    "Redfish.Release": FactShape(),
    "Redfish.Required": FactShape(),
    "Redfish.RequiredOnCreate": FactShape(),
    "Redfish.Revisions": FactShape(properties: ["Kind", "Version"]),
    "Redfish.Uris": FactShape(),
    "Redfish.URISegment": FactShape(),
    "Validation.Maximum": FactShape(),
    "Validation.Minimum": FactShape(),
    "Validation.Pattern": FactShape(),
]

private func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { "&<>\"\t\n\r".utf8.contains($0) }) else { return text }
    return text.reduce(into: "") { result, character in
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\t": result += "&#9;"
        case "\n": result += "&#10;"
        case "\r": result += "&#13;"
        default: result.append(character)
        }
    }
}
