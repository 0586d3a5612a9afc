import Foundation
import VirtualTime
import Wire

/// Tries whether a client's runtime takes its time from libfaketime, before a run rests on it.
struct FaketimeProbe {
    /// A runtime, and a program for it that prints the time, sleeps for six seconds of its own
    /// clock, and prints the time again.
    private struct Runtime {
        /// What the names of its executables begin with.
        var names: [String]
        var arguments: [String]
        /// What it is known not to honour.
        var exception: String?
    }

    private static let runtimes = [
        Runtime(
            names: ["python", "pypy"],
            arguments: [
                "-c", "import time; print(time.time()); time.sleep(6); print(time.time())",
            ],
            exception: "timed waits for locks (threading, queue) still take the wall's time"),
        Runtime(
            names: ["node"],
            arguments: [
                "-e",
                "console.log(Date.now()/1000); setTimeout(() => console.log(Date.now()/1000), 6000)",
            ]),
        Runtime(
            names: ["perl"],
            arguments: ["-e", "$| = 1; print time, \"\\n\"; sleep 6; print time, \"\\n\""]),
        Runtime(
            names: ["ruby"], arguments: ["-e", "puts Time.now.to_f; sleep 6; puts Time.now.to_f"]),
        Runtime(
            names: ["sh", "bash", "dash"], arguments: ["-c", "date +%s; sleep 6; date +%s"]),
    ]
    private static let sleepSeconds = 6.0
    private static let patience = Duration.seconds(20)

    let library: String
    let pace: Int64

    /// - Parameter program: The client's program, as it is started.
    /// - Returns: How its clock is made to run.
    /// - Throws: A usage failure that says why it can't be.
    static func probe(_ program: String, pace: Int64) async throws -> Faketime {
        guard let library = Faketime.find() else {
            throw CommandFailure.usage(
                "--client-clock faketime needs the library libfaketime; install the package faketime"
            )
        }
        let probe = FaketimeProbe(library: library, pace: pace)
        return Faketime(library: library, words: try await probe.judge(program))
    }

    private func judge(_ program: String) async throws -> String {
        guard let path = Self.path(of: program) else {
            throw CommandFailure.usage("cannot start \(program): it is not on the PATH")
        }
        let executable = try interpreter(of: path)
        let name = executable.split(separator: "/").last.map(String.init) ?? executable
        guard let runtime = Self.runtimes.first(where: { $0.names.contains { name.hasPrefix($0) } })
        else {
            try refuseWhatCannotHonour(executable, name)
            return
                "faketime ×\(pace): \(name) is linked with libc and not a runtime that was tried, "
                + "so it may or may not honour it"
        }
        try await run(executable, name, runtime)
        return "faketime ×\(pace): \(name) honours it, tried by time and sleep"
            + (runtime.exception.map { "; \($0)" } ?? "")
    }

    private func run(_ executable: String, _ name: String, _ runtime: Runtime) async throws {
        let start = VirtualInstant(millisecondsSinceEpoch: 1_000_000_000_000)
        var variables = ProcessInfo.processInfo.environment
        variables["LD_PRELOAD"] = nil
        let environment =
            variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            + Faketime.environment(library: library, pace: pace, now: start)
        let output = CapturedOutput(keepingUpTo: 4096)
        let began = ContinuousClock.now
        let child: ChildProcess
        do {
            child = try ChildProcess.start(
                [executable] + runtime.arguments, environment: environment, output: output,
                complaint: CapturedOutput(keepingUpTo: 4096))
        } catch {
            throw CommandFailure.usage("cannot start \(executable): \(error.reason)")
        }
        while child.end == nil, ContinuousClock.now - began < Self.patience {
            try await Task.sleep(for: .milliseconds(5))
        }
        let took = ContinuousClock.now - began
        child.tearDown()
        let times = String(decoding: output.kept, as: UTF8.self).split(separator: "\n")
            .compactMap { Double($0) }
        let epoch = Double(start.millisecondsSinceEpoch) / 1000
        // A day of its own clock is some minutes of the wall's: starting takes less.
        guard times.count == 2, abs(times[0] - epoch) < 86_400 else {
            throw unhonoured(name, "the time it reads is not the scenario's")
        }
        guard times[1] - times[0] >= Self.sleepSeconds - 1, took < .seconds(Self.sleepSeconds - 1)
        else { throw unhonoured(name, "it sleeps by the wall's clock") }
    }

    private func unhonoured(_ name: String, _ reason: String) -> CommandFailure {
        .usage(
            "\(name) does not honour libfaketime: \(reason); leave out --client-clock faketime and "
                + "give the client {pollWallSeconds}")
    }

    // MARK: What is started

    /// What a shell would start.
    private static func path(of program: String) -> String? {
        if program.contains("/") { return Files.exists(program) ? program : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
            .split(separator: ":")
        return folders.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What runs a script by its first line; a program is its own.
    private func interpreter(of path: String) throws -> String {
        let beginning = try Files.read(path, limit: .max).prefix(256)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        // A version manager's stand-in is a script that starts what it is named after.
        if Self.runtimes.contains(where: { $0.names.contains { name.hasPrefix($0) } }) {
            return path
        }
        guard beginning.starts(with: Array("#!".utf8)) else { return path }
        let line = String(decoding: beginning.dropFirst(2), as: UTF8.self).prefix { $0 != "\n" }
        var words = line.split(separator: " ").map(String.init)
        if words.first?.hasSuffix("/env") == true {
            words.removeFirst()
            words.removeAll { $0.hasPrefix("-") || $0.contains("=") }
        }
        guard let first = words.first, let found = Self.path(of: first) else {
            throw CommandFailure.usage("\(path): what its first line names is not on the PATH")
        }
        return found
    }

    /// A program that does not ask libc for the time cannot be reached.
    private func refuseWhatCannotHonour(_ path: String, _ name: String) throws {
        let bytes = Data(try Files.read(path, limit: .max))
        guard bytes.starts(with: [0x7f] + Array("ELF".utf8)) else { return }
        if bytes.range(of: Data([0xff] + Array(" Go buildinf:".utf8))) != nil {
            throw unhonoured(name, "it is a Go program, which asks the kernel itself")
        }
        if bytes.range(of: Data([0] + Array("swift5_protocols".utf8) + [0])) != nil {
            throw unhonoured(name, "a Swift program no longer finds its arguments beside it")
        }
        if bytes.prefix(1 << 16).range(of: Data("/ld-".utf8)) == nil {
            throw unhonoured(name, "it is statically linked")
        }
    }
}
