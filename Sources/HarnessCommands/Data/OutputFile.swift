import Foundation

/// A file being written from its beginning.
final class OutputFile {
    private let reportedPath: String
    private var descriptor: Int32

    /// Opens a file with what it holds, for somebody else may be writing it; `claim` empties it. It
    /// is made where there is none.
    ///
    /// - Parameter reportedPath: The path that people know, for messages.
    init(opening path: String, reportedAs reportedPath: String, mode: mode_t = 0o666) throws {
        self.reportedPath = reportedPath
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Files.unwritable(reportedPath) }
    }

    /// Makes an empty file. What bears its name was left by a process that was killed, for example
    /// one with the same number in an earlier container, and goes, its permissions included.
    init(anew path: String, reportedAs reportedPath: String, mode: mode_t = 0o666) throws {
        self.reportedPath = reportedPath
        unlink(path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Files.unwritable(reportedPath) }
    }

    init(descriptor: Int32, reportedAs reportedPath: String) {
        self.descriptor = descriptor
        self.reportedPath = reportedPath
    }

    deinit {
        if descriptor >= 0 { Foundation.close(descriptor) }
    }

    /// Keeps other runs from writing the same file, and empties it.
    ///
    /// - Parameter path: Where the file was opened. Another run may have renamed it since.
    func claim(at path: String) throws {
        let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        guard isLocked || errno == EWOULDBLOCK else { throw Files.unwritable(reportedPath) }
        guard isLocked,
            Files.resolved("/proc/self/fd/\(descriptor)") == Files.resolved(path)
        else { throw CommandFailure.usage("another run is writing \(reportedPath)") }
        // What is no file, such as /dev/full, has no length, and writing to it will tell.
        _ = ftruncate(descriptor, 0)
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Files.unwritable(reportedPath) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until what is written has reached the disk.
    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw Files.unwritable(reportedPath) }
    }

    func close() throws {
        let closing = descriptor
        descriptor = -1
        guard closing < 0 || Foundation.close(closing) == 0 else {
            throw Files.unwritable(reportedPath)
        }
    }
}
