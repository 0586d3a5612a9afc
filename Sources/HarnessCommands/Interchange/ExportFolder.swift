import Interchange

/// A folder that an export fills.
struct ExportFolder {
    let path: String

    /// Refuses a folder that holds something already: what an earlier export left there would pass
    /// for part of this one.
    init(_ path: String) throws {
        guard !Files.exists(path) || Files.isDirectory(path) else {
            throw CommandFailure.usage("\(path) is no folder")
        }
        guard Files.names(in: path).isEmpty else {
            throw CommandFailure.usage("\(path) is not empty; name another folder with --out")
        }
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    func write(_ files: [ExportedFile]) throws {
        for file in files { try Files.write(file.bytes, to: "\(path)/\(file.path)") }
    }
}
