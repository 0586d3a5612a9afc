import Foundation

/// The full recording of a run, written as it comes. It bears its name only once it is complete;
/// until then it is called `….partial`.
final class RecordingFile {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    private static let bufferBytes = 1 << 18

    init(path: String) throws {
        self.path = path
        try Files.write([], to: path + ".partial")
        guard let handle = FileHandle(forWritingAtPath: path + ".partial") else {
            throw CommandFailure.harness("cannot write \(path).partial")
        }
        self.handle = handle
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws {
        do {
            try handle.write(contentsOf: Data(buffer))
        } catch {
            throw CommandFailure.harness("cannot write \(path): \(Files.reason(error))")
        }
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        do {
            try handle.close()
        } catch {
            throw CommandFailure.harness("cannot write \(path): \(Files.reason(error))")
        }
        guard rename(path + ".partial", path) == 0 else {
            throw CommandFailure.harness(
                "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Leaves nothing behind.
    func abandon() {
        try? handle.close()
        Files.remove(path + ".partial")
    }
}
