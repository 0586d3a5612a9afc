import Findings
import Recordings

/// The goldens beside the scenarios, and the pending ones under the output folder.
struct GoldenStore: Sendable {
    /// `Golden/` of the project.
    let folder: String
    /// `pending/` of the output folder.
    let pendingFolder: String

    /// The golden of a scenario, joined from its parts; nil where none is on file.
    func load(_ scenario: String) throws(GoldenStoreError) -> GoldenDocument? {
        let names = Self.fileNames(of: scenario, in: folder)
        guard !names.isEmpty else { return nil }
        var parts: [GoldenDocument] = []
        for name in names {
            do {
                parts.append(try GoldenReader.read(try Files.read("\(folder)/\(name)")))
            } catch let error as GoldenError {
                throw GoldenStoreError(reason: "Golden/\(name):\(error.line): \(error.message)")
            } catch {
                throw GoldenStoreError(
                    reason: "\(error)".replacing("\(folder)/", with: "Golden/"))
            }
        }
        do {
            return try GoldenDocument(joining: parts)
        } catch {
            throw GoldenStoreError(reason: "Golden/\(names[0]): \(error.message)")
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

    /// Leaves a golden that a person may accept. Returns its path below the output folder.
    func leavePending(_ document: GoldenDocument) throws -> String {
        let files = GoldenFile.encode(document)
        for name in Self.fileNames(of: document.header.scenario, in: pendingFolder) {
            Files.remove("\(pendingFolder)/\(name)")
        }
        for file in files { try Files.write(file.bytes, to: "\(pendingFolder)/\(file.name)") }
        return "pending/\(files[0].name)"
    }

    func removePending(_ scenario: String) {
        for name in Self.fileNames(of: scenario, in: pendingFolder) {
            Files.remove("\(pendingFolder)/\(name)")
        }
    }

    /// Takes pending goldens over. Returns the names of the files written.
    func accept(_ scenario: String) throws -> [String] {
        let names = Self.fileNames(of: scenario, in: pendingFolder)
        guard !names.isEmpty else {
            throw CommandFailure.usage("no golden of '\(scenario)' is pending in \(pendingFolder)")
        }
        // All are read and checked before the first is written.
        let files = try names.map { name in
            let bytes = try Files.read("\(pendingFolder)/\(name)")
            do throws(GoldenError) {
                _ = try GoldenReader.read(bytes)
            } catch {
                throw CommandFailure.golden(
                    "\(pendingFolder)/\(name):\(error.line): \(error.message)")
            }
            return (name: name, bytes: bytes)
        }
        let former = Self.fileNames(of: scenario, in: folder)
        for file in files { try Files.write(file.bytes, to: "\(folder)/\(file.name)") }
        for name in former where !names.contains(name) { Files.remove("\(folder)/\(name)") }
        removePending(scenario)
        return names
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
}

/// Why the golden on file cannot be used.
struct GoldenStoreError: Error {
    var reason: String
}
