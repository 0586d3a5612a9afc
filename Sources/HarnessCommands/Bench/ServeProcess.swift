import Foundation
import Wire

/// `serve` of this same executable in a process of its own.
struct ServeProcess {
    let port: Int
    private let process: Process

    var memory: ProcessMemory { ProcessMemory(processID: process.processIdentifier) }

    /// Starts it on a free port and returns once it has said which.
    static func start(
        _ folders: DataFolders, _ arguments: [String] = []
    ) throws -> ServeProcess {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: DataFolders.executablePath)
        process.arguments = ["serve", "--port", "0", "--home", folders.home] + arguments
        process.standardOutput = output
        try process.run()
        guard let port = firstPort(in: output.fileHandleForReading) else {
            process.terminate()
            throw CommandFailure.harness("serve did not say where it listens")
        }
        return ServeProcess(port: port, process: process)
    }

    /// The port of the URL in the first line.
    private static func firstPort(in output: FileHandle) -> Int? {
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let bytes = output.availableData
            guard !bytes.isEmpty else { return nil }
            line += bytes
        }
        let text = String(decoding: line, as: UTF8.self)
        let url = text.split(separator: " ").first { $0.hasPrefix("http://") }
        return url.flatMap { Origin(url: String($0)) }?.port
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
