import Recordings

/// A full recording on disk, read once from end to end and then line by line where somebody asks,
/// so that its size does not matter.
final class RecordingSource: Sendable {
    let path: String
    let header: RecordingHeader
    let isComplete: Bool
    private let reader: FileReader

    /// Reads the whole file.
    ///
    /// - Parameters:
    ///   - begin: Called with the header, before any entry.
    ///   - body: Called with every entry, and where it stands.
    /// - Throws: A usage failure that names file and line where it is no recording.
    init(
        _ path: String, begin: (RecordingHeader) -> Void = { _ in },
        _ body: (RecordEntry, RecordingScanner.Place) -> Void
    ) throws {
        self.path = path
        reader = try FileReader(path)
        let stream = try RecordingStream(reader)
        header = stream.header
        begin(header)
        isComplete = try stream.forEach(body)
    }

    /// The entry that stands there; nil where the file has changed since.
    func entry(at place: RecordingScanner.Place) -> RecordEntry? {
        reader.bytes(at: place.offset, count: place.length).flatMap {
            try? RecordingReader.readEntry($0, start: header.start, number: place.line)
        }
    }
}
