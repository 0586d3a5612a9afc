import Findings
import JSONText
import Schema

// What a property's value is: null or not, one or many, of which JSON type, within which limits.

extension PayloadWalk {
    mutating func judge(_ value: JSONValue, of property: FlattenedProperty) {
        if direction != .response, !mayWrite(property) {
            reportNotWritable(property)
            return
        }
        guard property.isCollection else {
            if case .array = value, !takesAnything(property) {
                report(
                    SchemaRules.array, "the value is an array", expected: "a single value",
                    definition: property.location)
                return
            }
            judgeElement(value, of: property)
            return
        }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() where !isLeft {
                enter(index)
                judgeElement(element, of: property)
                leave()
            }
        case .null:
            report(
                SchemaRules.null, "an array may be empty but not null", expected: "an array",
                definition: property.location)
        default:
            report(
                SchemaRules.array, "the value is \(value.article)", expected: "an array",
                seen: value, definition: property.location)
        }
    }

    private func takesAnything(_ property: FlattenedProperty) -> Bool {
        if case .undefined = property.value { true } else { false }
    }

    /// A single value, or one element of an array.
    private mutating func judgeElement(_ value: JSONValue, of property: FlattenedProperty) {
        if case .null = value {
            // A PATCH removes an array's element by null.
            let removes = direction == .update && property.isCollection
            if !property.isNullable, !removes {
                report(
                    SchemaRules.null, "null where the schema does not allow it",
                    expected: expectation(of: property), definition: property.location)
            }
            return
        }
        if direction == .response, isWriteOnly(property) {
            report(
                SchemaRules.writeOnly, "a property that can only be written shows a value",
                expected: "null", definition: property.location)
        }
        switch property.value {
        case .primitive(let type):
            if judgePrimitive(value, type, property.location) { judgeLimits(value, property) }
        case .enumeration(let enumeration): judgeMember(value, enumeration, property)
        case .object(let link): judgeObject(value, link, property)
        case .reference(let link): judgeReference(value, link, property)
        case .excerpt(let link): judgeObject(value, link, property)
        case .undefined(let name):
            report(
                SchemaRules.knownType, "no schema at hand defines the property's type \(name)",
                definition: property.location)
        }
    }

    private mutating func judgeObject(
        _ value: JSONValue, _ link: TypeLink, _ property: FlattenedProperty
    ) {
        guard case .object(let object) = value else {
            report(
                SchemaRules.jsonType, "the value is \(value.article)", expected: "an object",
                seen: value, definition: property.location)
            return
        }
        do {
            if object["@odata.type"] != nil, case .object = property.value {
                judgeTyped(object, link, property)
            } else {
                judge(object, as: try link.type(in: schema))
            }
        } catch {
            report(error)
        }
    }

    /// An object that says itself what it is.
    private mutating func judgeTyped(
        _ object: JSONObject, _ link: TypeLink, _ property: FlattenedProperty
    ) {
        guard let type = declaredType(of: object) else { return }
        if !type.isDerived(from: link.name) {
            report(
                SchemaRules.typeMatches, "\(type.name) is no \(link.name)", member: "@odata.type",
                expected: link.name.description, definition: property.location)
            return
        }
        judge(object, as: type)
    }

    private func isWriteOnly(_ property: FlattenedProperty) -> Bool {
        guard let permissions = property.definition.permissions else { return false }
        return permissions == .write || permissions == .none
    }

    // MARK: Enumerations

    private mutating func judgeMember(
        _ value: JSONValue, _ enumeration: FlattenedEnum, _ property: FlattenedProperty
    ) {
        guard case .string(let text) = value else {
            report(
                SchemaRules.jsonType, "the value is \(value.article)", expected: "a string",
                seen: value, definition: property.location)
            return
        }
        guard let member = enumeration.member(text) else {
            let names = enumeration.members.map(\.name)
            report(
                SchemaRules.enumMember,
                "\(enumeration.name) has no value '\(text)'\(suggestion(for: text, among: names))",
                expected: names.joined(separator: ", "), seen: value,
                definition: property.location)
            return
        }
        guard member.revisions != .none else { return }
        let definition = DefinitionLocation(file: enumeration.file, line: member.line)
        if let added = member.revisions.added, let version = enumeration.version, added > version {
            report(
                SchemaRules.enumMemberVersion,
                "value '\(text)' was added in version \(added), after the \(version) declared",
                seen: value, definition: definition)
        }
        if member.revisions.isDeprecated,
            member.revisions.deprecated ?? SchemaVersion(0, 0, 0)
                <= enumeration.version ?? SchemaVersion(.max, 0, 0)
        {
            report(
                SchemaRules.deprecatedValue, "value '\(text)' is deprecated", seen: value,
                definition: definition)
        }
    }

    // MARK: Limits

    private mutating func judgeLimits(_ value: JSONValue, _ property: FlattenedProperty) {
        switch value {
        case .number(let number):
            guard !property.limits.admits(number) else { return }
            let lower = property.limits.minimum.map(String.init) ?? ""
            let upper = property.limits.maximum.map(String.init) ?? ""
            report(
                SchemaRules.bounds, "\(number.text) is out of bounds",
                expected: "\(lower)…\(upper)", seen: value, definition: property.location)
        case .string(let text):
            if let pattern = property.limits.pattern { judge(text, pattern, property) }
            if text.isEmpty { judgeEmpty(property) }
            let judged = property.name == "MetricProperties" ? text.withoutWildcards : text
            if let format = property.definition.format, !TextFormats.isValid(judged, format) {
                report(
                    SchemaRules.format, "the text has not the form it should have",
                    expected: format == .url ? "a URI reference" : "an IPv6 address", seen: value,
                    definition: property.location)
            }
        default: break
        }
    }

    private mutating func judge(
        _ text: String, _ pattern: String, _ property: FlattenedProperty
    ) {
        let problem: String
        switch PatternTable.shared.matches(text, pattern) {
        case true?: return
        case false?: problem = "the text does not match its pattern"
        case nil: problem = "the schema's pattern cannot be understood"
        }
        report(
            SchemaRules.pattern, problem, expected: pattern, seen: .string(text),
            definition: property.location)
    }

    /// What would be accepted, in a few words.
    private func expectation(of property: FlattenedProperty) -> String {
        switch property.value {
        case .primitive(let type): type.expectation
        case .enumeration(let enumeration):
            enumeration.members.map(\.name).joined(separator: ", ")
        case .object, .excerpt: "an object"
        case .reference: "an object with @odata.id"
        case .undefined: "a value"
        }
    }
}

extension String {
    /// Without the braces around the names of wildcards: `…/Outlets/{OutletId}#/Voltage`.
    ///
    /// Source: DSP8010 MetricDefinition v1 and MetricReportDefinition v1, MetricProperties.
    fileprivate var withoutWildcards: String {
        replacing(/\{([A-Za-z0-9_.-]+)\}/) { String($0.1) }
    }
}
