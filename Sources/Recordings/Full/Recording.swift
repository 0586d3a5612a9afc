/// A full recording as read back.
package struct Recording: Sendable {
    package var header: RecordingHeader
    package var lines: [RecordedLine]
    /// Whether the last line says that nothing is missing. A run that was killed leaves a
    /// recording that can be read as far as it goes.
    package var isComplete: Bool

    package init(header: RecordingHeader, lines: [RecordedLine], isComplete: Bool) {
        self.header = header
        self.lines = lines
        self.isComplete = isComplete
    }

    package var entries: [RecordEntry] { lines.map(\.entry) }

    /// Requests and deliveries.
    package var exchangeCount: Int {
        lines.count { if case .exchange = $0.entry { true } else { false } }
    }
}

/// An entry together with the line it stands on, from 1; findings point there.
package struct RecordedLine: Sendable, Hashable {
    package var line: Int
    package var entry: RecordEntry

    package init(line: Int, entry: RecordEntry) {
        self.line = line
        self.entry = entry
    }
}

/// Why a recording cannot be used, and at which line.
package struct RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case empty
        case notARecording
        case newerVersion
        case conflictMarkers
        case damaged
    }

    package var kind: Kind
    /// From 1.
    package var line: Int
    package var message: String

    package init(_ kind: Kind, line: Int, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    package var description: String { "line \(line): \(message)" }
}
