/// Why a golden cannot be used, and at which line.
package struct GoldenError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case empty
        case notAGolden
        case newerVersion
        case conflictMarkers
        /// The end line is missing.
        case truncated
        case damaged
        /// Parts of a golden that was split are missing or stand twice.
        case incompleteParts
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

    static func conflict(line: Int) -> GoldenError {
        GoldenError(
            .conflictMarkers, line: line,
            "the golden holds merge conflict markers; take one side, or run again and accept")
    }

    static func truncated(line: Int) -> GoldenError {
        GoldenError(
            .truncated, line: line, "the golden ends here without its end line {\"end\":true}")
    }
}
