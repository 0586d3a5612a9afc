import Foundation
import JSONText
import Reports
import Synchronization

/// What people see.
enum Console {
    static func say(_ text: String) {
        write(text + "\n", to: FileHandle.standardOutput)
    }

    /// What came of writing a file; standard output may be that file.
    static func note(_ text: String) {
        write(text + "\n", to: FileHandle.standardError)
    }

    static func complain(_ text: String) {
        // Names and values out of files stand in it, which must not reach the terminal as commands.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let safe = lines.map { String($0).visible }.joined(separator: "\n")
        write("pdu-harness: \(safe)\n", to: FileHandle.standardError)
    }

    static func write(_ text: String, to handle: FileHandle) {
        let failure = Self.failure(writing: Array(text.utf8), to: handle.fileDescriptor)
        // A reader that has gone away is no failure of ours.
        guard let failure, failure != EPIPE, handle.fileDescriptor == STDOUT_FILENO else { return }
        outputFailure.withLock { first in
            first =
                first
                ?? .harness("cannot write standard output: \(String(cString: strerror(failure)))")
        }
    }

    /// Why something that should stand on standard output does not; nil where all of it does.
    static var failure: CommandFailure? { outputFailure.withLock { $0 } }

    private static let outputFailure = Mutex<CommandFailure?>(nil)

    /// - Returns: The error number of the write that failed.
    private static func failure(writing bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody else who shares the terminal or the pipe does not want to wait; we do.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    /// Colour only on a terminal, and not where `NO_COLOR` is set.
    static var style: TextReport.Style {
        let noColour = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return isatty(STDOUT_FILENO) == 1 && noColour.isEmpty ? .colour : .plain
    }

    static var isContinuousIntegration: Bool {
        !(ProcessInfo.processInfo.environment["CI"] ?? "").isEmpty
    }
}
