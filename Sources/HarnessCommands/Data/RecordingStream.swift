import Recordings

/// A full recording read from one end to the other, as often as somebody asks, so that its size does
/// not matter.
final class RecordingStream {
    let path: String
    let header: RecordingHeader
    /// How the run ended that was recorded, once it was read to its end; nil where it was none.
    private(set) var conclusion: RunConclusion?
    private let reader: FileReader
    /// As far as the header; nil once entries were taken.
    private var begun: RecordingScanner?

    /// - Parameter first: What was read of the file to tell what it is.
    /// - Throws: A usage failure that names file and line where it is no recording.
    init(_ reader: FileReader, after first: [UInt8] = []) throws {
        path = reader.path
        self.reader = reader
        var scanner = RecordingScanner()
        scanner.add(first)
        do {
            while try scanner.readHeader() == nil {
                if let piece = try reader.next() { scanner.add(piece) } else { scanner.end() }
            }
        } catch let error as RecordingError {
            throw error.failure(in: path)
        }
        guard let header = scanner.header else { throw CommandFailure.usage("cannot read \(path)") }
        self.header = header
        begun = scanner
    }

    convenience init(_ path: String) throws { try self.init(FileReader(path)) }

    /// Hands every entry over, in order, and where it stands.
    ///
    /// - Returns: Whether nothing is missing at the end.
    @discardableResult
    func forEach(
        _ body: (RecordEntry, RecordingScanner.Place) throws -> Void
    ) throws -> Bool {
        var scanner = begun ?? RecordingScanner()
        if begun == nil { try reader.rewind() }
        begun = nil
        do {
            var hasEnded = false
            while true {
                while let next = try scanner.next() { try body(next.entry, next.place) }
                if hasEnded {
                    conclusion = scanner.conclusion
                    return scanner.isComplete
                }
                if let piece = try reader.next() {
                    scanner.add(piece)
                } else {
                    scanner.end()
                    hasEnded = true
                }
            }
        } catch let error as RecordingError {
            throw error.failure(in: path)
        }
    }
}

extension RecordingError {
    func failure(in path: String) -> CommandFailure {
        .usage("\(path):\(line): \(message)")
    }
}
