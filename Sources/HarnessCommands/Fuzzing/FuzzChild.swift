import Foundation

/// This same executable as the process that judges inputs and may die of one.
struct FuzzChild {
    private let process: Process
    private let output: Pipe

    struct End {
        /// What the process said.
        var words: String
        /// Why it did not come to a good end; nil where it did.
        var failure: String?
    }

    /// Seconds without a new input after which the process is taken to hang.
    private static let patienceSeconds = 60.0

    static func start(_ arguments: [String]) throws -> FuzzChild {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: DataFolders.executablePath)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // Nobody reads its last words, and it would take long over them.
        process.environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        try process.run()
        return FuzzChild(process: process, output: output)
    }

    /// Waits for the end, which comes by force where nothing goes on any more.
    func end(within seconds: Double, progress: () -> Int) -> End {
        let clock = ContinuousClock()
        var last = (number: -1, at: clock.now)
        var hangs = false
        while process.isRunning {
            usleep(20_000)
            let number = progress()
            if number != last.number { last = (number, clock.now) }
            guard clock.now - last.at > .seconds(Self.patienceSeconds) else { continue }
            hangs = true
            kill(process.processIdentifier, SIGKILL)
            break
        }
        process.waitUntilExit()
        let said = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let words = said.split(separator: "\n").last.map(String.init) ?? ""
        if hangs {
            return End(words: words, failure: "no end after \(Int(Self.patienceSeconds)) s")
        }
        guard process.terminationReason == .exit else {
            return End(
                words: words, failure: "signal \(process.terminationStatus) ended the process")
        }
        guard process.terminationStatus != 0 else { return End(words: words) }
        return End(words: words, failure: words.isEmpty ? "the process could not go on" : words)
    }
}
