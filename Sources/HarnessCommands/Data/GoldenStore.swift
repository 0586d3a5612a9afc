import Findings
import Recordings

/// The goldens of a project, and the pending ones under the output folder: those of the scenarios
/// with the built-in client, or those of one client under test.
struct GoldenStore: Sendable {
    /// A file of a golden as it is on file.
    struct StoredFile: Equatable {
        var name: String
        var bytes: [UInt8]
    }

    /// `Golden/`, or `Golden/<client>/`.
    let folder: String
    /// `pending/` of the output folder, or `pending/<client>/`.
    let pendingFolder: String
    /// The client under test whose goldens these are; nil for the built-in one.
    var client: String?

    /// How the folder is called in messages: the path of the machine stays out of them.
    var label: String { client.map { "Golden/\($0)" } ?? "Golden" }

    /// `overload`, or `my-aggregator/overload`.
    func qualified(_ scenario: String) -> String {
        client.map { "\($0)/\(scenario)" } ?? scenario
    }

    /// The goldens of a client under test, which lie in its own project: the working directory.
    static func ofClient(_ client: String, pendingFolder: String) -> GoldenStore {
        GoldenStore(
            folder: "Golden/\(client)", pendingFolder: "\(pendingFolder)/\(client)",
            client: client)
    }

    /// The stores that goldens are pending for, the built-in client's first.
    static func all(golden: String, pendingFolder: String) -> [GoldenStore] {
        let clients = Files.names(in: pendingFolder).filter {
            Files.isDirectory("\(pendingFolder)/\($0)")
        }
        return [GoldenStore(folder: golden, pendingFolder: pendingFolder)]
            + clients.map { ofClient($0, pendingFolder: pendingFolder) }
    }

    // MARK: Reading

    /// The golden of a scenario, joined from its parts; nil where none is on file.
    func load(_ scenario: String) throws(GoldenStoreError) -> GoldenDocument? {
        let names = Self.fileNames(of: scenario, in: folder)
        return names.isEmpty ? nil : try Self.document(names, in: folder, label: label)
    }

    /// The golden that is pending.
    ///
    /// - Throws: a failure with exit status 2 where it is damaged.
    func pending(_ scenario: String) throws -> GoldenDocument {
        do throws(GoldenStoreError) {
            return try Self.document(
                pendingFiles(of: scenario), in: pendingFolder, label: pendingFolder)
        } catch {
            throw CommandFailure.golden(error.reason)
        }
    }

    /// One golden of the files of a folder.
    static func document(
        _ names: [String], in folder: String, label: String
    ) throws(GoldenStoreError) -> GoldenDocument {
        var parts: [GoldenDocument] = []
        for name in names {
            do {
                parts.append(
                    try GoldenReader.read(
                        try Files.read(
                            "\(folder)/\(name)", limit: goldenByteLimit)))
            } catch let error as GoldenError {
                throw GoldenStoreError(reason: "\(label)/\(name):\(error.line): \(error.message)")
            } catch {
                throw GoldenStoreError(
                    reason: "\(error)".replacing("\(folder)/", with: "\(label)/"))
            }
        }
        do {
            return try GoldenDocument(joining: parts)
        } catch {
            throw GoldenStoreError(reason: "\(label)/\(names[0]): \(error.message)")
        }
    }

    /// The most bytes that are read of a golden: a hundred times what the harness ever writes into
    /// one file.
    static let goldenByteLimit = 128 << 20

    /// The bytes on file.
    func files(of scenario: String) throws -> [StoredFile] {
        try Self.fileNames(of: scenario, in: folder).map {
            StoredFile(name: $0, bytes: try Files.read("\(folder)/\($0)"))
        }
    }

    /// Names of the files of a scenario's golden: one, or one a phase.
    static func fileNames(of scenario: String, in folder: String) -> [String] {
        Files.names(in: folder).filter { name in
            guard name.hasSuffix(".golden.jsonl") else { return false }
            let stem = name.dropLast(".golden.jsonl".count)
            return stem == scenario || stem.hasPrefix("\(scenario).")
        }
    }

    func pendingFiles(of scenario: String) -> [String] {
        Self.fileNames(of: scenario, in: pendingFolder)
    }

    /// Scenarios whose goldens are pending.
    var pendingScenarios: [String] {
        var scenarios: [String] = []
        for name in Files.names(in: pendingFolder) where name.hasSuffix(".golden.jsonl") {
            let scenario = String(name.prefix { $0 != "." })
            if !scenarios.contains(scenario) { scenarios.append(scenario) }
        }
        return scenarios
    }

    /// Files in `Golden/` that belong to none of these scenarios.
    func unused(by scenarios: [String]) -> [String] {
        let used = Set(scenarios.flatMap { Self.fileNames(of: $0, in: folder) })
        return Files.names(in: folder).filter {
            $0.hasSuffix(".golden.jsonl") && !used.contains($0)
        }
    }

    // MARK: Writing

    /// Leaves a golden that a person may accept. Returns its path below the output folder.
    func leavePending(_ document: GoldenDocument) throws -> String {
        let files = GoldenFile.encode(document)
        removePending(document.header.scenario)
        try Files.makeFolder(pendingFolder)
        try Files.write(files.map { (path: "\(pendingFolder)/\($0.name)", bytes: $0.bytes) })
        return pendingPath(files[0].name)
    }

    /// A pending file's path below the output folder.
    func pendingPath(_ name: String) -> String {
        (client.map { "pending/\($0)/" } ?? "pending/") + name
    }

    func removePending(_ scenario: String) {
        for name in pendingFiles(of: scenario) { Files.remove("\(pendingFolder)/\(name)") }
    }

    /// Takes a pending golden over. Returns the paths written.
    func accept(_ scenario: String, replacing former: [StoredFile]) throws -> [String] {
        let files = try pendingFiles(of: scenario).map {
            StoredFile(name: $0, bytes: try Files.read("\(pendingFolder)/\($0)"))
        }
        let written = try replace(scenario, byFiles: files, replacing: former)
        removePending(scenario)
        return written
    }

    /// Puts a golden in place of the one that was read. Returns the paths written.
    func replace(
        _ scenario: String, by files: [GoldenFile], replacing former: [StoredFile]
    ) throws -> [String] {
        try replace(
            scenario, byFiles: files.map { StoredFile(name: $0.name, bytes: $0.bytes) },
            replacing: former)
    }

    private func replace(
        _ scenario: String, byFiles files: [StoredFile], replacing former: [StoredFile]
    ) throws -> [String] {
        try Files.makeFolder(folder)
        return try Files.locking(folder) {
            guard try self.files(of: scenario) == former else {
                throw CommandFailure.golden(
                    "\(label)/\(scenario).golden.jsonl has changed meanwhile; nothing was written")
            }
            try Files.write(files.map { (path: "\(folder)/\($0.name)", bytes: $0.bytes) })
            let names = files.map(\.name)
            for file in former where !names.contains(file.name) {
                Files.remove("\(folder)/\(file.name)")
            }
            return names.map { "\(folder)/\($0)" }
        }
    }
}

/// Why the golden on file cannot be used.
struct GoldenStoreError: Error {
    var reason: String
}
