import Foundation

/// One line on a terminal that says how far long work is; nothing elsewhere.
struct Progress {
    private let isShown = isatty(STDERR_FILENO) == 1

    func show(_ text: String) {
        guard isShown else { return }
        Console.write("\r\u{1B}[K\(text)", to: FileHandle.standardError)
    }

    func clear() {
        guard isShown else { return }
        Console.write("\r\u{1B}[K", to: FileHandle.standardError)
    }
}
