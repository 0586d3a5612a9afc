import Foundation

/// A file read line by line, so that memory stays flat however large it is.
final class LineFile {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasReachedEnd = false
    /// The number of the line handed out last, from 1.
    private(set) var number = 0
    /// Whether the line handed out last had its line feed.
    private(set) var isWhole = true

    private static let chunkBytes = 1 << 18
    /// A recording holds bodies of 64 MiB at most, which base64 makes longer.
    private static let lineLimitBytes = 128 << 20

    init(_ path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path), !Files.isDirectory(path) else {
            // Says why.
            _ = try Files.read(path, limit: 0)
            throw CommandFailure.usage("cannot read \(path)")
        }
        self.path = path
        self.handle = handle
    }

    /// The next line without its line feed; nil at the end.
    func next() throws -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                number += 1
                return Array(buffer[start..<end])
            }
            guard !hasReachedEnd else { break }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            try readMore()
        }
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        number += 1
        isWhole = false
        return Array(buffer[start...])
    }

    private func readMore() throws {
        guard buffer.count <= Self.lineLimitBytes else {
            throw CommandFailure.usage(
                "\(path):\(number + 1): the line is longer than \(Self.lineLimitBytes >> 20) MiB: "
                    + "that is no recording")
        }
        let chunk: Data?
        do {
            chunk = try handle.read(upToCount: Self.chunkBytes)
        } catch {
            throw CommandFailure.usage("cannot read \(path): \(error)")
        }
        guard let chunk, !chunk.isEmpty else {
            hasReachedEnd = true
            return
        }
        buffer += chunk
    }
}
