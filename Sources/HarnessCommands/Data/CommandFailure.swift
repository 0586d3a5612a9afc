import Findings

/// A failure that ends a command with a documented exit status and one clear message.
package struct CommandFailure: Error, CustomStringConvertible {
    package var status: Int32
    package var description: String

    /// Usage or scenario error, unreadable input, busy port.
    package static func usage(_ message: String) -> CommandFailure {
        CommandFailure(status: 64, description: message)
    }

    /// A golden that differs, is missing where required, damaged or stale.
    package static func golden(_ message: String) -> CommandFailure {
        CommandFailure(status: 2, description: message)
    }

    /// A fault of the harness itself: a failed write, a full disk.
    package static func harness(_ message: String) -> CommandFailure {
        CommandFailure(status: 70, description: message)
    }

    /// The failure as a cause of a report.
    var cause: ExitCause {
        switch status {
        case 2: .golden(description)
        case 64: .usage(description)
        default: .harnessFault(description)
        }
    }

    func removing(_ path: String) -> CommandFailure {
        CommandFailure(status: status, description: description.replacing(path, with: ""))
    }
}
