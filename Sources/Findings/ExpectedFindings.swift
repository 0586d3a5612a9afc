package import JSONText

/// Findings that people have accepted, each with a reason and a day on which that ends.
///
/// The file is JSON, read strictly:
///
///     { "expected": [ { "rule": "schema/id", "at": "/redfish/v1/Chassis/PDU/Sensors/*",
///                       "pointer": "/Id", "reason": "firmware 2.1 numbers them anew",
///                       "expires": "2027-06-30" } ] }
package struct ExpectedFindings: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// A rule's id, or the beginning of one up to a slash.
        package var rule: String
        /// A URI or the name of a scenario; `*` stands for anything, slashes included.
        package var place: String
        /// A JSON pointer, with `*` as in the place; nil for any.
        package var pointer: String?
        package var reason: String
        /// The last day, `2027-06-30`, on which the finding is accepted; nil for no end.
        package var expires: String?

        package init(
            rule: String, place: String, pointer: String? = nil, reason: String,
            expires: String? = nil
        ) {
            self.rule = rule
            self.place = place
            self.pointer = pointer
            self.reason = reason
            self.expires = expires
        }

        package func covers(ruleID: String, place: String, pointer: String?) -> Bool {
            let isRule = rule == ruleID || (rule.hasSuffix("/") && ruleID.hasPrefix(rule))
            guard isRule, WildcardText.matches(place, self.place) else { return false }
            return self.pointer.map { WildcardText.matches(pointer ?? "", $0) } ?? true
        }

        /// - Parameter day: Today, `2026-11-21`; days in this form sort as texts.
        package func isExpired(on day: String) -> Bool { expires.map { $0 < day } ?? false }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Reads the file's contents.
    package init(_ document: JSONValue) throws(ConfigurationError) {
        var root = try StrictObject(document, at: JSONPointer())
        var entries: [Entry] = []
        for element in try root.required("expected").elements() {
            entries.append(try Self.entry(element))
        }
        try root.rejectUnknownMembers()
        self.entries = entries
    }

    private static func entry(_ located: Located) throws(ConfigurationError) -> Entry {
        var object = try located.object()
        let entry = Entry(
            rule: try object.required("rule").string(),
            place: try object.required("at").string(),
            pointer: try object.value("pointer")?.string(),
            reason: try object.required("reason").string(),
            expires: try object.value("expires").map { (value) throws(ConfigurationError) in
                try day(value)
            })
        guard entry.rule.contains("/") else {
            throw ConfigurationError(
                "'\(entry.rule)' is no rule; write family/slug, or family/ for all of a family",
                at: located.pointer.appending("rule"))
        }
        guard !entry.reason.isEmpty else {
            throw ConfigurationError(
                "an accepted finding has a reason", at: located.pointer.appending("reason"))
        }
        try object.rejectUnknownMembers()
        return entry
    }

    private static func day(_ value: Located) throws(ConfigurationError) -> String {
        let text = try value.string()
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            let month = Int(parts[1]), let day = Int(parts[2]), Int(parts[0]) != nil,
            (1...12).contains(month), (1...31).contains(day)
        else { throw value.error("'\(text)' is no day; write for example 2027-06-30") }
        return text
    }
}
