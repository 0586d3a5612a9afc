import JSONText
import VirtualTime

/// Reads the members of one line of a file of ours and keeps account of which were asked for.
///
/// Throws plain text; the reader of the file adds the line number.
struct LineObject {
    struct Complaint: Error {
        var message: String
        /// Where the complaint is about an earlier line than the one being read.
        var line: Int?

        init(_ message: String) {
            self.message = message
        }
    }

    let object: JSONObject
    private var known: Set<String> = []

    init(_ value: JSONValue, _ what: String) throws(Complaint) {
        guard case .object(let object) = value else {
            throw Complaint("\(what) is no object but a JSON \(value.typeName)")
        }
        // Which of the two was meant nobody can know.
        if let name = object.duplicateNames.first {
            throw Complaint("'\(name)' stands twice in \(what)")
        }
        self.object = object
    }

    mutating func optional(_ name: String) -> JSONValue? {
        known.insert(name)
        return object[name]
    }

    mutating func required(_ name: String) throws(Complaint) -> JSONValue {
        guard let value = optional(name) else { throw Complaint("'\(name)' is missing") }
        return value
    }

    mutating func string(_ name: String) throws(Complaint) -> String {
        let value = try required(name)
        guard let text = value.string else {
            throw Complaint("'\(name)' is no string but a \(value.typeName)")
        }
        return text
    }

    mutating func optionalString(_ name: String) throws(Complaint) -> String? {
        try optional(name) == nil ? nil : string(name)
    }

    mutating func instant(_ name: String) throws(Complaint) -> VirtualInstant {
        let text = try string(name)
        guard let instant = VirtualInstant(iso8601: text) else {
            throw Complaint("'\(name)' is no date-time with a zone: \(text)")
        }
        return instant
    }

    mutating func bool(_ name: String) throws(Complaint) -> Bool {
        guard let flag = try required(name).bool else {
            throw Complaint("'\(name)' is neither true nor false")
        }
        return flag
    }

    mutating func array(_ name: String) throws(Complaint) -> [JSONValue] {
        guard let values = try required(name).array else {
            throw Complaint("'\(name)' is no array")
        }
        return values
    }

    mutating func integer(_ name: String) throws(Complaint) -> Int {
        guard let number = try required(name).number?.exactInteger else {
            throw Complaint("'\(name)' is no whole number")
        }
        return Int(number)
    }

    /// How long after the start something happened.
    mutating func elapsed(_ name: String) throws(Complaint) -> VirtualDuration {
        let text = try string(name)
        guard let elapsed = VirtualDuration(iso8601: text) else {
            throw Complaint("'\(name)' is no duration: \(text)")
        }
        guard elapsed <= Self.longest else {
            throw Complaint(
                "'\(name)' is \(text), and nothing is recorded for more than "
                    + Self.longest.iso8601)
        }
        return elapsed
    }

    /// A year: what 100 kW come to in that time is energy that 64 bits hold.
    private static let longest = VirtualDuration.hours(366 * 24)

    /// A whole number from 0 on; the limit keeps whatever is counted on from it within 64 bits.
    mutating func count(
        _ name: String, below limit: Int = 1_000_000_000
    ) throws(Complaint) -> Int {
        let number = try integer(name)
        guard (0..<limit).contains(number) else {
            throw Complaint("'\(name)' is \(number); expected 0 to \(limit - 1)")
        }
        return number
    }

    mutating func optionalCount(_ name: String) throws(Complaint) -> Int? {
        try optional(name) == nil ? nil : count(name)
    }

    /// The place of an outlet among all, from 0; no unit has as many as the limit.
    mutating func optionalOutlet(_ name: String) throws(Complaint) -> Int? {
        try optional(name) == nil ? nil : count(name, below: 10_000)
    }

    mutating func seed(_ name: String) throws(Complaint) -> UInt64 {
        guard let text = try required(name).number?.text, let seed = UInt64(text) else {
            throw Complaint("'\(name)' is no whole number below 2^64")
        }
        return seed
    }

    /// Throws where a member was never asked for, so that a slip of an editor's does not vanish.
    func rejectUnknown() throws(Complaint) {
        for name in object.names where !known.contains(name) {
            throw Complaint("'\(name)' is not known here")
        }
    }
}
