import Findings
import Foundation
import JSONText

/// Reads `expected.json`.
enum ExpectationFile {
    static func read(_ path: String) throws -> ExpectedFindings {
        let bytes = try Files.read(path)
        do {
            return try ExpectedFindings(try JSONValue(parsing: bytes))
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(path):\(error.description(in: bytes))")
        }
    }

    /// Today by UTC, `2026-11-21`: what expiry is held against.
    static var today: String { String(Date.now.ISO8601Format().prefix(10)) }
}
