import Foundation
import Testing

@testable import Wire

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
    private func start(_ script: String, bound: Int = 1000) throws -> ChildProcess {
        try ChildProcess.start(
            ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin", "GREETING=good day"],
            output: CapturedOutput(keepingUpTo: bound),
            complaint: CapturedOutput(keepingUpTo: bound))
    }

    private func end(of child: ChildProcess) async throws -> ChildProcess.End {
        while true {
            if let end = child.end { return end }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func saysWhatItWroteAndHowItEnded() async throws {
        let child = try start("echo $GREETING; echo no >&2; exit 3")
        #expect(try await end(of: child) == .exited(3))
        child.tearDown()
        #expect(String(decoding: child.output.kept, as: UTF8.self) == "good day\n")
        #expect(child.complaint.lastLines(1) == ["no"])
    }

    @Test func aSignalIsToldFromAnExit() async throws {
        let child = try start("kill -SEGV $$")
        #expect(try await end(of: child) == .signalled(SIGSEGV))
    }

    @Test func whatItStartedEndsWithIt() async throws {
        let child = try start("sleep 1000 & echo $!")
        #expect(try await end(of: child) == .exited(0))
        child.tearDown()
        let text = String(decoding: child.output.kept, as: UTF8.self)
        let heir = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // A zombie whose parent has not looked yet counts as ended.
        let status = try? String(contentsOfFile: "/proc/\(heir)/stat", encoding: .utf8)
        #expect(status == nil || status?.contains(") Z ") == true)
    }

    @Test func whoIgnoresASignalIsKilled() async throws {
        let child = try start("trap '' TERM; echo ready; while :; do sleep 0.1; done")
        while child.output.count == 0 { try await Task.sleep(for: .milliseconds(5)) }
        child.signal(SIGTERM)
        try await Task.sleep(for: .milliseconds(200))
        #expect(child.end == nil)
        child.tearDown()
        #expect(child.end == .signalled(SIGKILL))
    }

    @Test func aFloodIsReadAndNotKept() async throws {
        let child = try start(
            "echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last", bound: 100)
        #expect(try await end(of: child) == .exited(0))
        child.tearDown()
        #expect(child.output.count == 3_000_012)
        // Of what begins within the bound only whole lines are shown.
        #expect(child.output.kept == Array("first\n".utf8))
        #expect(child.output.lastLines(1) == ["last"])
    }

    @Test func inheritsNoneOfOurDescriptors() async throws {
        let ours = open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let child = try start("ls /proc/self/fd | wc -l")
        #expect(try await end(of: child) == .exited(0))
        child.tearDown()
        // Its three streams, and the folder that is listed.
        #expect(child.output.lastLines(1).first?.filter { $0 != " " } == "4")
    }

    @Test func whatIsNotThereIsNotStarted() {
        #expect(throws: ChildProcess.StartFailure.self) {
            try ChildProcess.start(
                ["/nowhere/client"], environment: [], output: CapturedOutput(keepingUpTo: 1),
                complaint: CapturedOutput(keepingUpTo: 1))
        }
    }
}
