import JSONText

/// Changes to the values of a JSON text, which stays one.
enum JSONChanges {
    static func changed(
        _ input: [UInt8], with other: [UInt8], values: [JSONValue], names: [String],
        _ chance: inout Chance
    ) -> [UInt8] {
        guard let value = try? JSONValue(parsing: input) else { return input }
        let foreign = (try? JSONValue(parsing: other)) ?? .null
        var place = chance.below(value.nodeCount)
        var change = Change(foreign: foreign, values: values, names: names, chance: chance)
        let result = value.replacingNode(at: &place) { change.applied(to: $0) }
        chance = change.chance
        return result.compactBytes
    }

    private struct Change {
        let foreign: JSONValue
        let values: [JSONValue]
        let names: [String]
        var chance: Chance

        mutating func applied(to value: JSONValue) -> JSONValue {
            switch chance.below(10) {
            case 0, 1: return chance.pick(values) ?? .null
            case 2: return part(of: foreign)
            case 3: return .array([value])
            case 4: return .object(JSONObject([.init(name: name(), value: value)]))
            case 5:
                var deep = value
                for _ in 0..<chance.below(140) { deep = .array([deep]) }
                return deep
            default: break
            }
            switch value {
            case .object(let object): return .object(changed(object))
            case .array(let elements): return .array(changed(elements))
            case .string(let text): return .string(changed(text))
            case .number(let number): return .number(JSONNumber(text: changedDigits(number.text)))
            default: return chance.pick(values) ?? .null
            }
        }

        private mutating func part(of value: JSONValue) -> JSONValue {
            var place = chance.below(value.nodeCount)
            var found = JSONValue.null
            _ = value.replacingNode(at: &place) { node in
                found = node
                return node
            }
            return found
        }

        private mutating func name() -> String { chance.pick(names) ?? "" }

        private mutating func changed(_ object: JSONObject) -> JSONObject {
            var members = object.members
            guard let place = members.indices.randomElement(&chance) else {
                return JSONObject([.init(name: name(), value: chance.pick(values) ?? .null)])
            }
            switch chance.below(7) {
            case 0: members.remove(at: place)
            case 1: members.append(members[place])
            case 2: members[place].name = name()
            case 3: members[place].name = members[place].name.lowercased()
            case 4: members[place].name += name()
            case 5: members.append(.init(name: name(), value: chance.pick(values) ?? .null))
            default: members.append(contentsOf: part(of: foreign).object?.members ?? [])
            }
            return JSONObject(members)
        }

        private mutating func changed(_ elements: [JSONValue]) -> [JSONValue] {
            guard let place = elements.indices.randomElement(&chance) else {
                return [chance.pick(values) ?? .null]
            }
            var elements = elements
            switch chance.below(3) {
            case 0: elements.remove(at: place)
            case 1: elements += repeatElement(elements[place], count: chance.below(200))
            default: elements[place] = part(of: foreign)
            }
            return elements
        }

        private mutating func changed(_ text: String) -> String {
            switch chance.below(4) {
            case 0: return String(text.dropLast())
            case 1: return text + name()
            case 2: return text.uppercased()
            default: return String(repeating: text, count: 1 + chance.below(40))
            }
        }

        private mutating func changedDigits(_ number: String) -> String {
            switch chance.below(3) {
            case 0: return "\(number.contains("e") ? "1" : number)e\(chance.below(2000) - 1000)"
            case 1: return number.first == "-" ? String(number.dropFirst()) : "-\(number)"
            default: return number.contains(".") ? "\(number)9" : "\(number).5"
            }
        }
    }
}

extension Range<Int> {
    fileprivate func randomElement(_ chance: inout Chance) -> Int? { chance.pick(self) }
}

extension JSONValue {
    /// This value and all inside.
    var nodeCount: Int {
        switch self {
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .object(let object): object.members.reduce(1) { $0 + $1.value.nodeCount }
        default: 1
        }
    }

    /// - Parameter place: Which value is replaced, counted from this one; negative afterwards.
    fileprivate func replacingNode(
        at place: inout Int, with change: (JSONValue) -> JSONValue
    ) -> JSONValue {
        guard place >= 0 else { return self }
        place -= 1
        guard place >= 0 else { return change(self) }
        switch self {
        case .array(let elements):
            return .array(elements.map { $0.replacingNode(at: &place, with: change) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map {
                        .init(
                            name: $0.name, value: $0.value.replacingNode(at: &place, with: change))
                    }))
        default: return self
        }
    }
}
