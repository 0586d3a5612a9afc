import Foundation
import JSONText
import Reports

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
        // A reader that has gone away is no failure of ours.
        try? handle.write(contentsOf: Data(text.utf8))
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
