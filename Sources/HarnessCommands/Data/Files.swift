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

    /// What a file that is being written holds beyond what was read of it so far. One that has become
    /// shorter was written anew, and begins again.
    ///
    /// - Parameters:
    ///   - position: Where to go on, in bytes from the beginning; moved to the end of what is
    ///     returned.
    ///   - limit: The most bytes to return.
    /// - Returns: Nothing where nothing has come, or no such file is there yet.
    static func read(
        _ path: String, goingOnAt position: inout Int, limit: Int
    ) throws -> [UInt8] {
        // A pipe in its place is refused, not waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 || errno != ENOENT else { return [] }
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure.usage("cannot read \(path): it is no regular file")
        }
        if status.st_size < position { position = 0 }
        var bytes = [UInt8](repeating: 0, count: min(limit, Int(status.st_size) - position))
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + count }, $0.count - count,
                    position + count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw unreadable(path) }
            // It has become shorter meanwhile.
            guard read > 0 else { break }
            count += read
        }
        position += count
        return Array(bytes[..<count])
    }

    /// Writes beside the target and renames, so that the target is the old file or the new one. A
    /// target that is no file, such as `/dev/stdout`, is written to as it is.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let target = resolved(path)
        if exists(target), !isRegularFile(target) {
            let file = try OutputFile(opening: target, reportedAs: path)
            try file.write(bytes)
            try file.close()
            return
        }
        try makeFolder(folder(of: target))
        try replace(target, by: bytes, reportedAs: path)
    }

    /// Writes several files of one folder, all of them or none: each is whole beside its target
    /// before the first target is replaced, and where one cannot be replaced those before it become
    /// again what they were.
    static func write(_ files: [(path: String, bytes: [UInt8])]) throws {
        let former = try files.map { file in
            isRegularFile(file.path) ? try read(file.path, limit: .max) : nil
        }
        var replacedCount = 0
        do {
            for file in files {
                try writeTemporary(file.bytes, for: file.path, reportedAs: file.path)
            }
            for file in files {
                try rename(temporaryPath(for: file.path), to: file.path)
                replacedCount += 1
            }
        } catch {
            for file in files[replacedCount...] { remove(temporaryPath(for: file.path)) }
            for (file, bytes) in zip(files, former).prefix(replacedCount) {
                try putBack(bytes, at: file.path, after: error)
            }
            throw error
        }
    }

    /// - Parameter bytes: What the file held; nil where there was none.
    private static func putBack(
        _ bytes: [UInt8]?, at path: String, after error: any Error
    ) throws {
        guard let bytes else { return remove(path) }
        do {
            try replace(path, by: bytes, reportedAs: path)
        } catch let second {
            throw CommandFailure.harness(
                "\(error); \(path) has been replaced already, and what it held before cannot be "
                    + "put back: \(second)")
        }
    }

    private static func temporaryPath(for target: String) -> String {
        "\(target).partial-\(getpid())"
    }

    /// Puts a file in the place of another, so that the target is the old file or the new one.
    private static func replace(
        _ target: String, by bytes: [UInt8], reportedAs path: String, mode: mode_t = 0o666,
        isDurable: Bool = false
    ) throws {
        do {
            try writeTemporary(
                bytes, for: target, reportedAs: path, mode: mode, isDurable: isDurable)
            try rename(temporaryPath(for: target), to: target)
        } catch {
            remove(temporaryPath(for: target))
            throw error
        }
    }

    private static func writeTemporary(
        _ bytes: [UInt8], for target: String, reportedAs path: String, mode: mode_t = 0o666,
        isDurable: Bool = false
    ) throws {
        let file = try OutputFile(
            anew: temporaryPath(for: target), reportedAs: path, mode: mode)
        try file.write(bytes)
        if isDurable { try file.synchronize() }
        try file.close()
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
        try replace(target, by: bytes, reportedAs: path, mode: 0o600, isDurable: true)
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

    /// Makes a folder that nobody but its owner may look into.
    static func makePrivateFolder(_ path: String) throws {
        try makeFolder(folder(of: path))
        guard mkdir(path, 0o700) == 0 else { throw unwritable(path) }
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

    /// In bytes; 0 where there is no file.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Where a symbolic link leads; other paths as they are.
    static func resolved(_ path: String) -> String {
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

    static func unwritable(_ path: String) -> CommandFailure {
        .harness("cannot write \(path): \(lastReason)")
    }

    private static var lastReason: String { String(cString: strerror(errno)) }
}
