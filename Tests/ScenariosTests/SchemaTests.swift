import Foundation
import JSONText
import Scenarios
import Testing

/// The JSON Schemas beside the scenarios say what the decoder says.
struct SchemaTests {
    let checker: SchemaChecker

    init() throws {
        checker = try SchemaChecker()
    }

    @Test func everyShippedFileIsValidAndDecodes() throws {
        for name in try fileNames(in: scenarioFolder) {
            let document = try JSONValue(
                parsing: try bytes(of: scenarioFolder.appendingPathComponent(name)))
            #expect(try checker.problems(document, "scenario.schema.json") == [], "\(name)")
            #expect(try scenario(document).name + ".json" == name)
        }
        let devices = scenarioFolder.appendingPathComponent("Devices")
        for name in try fileNames(in: devices) {
            let document = try JSONValue(
                parsing: try bytes(of: devices.appendingPathComponent(name)))
            #expect(try checker.problems(document, "device.schema.json") == [], "\(name)")
            #expect(document["name"]?.string.map { $0 + ".json" } == name)
        }
    }

    @Test func everyKeyOfTheSchemasIsAccepted() throws {
        var unused: [String: Set<String>] = [:]
        for (_, names) in try checker.objects() {
            unused[key(names), default: []].formUnion(names)
        }
        for text in [EveryKey.scenario, EveryKey.trace] {
            let document = try json(text)
            #expect(try checker.problems(document, "scenario.schema.json") == [])
            _ = try scenario(document, traces: ["x.csv": "0,100"])
            try checker.uses(
                document, try checker.root("scenario.schema.json"), at: JSONPointer()
            ) { _, properties, object in
                unused[key(properties)]?.subtract(object.names)
            }
        }
        for (object, names) in unused {
            #expect(names.subtracting(["description", "$schema"]) == [], "of \(object)")
        }
    }

    private func key(_ names: [String]) -> String { names.sorted().joined(separator: ",") }

    /// An unknown key is refused where it stands, and the error lists the keys that are known
    /// there: the schema's.
    @Test func everyObjectKnowsTheSameKeysInSchemaAndDecoder() throws {
        let document = try json(EveryKey.scenario)
        var objects: [(pointer: JSONPointer, properties: [String])] = []
        try checker.uses(
            document, try checker.root("scenario.schema.json"), at: JSONPointer()
        ) { pointer, properties, _ in objects.append((pointer, properties)) }
        #expect(objects.count > 50)
        for (pointer, properties) in objects where pointer.tokens.first != "adjust" {
            var changed = document
            changed.replace(pointer.appending("qqqqqqqqqqqqqqqq"), with: 1)
            #expect(try !checker.problems(changed, "scenario.schema.json").isEmpty)
            let error = try refusal(of: changed)
            #expect(error?.pointer == pointer.appending("qqqqqqqqqqqqqqqq"))
            let list = error?.message.components(separatedBy: "known here: ").last ?? ""
            var known = Set(list.components(separatedBy: ", "))
            // The resolver takes these away before the decoder sees them.
            if pointer.tokens.isEmpty { known.insert("adjust") }
            if pointer.tokens.last == "trace" { known.insert("file") }
            #expect(known == Set(properties).subtracting(["$schema", "description"]))
        }
    }

    /// Whatever the schema refuses, the decoder refuses: a value of another type, a number outside
    /// its bounds, a word that is none of the list, a member left out.
    @Test func whatTheSchemaRefusesTheDecoderRefuses() throws {
        let document = try json(EveryKey.scenario)
        var refused = 0
        for changed in mutations(of: document) {
            let isLeftOut = changed.value == nil
            let isValid = try checker.problems(changed.document, "scenario.schema.json").isEmpty
            let error = try refusal(of: changed.document)
            if !isValid {
                refused += 1
                #expect(error != nil, "\(changed.pointer) \(changed.value?.compactText ?? "gone")")
            }
            if isValid && isLeftOut {
                #expect(error == nil, "\(changed.pointer) left out: \(error?.message ?? "")")
            }
        }
        #expect(refused > 300)
    }

    private func refusal(of document: JSONValue) throws -> ConfigurationError? {
        do {
            _ = try scenario(document)
            return nil
        } catch let error as ConfigurationError {
            return error
        }
    }

    private struct Changed {
        var pointer: JSONPointer
        /// What stands there instead; nil where the member is left out.
        var value: JSONValue?
        var document: JSONValue
    }

    private func mutations(of document: JSONValue) -> [Changed] {
        var places: [JSONPointer] = []
        collect(document, JSONPointer(), &places)
        var mutations: [Changed] = []
        for pointer in places {
            var changed = document
            changed.remove(pointer)
            if Int(pointer.tokens.last ?? "") == nil {
                mutations.append(Changed(pointer: pointer, value: nil, document: changed))
            }
            for value in wrongValues(for: document[pointer]) {
                changed = document
                changed.replace(pointer, with: value)
                mutations.append(Changed(pointer: pointer, value: value, document: changed))
            }
        }
        return mutations
    }

    private func wrongValues(for value: JSONValue?) -> [JSONValue] {
        switch value {
        case .number:
            ["many", -1, 12_345_678_901, .number(JSONNumber(units: 1, decimals: 4))]
        case .string: ["no such word!", 1]
        default: [1]
        }
    }

    private func collect(
        _ value: JSONValue, _ pointer: JSONPointer, _ places: inout [JSONPointer]
    ) {
        if !pointer.tokens.isEmpty { places.append(pointer) }
        for member in value.object?.members ?? []
        where !["$schema", "description", "adjust"].contains(member.name) {
            collect(member.value, pointer.appending(member.name), &places)
        }
        for (index, element) in (value.array ?? []).enumerated() {
            collect(element, pointer.appending(index), &places)
        }
    }
}
