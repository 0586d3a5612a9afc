import Foundation

/// A file read in pieces from its beginning, so that its size does not matter. It need not be on a
/// disk; what is, can be read again.
final class FileReader: Sendable {
    let path: String
    private let descriptor: Int32

    static let pieceBytes = 1 << 20

    init(_ path: String) throws {
        self.path = path
        guard !Files.isDirectory(path) else {
            throw CommandFailure.usage("cannot read \(path): it is a folder")
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
    }

    deinit { close(descriptor) }

    /// The next bytes, a megabyte where there are so many; nil at the end.
    func next() throws -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
        var count = 0
        while count < piece.count {
            let room = piece.count - count
            let added = piece.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress.map { $0 + count }, room)
            }
            if added < 0, errno == EINTR { continue }
            guard added >= 0 else { throw Self.unreadable(path) }
            if added == 0 { break }
            count += added
        }
        piece.removeLast(piece.count - count)
        return piece.isEmpty ? nil : piece
    }

    /// Goes back to the beginning.
    func rewind() throws {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw CommandFailure.usage("\(path) has to be read twice, and is no file")
        }
    }

    /// So many bytes from there on, wherever reading has got to; nil where there are not so many.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        .usage("cannot read \(path): \(String(cString: strerror(errno)))")
    }
}

extension FileReader {
    /// What has been read and all that follows.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that make sense; more is refused without reading on.
    ///   - what: What such a file cannot be.
    func rest(after begun: [UInt8], limit: Int, of what: String) throws -> [UInt8] {
        var bytes = begun
        while bytes.count <= limit, let piece = try next() { bytes += piece }
        guard bytes.count <= limit else {
            throw CommandFailure.usage(
                "\(path) has more than \(limit >> 20) MiB: that is no \(what)")
        }
        return bytes
    }
}
