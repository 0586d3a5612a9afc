package import Schema

extension SchemaDocument {
    /// Reads a CSDL file.
    ///
    /// - Parameter fileName: The name without folders, which definitions and errors carry.
    ///
    /// Source: OASIS "OData Version 4.0 Part 3: Common Schema Definition Language (CSDL)".
    package init(
        csdl bytes: [UInt8], fileName: String, limits: XMLLimits = XMLLimits()
    ) throws(SchemaError) {
        let root = try XMLElement(parsing: bytes, fileName: fileName, limits: limits)
        self = try CSDLReader(root: root, fileName: fileName).document(root)
    }
}

let edmxNamespace = "http://docs.oasis-open.org/odata/ns/edmx"
let edmNamespace = "http://docs.oasis-open.org/odata/ns/edm"

/// Turns a CSDL document's elements into definitions.
struct CSDLReader {
    let fileName: String
    let vocabularies: Vocabularies
    /// The namespaces and aliases that types may be named by.
    private let knownNamespaces: Set<String>

    init(root: XMLElement, fileName: String) throws(SchemaError) {
        self.fileName = fileName
        var known: Set<String> = ["Edm"]
        var aliases: [(String, String)] = []
        for reference in root.children where reference.name == "Reference" {
            for include in reference.children where include.name == "Include" {
                let namespace = include["Namespace"] ?? ""
                known.insert(namespace)
                aliases.append((include["Alias"] ?? namespace, namespace))
            }
        }
        for schema in root.children.flatMap(\.children) where schema.name == "Schema" {
            known.insert(schema["Namespace"] ?? "")
        }
        knownNamespaces = known
        vocabularies = Vocabularies(aliases: aliases)
    }

    func document(_ root: XMLElement) throws(SchemaError) -> SchemaDocument {
        guard root.name == "Edmx", root.namespace == edmxNamespace else {
            throw error("expected the root element edmx:Edmx, found \(root.name)", at: root)
        }
        var document = SchemaDocument(fileName: fileName, references: [], namespaces: [])
        var defined: [String: Int] = [:]
        for child in root.children {
            switch child.name {
            case "Reference": document.references.append(try reference(child))
            case "DataServices":
                for schema in child.children {
                    try expect(schema, toBe: "Schema", in: child)
                    let namespace = try self.namespace(schema)
                    if let line = defined.updateValue(schema.line, forKey: namespace.name) {
                        throw error(
                            "namespace \(namespace.name) is defined twice, first in line \(line)",
                            at: schema)
                    }
                    document.namespaces.append(namespace)
                }
            default: throw unexpected(child, in: root)
            }
        }
        return document
    }

    private func reference(_ element: XMLElement) throws(SchemaError) -> SchemaReference {
        var includes: [SchemaReference.Include] = []
        for child in element.children where child.name == "Include" {
            includes.append(
                SchemaReference.Include(
                    namespace: try required("Namespace", of: child), alias: child["Alias"]))
        }
        return SchemaReference(
            uri: try required("Uri", of: element), includes: includes, line: element.line)
    }

    private func namespace(_ element: XMLElement) throws(SchemaError) -> SchemaNamespace {
        let name = try required("Namespace", of: element)
        var result = SchemaNamespace(name: name, line: element.line)
        for child in element.children {
            switch child.name {
            case "Annotation":
                switch try vocabularies.term(of: child, fileName: fileName) {
                case "Redfish.OwningEntity": result.owningEntity = child["String"]
                case "Redfish.Release": result.release = child["String"]
                default: break
                }
            case "EntityType", "ComplexType":
                result.structuredTypes.append(try structuredType(child, in: name))
            case "EnumType": result.enumTypes.append(try enumType(child, in: name))
            case "TypeDefinition":
                result.typeDefinitions.append(try typeDefinition(child, in: name))
            case "Action": result.actions.append(try action(child, in: name))
            case "Term": result.terms.append(try term(child, in: name))
            case "EntityContainer": result.entityContainer = try container(child, in: name)
            case "Function", "Annotations": break
            default: throw unexpected(child, in: element)
            }
        }
        return result
    }
}

// MARK: Names and errors

extension CSDLReader {
    func location(of element: XMLElement) -> DefinitionLocation {
        DefinitionLocation(file: fileName, line: element.line)
    }

    func error(_ message: String, at element: XMLElement) -> SchemaError {
        SchemaError(message, at: location(of: element))
    }

    func unexpected(_ child: XMLElement, in parent: XMLElement) -> SchemaError {
        error("element \(child.name) has no meaning in \(parent.name)", at: child)
    }

    func expect(
        _ child: XMLElement, toBe name: String, in parent: XMLElement
    ) throws(SchemaError) {
        guard child.name == name else { throw unexpected(child, in: parent) }
    }

    func required(_ attribute: String, of element: XMLElement) throws(SchemaError) -> String {
        guard let value = element[attribute], !value.isEmpty else {
            throw error("element \(element.name) lacks its attribute \(attribute)", at: element)
        }
        return value
    }

    func definedName(
        of element: XMLElement, in namespace: String
    ) throws(SchemaError) -> QualifiedName {
        QualifiedName(namespace: namespace, name: try required("Name", of: element))
    }

    /// A type named in an attribute; its namespace must be the file's own or referenced.
    func type(_ attribute: String, of element: XMLElement) throws(SchemaError) -> TypeReference {
        let text = try required(attribute, of: element)
        guard let type = TypeReference(text) else {
            throw error("'\(text)' is no qualified type name", at: element)
        }
        guard knownNamespaces.contains(type.name.namespace) else {
            throw error(
                "type \(text): no edmx:Reference includes namespace \(type.name.namespace)",
                at: element)
        }
        return type
    }

    func typeName(
        _ attribute: String, of element: XMLElement
    ) throws(SchemaError) -> QualifiedName? {
        guard element[attribute] != nil else { return nil }
        return try type(attribute, of: element).name
    }

    func flag(_ attribute: String, of element: XMLElement) throws(SchemaError) -> Bool? {
        switch element[attribute] {
        case nil: return nil
        case "true"?: return true
        case "false"?: return false
        case let text?:
            throw error("\(attribute) is true or false, not '\(text)'", at: element)
        }
    }
}
