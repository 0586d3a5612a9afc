import JSONText
import VirtualTime

/// Reads goldens. A golden that a person has edited is read like any other: its values are the
/// proof, and it is for the rules to judge them.
package enum GoldenReader {
    /// - Throws: `GoldenError` with the line where the text is no golden of this or an older
    ///   version, holds conflict markers, lacks its end or has a line that cannot be read.
    package static func read(_ bytes: [UInt8]) throws(GoldenError) -> GoldenDocument {
        var lines = TextLines(bytes)
        guard let first = lines.next() else {
            throw GoldenError(.empty, line: 1, "the file is empty")
        }
        if isConflictMarker(first) { throw .conflict(line: 1) }
        var parser = try headerParser(first)
        while let line = lines.next() {
            if isConflictMarker(line) { throw .conflict(line: lines.number) }
            let value: JSONValue
            do {
                value = try JSONValue(parsing: line)
            } catch {
                if lines.isAtEnd { throw .truncated(line: lines.number) }
                throw GoldenError(
                    .damaged, line: lines.number,
                    "column \(error.position.column): \(error.message)")
            }
            do throws(LineObject.Complaint) {
                try parser.take(value, line: lines.number)
            } catch {
                throw GoldenError(.damaged, line: error.line ?? lines.number, error.message)
            }
            if parser.hasEnded {
                guard lines.isAtEnd else {
                    throw GoldenError(
                        .damaged, line: lines.number + 1, "text stands after the end line")
                }
                return parser.document
            }
        }
        throw .truncated(line: lines.number)
    }

    private static func headerParser(_ line: [UInt8]) throws(GoldenError) -> GoldenParser {
        guard let value = try? JSONValue(parsing: line), let object = value.object else {
            throw GoldenError(
                .notAGolden, line: 1,
                "this is no golden: the first line is no JSON object with 'golden'")
        }
        guard let version = object["golden"]?.number?.exactInteger else {
            let hint =
                object["recording"] == nil
                ? "the first line has no 'golden'" : "this is a full recording"
            throw GoldenError(.notAGolden, line: 1, "this is no golden: \(hint)")
        }
        guard version >= 1 else {
            throw GoldenError(
                .notAGolden, line: 1,
                "this is no golden: its format version is \(version), and the first was 1")
        }
        guard version <= GoldenEncoder.version else {
            throw GoldenError(
                .newerVersion, line: 1,
                "the golden has format version \(version); this harness reads up to "
                    + "\(GoldenEncoder.version)")
        }
        do throws(LineObject.Complaint) {
            return try GoldenParser(header: value)
        } catch {
            throw GoldenError(.damaged, line: 1, error.message)
        }
    }
}
