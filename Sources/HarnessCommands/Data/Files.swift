import Foundation

/// Whole files in and out. Everything the harness reads or writes passes here, so that every
/// failure names the file and the system's reason, and no file is ever half written.
enum Files {
    /// - Parameters:
    ///   - limit: The most bytes that make sense; more is refused without reading on.
    ///   - what: What such a file cannot be.
    static func read(
        _ path: String, limit: Int = 64 << 20, of what: String = "file of this kind"
    ) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw CommandFailure.usage(
                    "\(path) has more than \(limit >> 20) MiB: that is no \(what)")
            }
        }
    }

    /// Writes beside the target and renames, so that the target is the old file or the new one. A
    /// target that is no file, such as `/dev/stdout`, is written to as it is.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let target = resolved(path)
        if exists(target), !isRegularFile(target) {
            let file = try OutputFile(path: target, reportedAs: path)
            try file.write(bytes)
            try file.close()
            return
        }
        try makeFolder(folder(of: target))
        let temporary = "\(target).partial-\(getpid())"
        do {
            let file = try OutputFile(path: temporary, reportedAs: path)
            try file.write(bytes)
            try file.close()
            try rename(temporary, to: target)
        } catch {
            remove(temporary)
            throw error
        }
    }

    /// Writes several files of one folder, all of them or none: each is whole beside its target
    /// before the first target is replaced.
    static func write(_ files: [(path: String, bytes: [UInt8])]) throws {
        func temporary(_ path: String) -> String { "\(path).partial-\(getpid())" }
        do {
            for file in files {
                let output = try OutputFile(
                    path: temporary(file.path), reportedAs: file.path)
                try output.write(file.bytes)
                try output.close()
            }
        } catch {
            for file in files { remove(temporary(file.path)) }
            throw error
        }
        for file in files { try rename(temporary(file.path), to: file.path) }
    }

    /// Does work while no other process that asks for the same holds this folder.
    static func locking<Result>(_ folder: String, _ work: () throws -> Result) throws -> Result {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(folder) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw unwritable(folder) }
        }
        return try work()
    }

    static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a file for its owner's eyes only, so that it survives whatever happens next to the
    /// process and to the machine.
    static func writeDurably(_ bytes: [UInt8], to path: String) throws {
        let target = resolved(path)
        let temporary = "\(target).partial-\(getpid())"
        do {
            let file = try OutputFile(path: temporary, reportedAs: path, mode: 0o600)
            try file.write(bytes)
            try file.synchronize()
            try file.close()
            try rename(temporary, to: target)
        } catch {
            remove(temporary)
            throw error
        }
        // The new name lasts once the folder is written.
        let descriptor = open(folder(of: target), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Adds to the end of a file, which is made where it is not there.
    static func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw unwritable(path) }
        let file = OutputFile(descriptor: descriptor, reportedAs: path)
        try file.write(Array(text.utf8))
        try file.close()
    }

    static func rename(_ path: String, to target: String) throws {
        guard Foundation.rename(path, target) == 0 else { throw unwritable(target) }
    }

    /// Makes the folder and those it lies in.
    static func makeFolder(_ path: String) throws {
        guard !isDirectory(path) else { return }
        let parent = folder(of: path)
        if parent != path { try makeFolder(parent) }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw unwritable(path) }
    }

    // MARK: What is there

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    static func isRegularFile(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path))
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    /// Whether a file is there that is not empty.
    static func holdsContent(_ path: String) -> Bool {
        var status = stat()
        return stat(resolved(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_size > 0
    }

    /// Where a symbolic link leads; other paths as they are.
    fileprivate static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The folder a path lies in: `.` for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Names in a folder, sorted by bytes; empty where there is no such folder.
    static func names(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Paths of all files below a folder, sorted by bytes.
    static func all(below folder: String) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            return isDirectory(path) ? all(below: path) : [path]
        }
    }

    static func remove(_ path: String) {
        unlink(path)
    }

    static var workingDirectory: String { FileManager.default.currentDirectoryPath }

    /// A path below the working directory without it; others as they are. Reports then say the
    /// same on every machine.
    static func fromHere(_ path: String) -> String {
        let here = workingDirectory + "/"
        return path.hasPrefix(here) && path != here ? String(path.dropFirst(here.count)) : path
    }

    // MARK: Failures, with the reason of the last system call

    private static func unreadable(_ path: String) -> CommandFailure {
        .usage("cannot read \(path): \(lastReason)")
    }

    fileprivate static func unwritable(_ path: String) -> CommandFailure {
        .harness("cannot write \(path): \(lastReason)")
    }

    private static var lastReason: String { String(cString: strerror(errno)) }
}

/// A file being written from its beginning.
final class OutputFile {
    private let reportedPath: String
    private var descriptor: Int32

    /// - Parameter reportedPath: The path that people know, for messages.
    init(path: String, reportedAs reportedPath: String, mode: mode_t = 0o666) throws {
        self.reportedPath = reportedPath
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
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
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0,
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
