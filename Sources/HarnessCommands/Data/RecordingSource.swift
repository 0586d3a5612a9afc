import Foundation
import Recordings

/// A full recording on disk, read once from end to end and then line by line where somebody asks,
/// so that its size does not matter.
final class RecordingSource: Sendable {
    let path: String
    let header: RecordingHeader
    let isComplete: Bool
    private let descriptor: Int32

    private static let pieceBytes = 1 << 20

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
        guard !Files.isDirectory(path) else {
            throw CommandFailure.usage("cannot read \(path): it is a folder")
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure.usage(
                "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        var scanner = RecordingScanner()
        var hasBegun = false
        func take(_ entry: RecordEntry, _ place: RecordingScanner.Place) { body(entry, place) }
        do {
            while let bytes = try Self.piece(of: descriptor, path) {
                if !hasBegun, let line = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                    begin(try RecordingReader.readHeader(Array(bytes[..<line])))
                    hasBegun = true
                }
                try scanner.take(bytes, take)
            }
            try scanner.finish(take)
        } catch let error as RecordingError {
            close(descriptor)
            throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
        }
        guard let header = scanner.header, hasBegun else {
            close(descriptor)
            throw CommandFailure.usage("\(path): there is nothing but a first line")
        }
        self.header = header
        isComplete = scanner.isComplete
    }

    deinit { close(descriptor) }

    private static func piece(of descriptor: Int32, _ path: String) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: pieceBytes)
        while true {
            let count = read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure.usage(
                    "cannot read \(path): \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { return nil }
            bytes.removeLast(bytes.count - count)
            return bytes
        }
    }

    /// The entry that stands there; nil where the file has changed since.
    func entry(at place: RecordingScanner.Place) -> RecordEntry? {
        var bytes = [UInt8](repeating: 0, count: place.length)
        let count = pread(descriptor, &bytes, bytes.count, off_t(place.offset))
        guard count == place.length else { return nil }
        return try? RecordingReader.readEntry(bytes, start: header.start, number: place.line)
    }
}
