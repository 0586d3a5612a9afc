import JSONText

/// The JSON reader and writer: what is read can be written and is then read as the same, and what
/// is refused is refused at a place in the text.
package struct JSONTextFuzz: FuzzTarget {
    package static let name = "json"

    package static let dictionary = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00",
        "\\x", "true", "false", "null", "nul", "NaN", "Infinity", "-", "+1", "-0", "01", "1.", ".5",
        "1e", "1e+5", "1E-400", "0.1e1000000000000", "9223372036854775808", "1e9223372036854775807",
        "//", "'", "\u{FEFF}", "\t", "\u{1}", "e\u{301}", "\u{E9}",
    ]

    private static let values: [JSONValue] = [
        nil, true, 0, -1, "", "\u{0}\u{1F}\u{7F}\u{2028}", "\u{10FFFF}", "e\u{301}", [], [:],
        .number(JSONNumber(text: "1e400")), .number(JSONNumber(text: "-0.0")),
        .number(JSONNumber(text: "9223372036854775808")),
        .number(JSONNumber(text: "1E-9223372036854775809")),
    ]

    package init() {}

    package static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        JSONChanges.changed(
            input, with: other, values: values,
            names: ["", "a", "~1", "a/b", "\u{E9}", "e\u{301}"],
            &chance)
    }

    package func outcome(of input: [UInt8]) -> FuzzOutcome {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: input)
        } catch {
            let position = error.position
            return firstBroken([
                (!error.message.isEmpty, "the error has no words"),
                ((0...input.count).contains(position.offset), "\(position.offset) is outside"),
                (TextPosition(offset: position.offset, in: input) == position, "no such position"),
            ]) ?? .refused(error.description)
        }
        return broken(value, input) ?? .accepted
    }

    private func broken(_ value: JSONValue, _ input: [UInt8]) -> FuzzOutcome? {
        let compact = value.compactBytes
        guard let again = try? JSONValue(parsing: compact) else {
            return .broken("what was written is not read")
        }
        guard let pretty = try? JSONValue(parsing: value.prettyText) else {
            return .broken("what was written over lines is not read")
        }
        return firstBroken([
            (again == value, "what was written is read as another value"),
            (again.compactBytes == compact, "what was written is not written again"),
            (pretty.compactBytes == compact, "what was written over lines is another value"),
        ]) ?? brokenPlace(in: value, input)
    }

    /// Follows the first and the last member or element down, where a text's ends are.
    private func brokenPlace(in value: JSONValue, _ input: [UInt8]) -> FuzzOutcome? {
        for choosesLast in [false, true] {
            var current = value
            var pointer = JSONPointer()
            var offset = -1
            while true {
                let position = pointer.position(in: input)
                guard position.offset > offset, position.offset < input.count else {
                    return .broken("\(pointer) is said to stand at \(position.offset)")
                }
                guard JSONPointer(pointer.description) == pointer, value[pointer] != nil else {
                    return .broken("the pointer \(pointer) leads nowhere")
                }
                offset = position.offset
                if case .number(let number) = current { exercise(number) }
                guard let (token, next) = current.step(toLast: choosesLast) else { break }
                pointer = pointer.appending(token)
                current = next
            }
        }
        return nil
    }

    /// Exact readings must cope with every number.
    private func exercise(_ number: JSONNumber) {
        _ = number.exactInteger
        _ = number.units(decimals: 3)
        _ = number.hasSameValue(as: JSONNumber(1))
    }
}

extension JSONValue {
    /// Of members with one name the first is the one that a pointer leads to.
    fileprivate func step(toLast: Bool) -> (token: String, value: JSONValue)? {
        switch self {
        case .array(let elements):
            guard let last = elements.indices.last else { return nil }
            let index = toLast ? last : 0
            return (String(index), elements[index])
        case .object(let object):
            guard let member = toLast ? object.members.last : object.members.first,
                let value = object[member.name]
            else { return nil }
            return (member.name, value)
        default: return nil
        }
    }
}
