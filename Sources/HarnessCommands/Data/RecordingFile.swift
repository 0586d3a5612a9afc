/// A file such as the full recording of a run, written as it comes. It bears its name only once it
/// is complete; until then it is called `….partial`. What is no file, such as `/dev/stdout`, is
/// written to as it is.
final class RecordingFile {
    private let path: String
    private let partialPath: String?
    private let file: OutputFile
    private var buffer: [UInt8] = []

    private static let bufferBytes = 1 << 18

    /// What it is called until it is complete.
    static func partialPath(of path: String) -> String { path + ".partial" }

    init(path: String) throws {
        self.path = path
        guard !Files.exists(path) || Files.isRegularFile(path) else {
            partialPath = nil
            file = try OutputFile(opening: path, reportedAs: path)
            return
        }
        let partialPath = Self.partialPath(of: path)
        self.partialPath = partialPath
        try Files.makeFolder(Files.folder(of: path))
        file = try OutputFile(opening: partialPath, reportedAs: path)
        try file.claim(at: partialPath)
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Hands everything to the system, so that a killed process loses nothing of it.
    func flush() throws {
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        // Renamed before it is closed, so that no other run can take the partial file in between.
        if let partialPath { try Files.rename(partialPath, to: path) }
        try file.close()
    }

    /// Leaves nothing behind.
    func abandon() {
        if let partialPath { Files.remove(partialPath) }
        try? file.close()
    }
}
