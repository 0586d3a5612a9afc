/// Reads a recording piece by piece, so that its size does not matter: bytes are added, and entries
/// taken as far as they are whole.
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
    /// A header is a scenario and a device: what is longer is another kind of file.
    package static let longestHeaderBytes = 64 << 20

    package private(set) var header: RecordingHeader?
    /// Whether the last line said that nothing is missing.
    package private(set) var isComplete = false
    /// How the run ended that was recorded; nil where it was none, and before the last line.
    package private(set) var conclusion: RunConclusion?
    private var buffer: [UInt8] = []
    /// Where in the buffer the next line begins, and how far its end was looked for.
    private var start = 0
    private var searched = 0
    /// Where in the file the buffer begins.
    private var bufferOffset = 0
    private var hasEnded = false
    private var line = 0

    package init() {}

    /// Takes the next bytes of the file.
    package mutating func add(_ bytes: [UInt8]) {
        buffer.removeFirst(start)
        bufferOffset += start
        searched -= start
        start = 0
        buffer += bytes
    }

    /// The file has ended. What is left is a line that was cut short.
    package mutating func end() { hasEnded = true }

    /// The header, once its line is whole; nil where more bytes are needed.
    ///
    /// - Throws: `RecordingError` where the file is no recording of this or an older version.
    package mutating func readHeader() throws(RecordingError) -> RecordingHeader? {
        if let header { return header }
        guard let (range, _) = nextLine() else {
            guard buffer.count <= Self.longestHeaderBytes else {
                throw RecordingError(
                    .notARecording, line: 1,
                    "this is no recording: the first line has more than "
                        + "\(Self.longestHeaderBytes >> 20) MiB")
            }
            guard !hasEnded else { throw RecordingError(.empty, line: 1, "the file is empty") }
            return nil
        }
        header = try RecordingReader.readHeader(Array(buffer[range]))
        return header
    }

    /// The next entry, and where it stands; nil where more bytes are needed, or at the end.
    ///
    /// - Throws: `RecordingError` with the line, where it can neither be read nor is the last one of
    ///   a run that was killed.
    package mutating func next() throws(RecordingError) -> (entry: RecordEntry, place: Place)? {
        guard let header = try readHeader(), let (range, isWhole) = nextLine() else {
            guard buffer.count - start <= Self.longestLineBytes else {
                throw RecordingError(
                    .notARecording, line: line + 1,
                    "the line has more than \(Self.longestLineBytes >> 20) MiB: no recording of ours"
                )
            }
            return nil
        }
        guard !isComplete else {
            throw RecordingError(.damaged, line: line, "text stands after the end line")
        }
        let bytes = Array(buffer[range])
        do {
            if EndLine.isOne(bytes) {
                conclusion = try EndLine.read(bytes, number: line)
                isComplete = true
                return try next()
            }
            let entry = try RecordingReader.readEntry(bytes, start: header.start, number: line)
            let place = Place(
                offset: bufferOffset + range.lowerBound, length: range.count, line: line)
            return (entry, place)
        } catch {
            // A killed run leaves its last line half written.
            guard !isWhole, error.kind == .damaged else { throw error }
            return nil
        }
    }

    /// The next line, without its line feed, and whether it had one; nil where it is not there yet.
    private mutating func nextLine() -> (range: Range<Int>, isWhole: Bool)? {
        let end = buffer[max(start, searched)...].firstIndex(of: UInt8(ascii: "\n"))
        guard end != nil || hasEnded && start < buffer.count else {
            searched = buffer.count
            return nil
        }
        let range = start..<(end ?? buffer.count)
        start = min(buffer.count, range.upperBound + 1)
        line += 1
        return (range, end != nil)
    }
}
