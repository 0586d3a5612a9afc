import Findings
import JSONText
import Schema

// Which members an object has: known, in the right place, not missing, not twice.

extension PayloadWalk {
    /// Judges the members of an object and all inside them.
    mutating func judge(_ object: JSONObject, as type: FlattenedType) {
        var seen = PropertySet()
        var strangers = MetNames()
        for member in object.members where !isLeft {
            if let property = type.property(member.name) {
                if !seen.insert(property.index) { reportDuplicate(member.name) }
                if !property.isPlain { judgePresence(of: property, in: type) }
                enter(member.name)
                judge(member.value, of: property)
                leave()
            } else {
                if !strangers.insert(member.name) { reportDuplicate(member.name) }
                judgeOther(member, of: object, as: type)
            }
        }
        if direction == .response, !isPartial { judgeRequired(seen, type) }
        if judgesPlaces, let index = elementIndex { judgeElement(object, at: index, type) }
        if isMessage(type) { judgeMessage(object, type) }
    }

    private mutating func reportDuplicate(_ name: String) {
        report(
            SchemaRules.duplicateProperty, "member '\(name)' stands here more than once",
            member: name)
    }

    /// Annotations, actions, and names that only patterns or nobody knows.
    private mutating func judgeOther(
        _ member: JSONObject.Member, of object: JSONObject, as type: FlattenedType
    ) {
        if let at = member.name.utf8.firstIndex(of: UInt8(ascii: "@")) {
            judgeAnnotation(member, at: at, of: object, type)
        } else if member.name.utf8.first == UInt8(ascii: "#"), isActions(type) {
            judgeAction(member, type)
        } else if !type.dynamicPatterns.isEmpty {
            judgeDynamic(member, type)
        } else if !type.allowsAdditionalProperties {
            reportUnknown(member, type)
        }
    }

    private mutating func judgePresence(of property: FlattenedProperty, in type: FlattenedType) {
        switch property.presence {
        case .anywhere: break
        case .onlyInExcerpts:
            report(
                SchemaRules.excerpt,
                "'\(property.name)' belongs into excerpts of \(type.name.name) only",
                member: property.name, definition: property.location)
        case .outsideThisExcerpt:
            report(
                SchemaRules.excerpt,
                "'\(property.name)' is not part of this excerpt of \(type.name.name)",
                member: property.name, expected: excerptNames(of: type),
                definition: property.location)
        }
        if let added = property.addedLater {
            report(
                SchemaRules.propertyVersion,
                "'\(property.name)' was added in version \(added), after the version declared",
                member: property.name, definition: property.location)
        }
        // A property that is required all the same leaves its server no choice.
        if property.isDeprecated, !property.definition.isRequired {
            let since = property.definition.revisions.deprecated.map { " since version \($0)" }
            report(
                SchemaRules.deprecatedProperty,
                "'\(property.name)' is deprecated\(since ?? "")", member: property.name,
                definition: property.location)
        }
    }

    private func excerptNames(of type: FlattenedType) -> String {
        type.properties.filter { $0.presence == .anywhere }.map(\.name).joined(separator: ", ")
    }

    private mutating func reportUnknown(_ member: JSONObject.Member, _ type: FlattenedType) {
        let hint = suggestion(for: member.name, among: type.properties.map(\.name))
        report(
            SchemaRules.unknownProperty, "\(type.name) has no property '\(member.name)'\(hint)",
            member: member.name, seen: member.value, definition: type.location)
    }

    private mutating func judgeDynamic(_ member: JSONObject.Member, _ type: FlattenedType) {
        let matching = type.dynamicPatterns.first {
            PatternTable.shared.matches(member.name, $0.pattern) == true
        }
        guard let matching else {
            report(
                SchemaRules.dynamicProperty,
                "the name '\(member.name)' does not fit what \(type.name) allows",
                member: member.name,
                expected: type.dynamicPatterns.map(\.pattern).joined(separator: " or "),
                definition: type.location)
            return
        }
        enter(member.name)
        judgeDynamicValue(member.value, matching.type, type)
        leave()
    }

    private mutating func judgeDynamicValue(
        _ value: JSONValue, _ reference: TypeReference, _ owner: FlattenedType
    ) {
        if reference.name.namespace == "Edm" {
            guard let edm = EdmType(rawValue: reference.name.name), !value.isNull else { return }
            judgePrimitive(value, edm, owner.location)
        } else if reference.name.name == "OemObject" {
            judgeOEM(value, owner)
        } else {
            do {
                guard let type = try schema.type(reference.name) else { return }
                judgeObject(value, as: type)
            } catch {
                report(error)
            }
        }
    }

    /// An object value of a known type; another kind of value is reported.
    mutating func judgeObject(_ value: JSONValue, as type: FlattenedType) {
        guard case .object(let object) = value else {
            report(
                SchemaRules.jsonType, "the value is \(value.article)", expected: "an object",
                seen: value, definition: type.location)
            return
        }
        judge(object, as: type)
    }

    private mutating func judgeRequired(_ seen: PropertySet, _ type: FlattenedType) {
        for property in type.required where !seen.contains(property.index) {
            guard !property.isDeprecated, property.addedLater == nil else { continue }
            report(
                SchemaRules.required, "the required property '\(property.name)' is missing",
                member: property.name, definition: property.location)
        }
    }
}

/// Names met so far, without hashing as long as they are few.
private struct MetNames {
    private var few: [String] = []
    private var many: Set<String> = []

    /// Whether the name has not been met before.
    mutating func insert(_ name: String) -> Bool {
        guard few.count == 16 else {
            if few.contains(name) { return false }
            few.append(name)
            return true
        }
        if many.isEmpty { many = Set(few) }
        return many.insert(name).inserted
    }
}

/// Properties of one type by their index, without memory of its own in the usual case.
private struct PropertySet {
    private var low: UInt128 = 0
    private var high: Set<Int> = []

    /// Whether the index was not in the set before.
    mutating func insert(_ index: Int) -> Bool {
        guard index < 128 else { return high.insert(index).inserted }
        let bit = UInt128(1) << UInt128(index)
        defer { low |= bit }
        return low & bit == 0
    }

    func contains(_ index: Int) -> Bool {
        index < 128 ? low >> UInt128(index) & 1 == 1 : high.contains(index)
    }
}
