package import JSONText

/// Which exchange of a recording a finding is about, named as people look it up.
package struct ExchangeReference: Sendable, Hashable {
    /// The line of the full recording, from 1.
    package var line: Int
    /// Scenario time since the start, ISO 8601, for example `PT8M20S`.
    package var time: String
    /// `GET`, `POST`, …
    package var method: String
    /// Path and query as sent; for a delivery the receiver's path.
    package var target: String

    package init(line: Int, time: String, method: String, target: String) {
        self.line = line
        self.time = time
        self.method = method
        self.target = target
    }
}

/// A place in a file that a rule rests on, for example a CSDL file's line.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    package var line: Int
    /// The place in a JSON file, for example a requirement of a profile.
    package var pointer: JSONPointer?

    package init(file: String, line: Int, pointer: JSONPointer? = nil) {
        self.file = file
        self.line = line
        self.pointer = pointer
    }

    /// `Outlet_v1.xml:12`, `profile.json:31#/Resources/Outlet`
    package var description: String { "\(file):\(line)\(pointer.map { "#\($0)" } ?? "")" }
}

/// One breach of a rule: where, what would have been right, and what was seen.
package struct Finding: Sendable, Hashable {
    package var ruleID: String
    package var level: Level
    /// One sentence for people; does not repeat the rule's statement.
    package var message: String
    package var exchange: ExchangeReference?
    package var pointer: JSONPointer?
    /// Where in the payload, for findings about a payload.
    package var position: TextPosition?
    /// Every outcome that would have been accepted.
    package var expected: String?
    package var seen: String?
    /// The definition that says so, for findings that rest on a schema.
    package var definition: SourceLocation?
    /// A shell script that shows the exchange again, relative to the output directory.
    package var script: String?

    package init(
        ruleID: String, level: Level, message: String, exchange: ExchangeReference? = nil,
        pointer: JSONPointer? = nil, position: TextPosition? = nil, expected: String? = nil,
        seen: String? = nil, definition: SourceLocation? = nil
    ) {
        self.ruleID = ruleID
        self.level = level
        self.message = message
        self.exchange = exchange
        self.pointer = pointer
        self.position = position
        self.expected = expected
        self.seen = seen
        self.definition = definition
    }
}
