import Foundation
import JSONText
import Testing

/// Holds documents to the project's JSON Schemas: as much of draft 2020-12 as they use.
struct SchemaChecker {
    let files: [String: JSONValue]
    private let patterns = Patterns()

    /// Patterns are compiled once: that takes longer than matching them.
    private final class Patterns {
        var compiled: [String: Regex<AnyRegexOutput>] = [:]
    }

    init() throws {
        var files: [String: JSONValue] = [:]
        for name in ["scenario.schema.json", "device.schema.json"] {
            let file = scenarioFolder.appendingPathComponent(name)
            files[name] = try JSONValue(parsing: try bytes(of: file))
        }
        self.files = files
    }

    /// A schema with the file that its local references count from.
    struct Place {
        var file: String
        var schema: JSONValue
    }

    func root(_ file: String) throws -> Place {
        Place(file: file, schema: try #require(files[file]))
    }

    /// Pointers at which the document breaks the schema.
    func problems(_ value: JSONValue, _ file: String) throws -> [String] {
        try problems(value, root(file), at: JSONPointer())
    }

    private func problems(
        _ value: JSONValue, _ place: Place, at pointer: JSONPointer
    ) throws -> [String] {
        var problems: [String] = []
        for member in try #require(place.schema.object).members {
            let holds: Bool
            switch member.name {
            case "$ref":
                let other = try target(of: member.value, from: place)
                problems += try self.problems(value, other, at: pointer)
                continue
            case "properties":
                for property in member.value.object?.members ?? [] {
                    guard let inner = value[property.name] else { continue }
                    problems += try self.problems(
                        inner, Place(file: place.file, schema: property.value),
                        at: pointer.appending(property.name))
                }
                continue
            case "items":
                for (index, inner) in (value.array ?? []).enumerated() {
                    problems += try self.problems(
                        inner, Place(file: place.file, schema: member.value),
                        at: pointer.appending(index))
                }
                continue
            case "oneOf":
                let branches = try #require(member.value.array)
                holds =
                    try branches.count {
                        try self.problems(
                            value, Place(file: place.file, schema: $0), at: pointer
                        ).isEmpty
                    } == 1
            default: holds = try keeps(value, member.name, member.value, place)
            }
            if !holds { problems.append("\(pointer): \(member.name)") }
        }
        return problems
    }

    private func keeps(
        _ value: JSONValue, _ keyword: String, _ operand: JSONValue, _ place: Place
    ) throws -> Bool {
        switch keyword {
        case "type":
            if operand == "integer" { return value.number?.exactInteger != nil }
            return value.typeName == operand.string
        case "required":
            guard let object = value.object else { return true }
            return operand.array?.allSatisfy { object[$0.string ?? ""] != nil } ?? false
        case "additionalProperties":
            let known = Set(place.schema["properties"]?.object?.names ?? [])
            return value.object?.names.allSatisfy(known.contains) ?? true
        case "enum": return operand.array?.contains(value) ?? false
        case "const": return value == operand
        case "pattern":
            guard let text = value.string else { return true }
            return try text.firstMatch(of: pattern(operand.string ?? "")) != nil
        case "minimum": return try compare(value, operand) { $0 >= $1 }
        case "maximum": return try compare(value, operand) { $0 <= $1 }
        case "minItems":
            return try value.array.map { try Double($0.count) >= number(operand) } ?? true
        case "maxItems":
            return try value.array.map { try Double($0.count) <= number(operand) } ?? true
        case "uniqueItems": return value.array.map { Set($0).count == $0.count } ?? true
        case "$schema", "$id", "$defs", "title", "description", "examples": return true
        default:
            Issue.record("the checker does not know '\(keyword)'")
            return true
        }
    }

    private func pattern(_ text: String) throws -> Regex<AnyRegexOutput> {
        if let known = patterns.compiled[text] { return known }
        let regex = try Regex(text)
        patterns.compiled[text] = regex
        return regex
    }

    private func number(_ value: JSONValue) throws -> Double {
        let text = try #require(value.number?.text)
        return try #require(Double(text))
    }

    private func compare(
        _ value: JSONValue, _ operand: JSONValue, _ holds: (Double, Double) -> Bool
    ) throws -> Bool {
        try value.number == nil || holds(number(value), number(operand))
    }

    func target(of reference: JSONValue, from place: Place) throws -> Place {
        let parts = try #require(reference.string).split(
            separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? place.file : String(parts[0])
        let pointer = try #require(JSONPointer(parts.count > 1 ? String(parts[1]) : ""))
        return Place(file: file, schema: try #require(files[file]?[pointer], "\(reference)"))
    }

    /// Every object schema by where it stands: the names of its properties.
    func objects() throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for (file, schema) in files {
            collectObjects(schema, at: JSONPointer(tokens: [file]), &found)
        }
        return found
    }

    private func collectObjects(
        _ value: JSONValue, at pointer: JSONPointer, _ found: inout [String: [String]]
    ) {
        if value["additionalProperties"] != nil {
            found[pointer.description] = value["properties"]?.object?.names
        }
        for member in value.object?.members ?? [] {
            collectObjects(member.value, at: pointer.appending(member.name), &found)
        }
        for (index, element) in (value.array ?? []).enumerated() {
            collectObjects(element, at: pointer.appending(index), &found)
        }
    }
}

extension SchemaChecker {
    /// The object schemas that a document was held to, with the names it used of each.
    func uses(
        _ value: JSONValue, _ place: Place, at pointer: JSONPointer,
        _ visit: (JSONPointer, _ properties: [String], _ object: JSONObject) -> Void
    ) throws {
        if let reference = place.schema["$ref"] {
            try uses(value, try target(of: reference, from: place), at: pointer, visit)
        }
        for branch in place.schema["oneOf"]?.array ?? [] {
            let branch = Place(file: place.file, schema: branch)
            guard try problems(value, branch, at: pointer).isEmpty else { continue }
            try uses(value, branch, at: pointer, visit)
        }
        let properties = place.schema["properties"]?.object
        if place.schema["additionalProperties"] != nil, let object = value.object {
            visit(pointer, properties?.names ?? [], object)
        }
        for property in properties?.members ?? [] {
            guard let inner = value[property.name] else { continue }
            try uses(
                inner, Place(file: place.file, schema: property.value),
                at: pointer.appending(property.name), visit)
        }
        if let items = place.schema["items"] {
            for (index, inner) in (value.array ?? []).enumerated() {
                try uses(
                    inner, Place(file: place.file, schema: items), at: pointer.appending(index),
                    visit)
            }
        }
    }
}
