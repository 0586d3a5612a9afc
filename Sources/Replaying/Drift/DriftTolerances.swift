package import JSONText

/// Differences that somebody has looked at and accepts, each with a reason.
package struct DriftTolerances: Sendable {
    package struct Entry: Sendable, Hashable {
        /// Of the resource; `*` stands for any text.
        package var at: String
        /// Of the property or header field; `*` stands for any text.
        package var pointer: String
        /// How far numbers may be apart; nil tolerates any difference.
        package var within: JSONNumber?
        package var reason: String
    }

    package private(set) var entries: [Entry]
    /// Which entries were needed.
    private var used: Set<Int> = []

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Reads `{"tolerated": [{"at": …, "pointer": …, "within": …, "reason": …}]}`.
    package init(_ document: JSONValue) throws(ConfigurationError) {
        var object = try StrictObject(document, at: JSONPointer())
        let list = try object.required("tolerated")
        try object.rejectUnknownMembers()
        entries = []
        for element in try list.elements() {
            var entry = try element.object()
            let reason = try entry.required("reason")
            guard !(try reason.string()).isEmpty else { throw reason.error("say why") }
            var within: JSONNumber?
            if let located = entry.value("within") {
                guard let number = located.value.number, number.double >= 0 else {
                    throw located.error("expected a number of at least 0")
                }
                within = number
            }
            entries.append(
                Entry(
                    at: try entry.required("at").string(),
                    pointer: try entry.required("pointer").string(), within: within,
                    reason: try reason.string()))
            try entry.rejectUnknownMembers()
        }
    }

    /// Whether a difference is tolerated; notes which entry says so.
    mutating func cover(
        _ path: String, _ pointer: String, recorded: JSONValue?, seen: JSONValue?
    ) -> Bool {
        let number = entries.firstIndex { entry in
            guard WildcardText.matches(path, entry.at),
                WildcardText.matches(pointer, entry.pointer)
            else { return false }
            guard let within = entry.within else { return true }
            guard let left = recorded?.number, let right = seen?.number else { return false }
            return abs(left.double - right.double) <= within.double
        }
        guard let number else { return false }
        used.insert(number)
        return true
    }

    /// Entries that no difference needed.
    package var stale: [Entry] {
        entries.enumerated().filter { !used.contains($0.offset) }.map(\.element)
    }
}
