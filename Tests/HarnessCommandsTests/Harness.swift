import Foundation
import Testing

/// The built binary, run as a user would run it.
struct Harness {
    /// What a command came to.
    struct Result {
        var status: Int32
        var output: String
        var complaint: String

        var lastLine: String {
            output.split(separator: "\n").last.map(String.init) ?? ""
        }
    }

    /// A folder of its own, in which commands run; `inFolder` removes it.
    let folder: String
    /// Where the data folders lie.
    var home = packageRoot
    var environment: [String: String] = [:]

    init() throws {
        folder = NSTemporaryDirectory() + "pdu-harness-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    /// Runs the body in a fresh folder and removes it afterwards.
    static func inFolder(_ body: (inout Harness) async throws -> Void) async throws {
        var harness = try Harness()
        defer { try? FileManager.default.removeItem(atPath: harness.folder) }
        try await body(&harness)
    }

    private static let binary: String = {
        // The test bundle lies beside the binary, wherever it was built.
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/pdu-harness"
    }()

    // MARK: Running

    /// Runs the binary with these arguments and waits for it.
    @discardableResult
    func run(_ arguments: String...) async throws -> Result { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Result {
        try await run(Self.binary, arguments)
    }

    /// Runs a shell script, in which `$HARNESS` is the binary.
    func shell(_ script: String) async throws -> Result {
        try await run("/bin/bash", ["-c", script])
    }

    /// Starts the binary and leaves it running.
    func start(_ arguments: String...) throws -> RunningHarness {
        let running = try RunningHarness(process: process(Self.binary, arguments))
        try running.process.run()
        return running
    }

    /// Starts a shell script and leaves it running.
    func startShell(_ script: String) throws -> RunningHarness {
        let running = try RunningHarness(process: process("/bin/bash", ["-c", script]))
        try running.process.run()
        return running
    }

    private func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var variables = ["PATH": "/usr/bin:/bin", "PDU_HARNESS_HOME": home]
        variables["HARNESS"] = Self.binary
        // Clients in Python must leave nothing in the tree.
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = variables.merging(environment) { $1 }
        return process
    }

    private func run(_ program: String, _ arguments: [String]) async throws
        -> Result
    {
        let running = try RunningHarness(process: process(program, arguments))
        try running.process.run()
        return try await running.result()
    }

    // MARK: Files

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Names in a folder, sorted; empty where there is none.
    func names(in name: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path(name)))?.sorted() ?? []
    }

    /// Makes a home of its own in the folder: Scenarios and goldens copied, the bundle linked.
    mutating func makeHome(goldens: [String] = []) throws {
        let files = FileManager.default
        home = path("home")
        try files.createDirectory(atPath: home + "/Golden", withIntermediateDirectories: true)
        try files.copyItem(atPath: packageRoot + "/Scenarios", toPath: home + "/Scenarios")
        try files.createSymbolicLink(
            atPath: home + "/CSDL", withDestinationPath: packageRoot + "/CSDL")
        for name in goldens {
            try files.copyItem(
                atPath: packageRoot + "/Golden/\(name).golden.jsonl",
                toPath: home + "/Golden/\(name).golden.jsonl")
        }
    }
}

/// A process under way. What it prints goes to files, so that no pipe can fill and stop it.
final class RunningHarness: Sendable {
    let process: Process
    private let output: String
    private let complaint: String

    init(process: Process) throws {
        self.process = process
        output = try Self.makeFile()
        complaint = try Self.makeFile()
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: complaint)
        process.standardInput = FileHandle.nullDevice
    }

    deinit {
        // A test that failed before it came to the end must not leave a service behind.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        for path in [output, complaint] { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func makeFile() throws -> String {
        let path = NSTemporaryDirectory() + "pdu-harness-output-" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    var outputSoFar: String { Self.text(of: output) }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end, not longer than a minute.
    func result() async throws -> Harness.Result {
        let deadline = ContinuousClock.now + .seconds(60)
        while process.isRunning {
            if ContinuousClock.now > deadline {
                signal(SIGKILL)
                Issue.record("\(process.arguments ?? []) did not end")
                break
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let status =
            process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
        return Harness.Result(
            status: status,
            output: Self.text(of: output), complaint: Self.text(of: complaint))
    }
}
