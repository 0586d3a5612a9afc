/// What is wrong with a configuration document, and at which JSON pointer.
package struct ConfigurationError: Error, Sendable, Hashable {
    package var pointer: JSONPointer
    package var message: String

    package init(_ message: String, at pointer: JSONPointer) {
        self.message = message
        self.pointer = pointer
    }

    /// `line:column: message (at /pointer)`, the position looked up in the document's bytes.
    package func description(in bytes: [UInt8]) -> String {
        let place = pointer.tokens.isEmpty ? "the document" : pointer.description
        return "\(pointer.position(in: bytes)): \(message) (at \(place))"
    }
}

/// Reads an object of our own configuration files member by member, and refuses what nobody asked
/// for: unknown members are errors, with a suggestion.
///
/// Every object may carry `description` and `$schema`, which are read over.
package struct StrictObject {
    package let pointer: JSONPointer
    private let object: JSONObject
    private var known: Set<String> = ["description", "$schema"]

    package init(_ value: JSONValue, at pointer: JSONPointer) throws(ConfigurationError) {
        guard case .object(let object) = value else {
            throw ConfigurationError("expected an object, found \(value.typeName)", at: pointer)
        }
        if let name = object.duplicateNames.first {
            throw ConfigurationError(
                "'\(name)' stands here twice", at: pointer.appending(name))
        }
        self.object = object
        self.pointer = pointer
    }

    /// The names of the members, in the order written.
    package var names: [String] { object.names }

    /// The member with its pointer, or nil where it is absent. Marks the name as known.
    package mutating func value(_ name: String) -> Located? {
        known.insert(name)
        return object[name].map { Located(value: $0, pointer: pointer.appending(name)) }
    }

    package mutating func required(_ name: String) throws(ConfigurationError) -> Located {
        if let located = value(name) { return located }
        let strangers = object.names.filter { !known.contains($0) }
        if let misspelt = nearMiss(for: name, among: strangers) {
            throw ConfigurationError(
                "'\(name)' is missing; is that what '\(misspelt)' should be?",
                at: pointer.appending(misspelt))
        }
        throw ConfigurationError("'\(name)' is missing", at: pointer)
    }

    /// Call last: throws where a member was never asked for.
    package func rejectUnknownMembers() throws(ConfigurationError) {
        guard let unknown = unknownMembers.first else { return }
        let suggestion =
            unknown.nearMiss.map { "; did you mean '\($0)'?" }
            ?? "; known here: \(candidates.joined(separator: ", "))"
        throw ConfigurationError(
            "unknown key '\(unknown.name)'\(suggestion)", at: pointer.appending(unknown.name))
    }

    /// Members that were never asked for, and what each may be meant to be.
    package var unknownMembers: [(name: String, nearMiss: String?)] {
        object.names.filter { !known.contains($0) }.map {
            ($0, nearMiss(for: $0, among: candidates))
        }
    }

    private var candidates: [String] { known.subtracting(["$schema", "description"]).sorted() }
}

/// A value of a configuration document together with where it stands.
package struct Located {
    package let value: JSONValue
    package let pointer: JSONPointer

    package init(value: JSONValue, pointer: JSONPointer) {
        self.value = value
        self.pointer = pointer
    }

    package func error(_ message: String) -> ConfigurationError {
        ConfigurationError(message, at: pointer)
    }

    package func string() throws(ConfigurationError) -> String {
        guard let text = value.string else { throw wrongType("a string") }
        return text
    }

    package func bool() throws(ConfigurationError) -> Bool {
        guard let flag = value.bool else { throw wrongType("true or false") }
        return flag
    }

    package func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let number = value.number, let exact = number.exactInteger else {
            throw wrongType("a whole number")
        }
        guard let integer = Int(exactly: exact), range.contains(integer) else {
            throw error(
                "\(number.text) is outside \(range.lowerBound)…\(range.upperBound)")
        }
        return integer
    }

    /// A number in units of 10^−`decimals`; refuses digits finer than that.
    package func scaled(
        decimals: Int, in range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> Int64 {
        guard let number = value.number else { throw wrongType("a number") }
        guard let units = number.units(decimals: decimals),
            JSONNumber(units: units, decimals: decimals).hasSameValue(as: number)
        else { throw error("\(number.text) has more than \(decimals) digits after the point") }
        guard range.contains(units) else {
            let lower = JSONNumber(units: range.lowerBound, decimals: decimals).text
            let upper = JSONNumber(units: range.upperBound, decimals: decimals).text
            throw error("\(number.text) is outside \(lower)…\(upper)")
        }
        return units
    }

    package func elements() throws(ConfigurationError) -> [Located] {
        guard let elements = value.array else { throw wrongType("an array") }
        return elements.enumerated().map { index, element in
            Located(value: element, pointer: pointer.appending(index))
        }
    }

    package func object() throws(ConfigurationError) -> StrictObject {
        try StrictObject(value, at: pointer)
    }

    /// One of a closed set of words, with a suggestion where it is none of them.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
        let text = try string()
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let suggestion =
            nearMiss(for: text, among: words).map { "did you mean '\($0)'?" }
            ?? "expected one of: \(words.joined(separator: ", "))"
        throw error("'\(text)' is not known here; \(suggestion)")
    }

    private func wrongType(_ expected: String) -> ConfigurationError {
        error("expected \(expected), found \(value.typeName)")
    }
}
