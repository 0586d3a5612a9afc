/// Reads a recording piece by piece, so that its size does not matter.
package struct RecordingScanner: Sendable {
    /// Where a line stands in the file.
    package struct Place: Sendable, Hashable {
        /// In bytes from the file's beginning, and without the line feed.
        package var offset: Int
        package var length: Int
        /// From 1.
        package var line: Int

        package init(offset: Int, length: Int, line: Int) {
            self.offset = offset
            self.length = length
            self.line = line
        }
    }

    /// No exchange that the harness records makes a longer line.
    package static let longestLineBytes = 256 << 20

    package private(set) var header: RecordingHeader?
    /// Whether the last line said that nothing is missing.
    package private(set) var isComplete = false
    private var rest: [UInt8] = []
    private var restOffset = 0
    private var line = 0

    package init() {}

    /// Takes the next bytes of the file.
    ///
    /// - Parameter body: Called with every entry that they complete, and where it stands.
    package mutating func take(
        _ bytes: [UInt8], _ body: (RecordEntry, Place) -> Void
    ) throws(RecordingError) {
        var searched = rest.count
        rest += bytes
        var start = 0
        while let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            try read(start..<end, isWhole: true, body)
            start = end + 1
            searched = start
        }
        rest.removeFirst(start)
        restOffset += start
        guard rest.count <= Self.longestLineBytes else {
            throw RecordingError(
                .notARecording, line: line + 1,
                "the line has more than \(Self.longestLineBytes >> 20) MiB: no recording of ours")
        }
    }

    /// The file has ended.
    package mutating func finish(
        _ body: (RecordEntry, Place) -> Void
    ) throws(RecordingError) {
        if !rest.isEmpty { try read(0..<rest.count, isWhole: false, body) }
        guard header != nil else { throw RecordingError(.empty, line: 1, "the file is empty") }
    }

    private mutating func read(
        _ range: Range<Int>, isWhole: Bool, _ body: (RecordEntry, Place) -> Void
    ) throws(RecordingError) {
        line += 1
        let bytes = Array(rest[range])
        guard let header else {
            header = try RecordingReader.readHeader(bytes)
            return
        }
        guard !isComplete else {
            throw RecordingError(.damaged, line: line, "text stands after the end line")
        }
        if RecordingReader.isEndLine(bytes) {
            isComplete = true
            return
        }
        do {
            let entry = try RecordingReader.readEntry(bytes, start: header.start, number: line)
            let place = Place(
                offset: restOffset + range.lowerBound, length: range.count, line: line)
            body(entry, place)
        } catch {
            // A killed run leaves its last line half written.
            guard !isWhole, error.kind == .damaged else { throw error }
        }
    }
}
