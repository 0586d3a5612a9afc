import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program of somebody else's, run in a process group of its own, so that it can be torn down with
/// everything it started.
///
/// Its leader stays a zombie until `tearDown`: as long as it does, no other group can bear its
/// number, and a signal meant for this one reaches no stranger.
package final class ChildProcess: Sendable {
    package enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// The program could not be started: the system's reason.
    package struct StartFailure: Error, Sendable {
        package var reason: String
    }

    package let output: CapturedOutput
    package let complaint: CapturedOutput
    private let processID: pid_t
    private let state = Mutex(State())

    private struct State {
        var end: End?
        var isReaped = false
    }

    private init(processID: pid_t, output: CapturedOutput, complaint: CapturedOutput) {
        self.processID = processID
        self.output = output
        self.complaint = complaint
    }

    deinit { tearDown() }

    /// Starts the program, found by PATH where its name has no slash; its input is empty.
    ///
    /// - Parameters:
    ///   - arguments: The program first.
    ///   - environment: All variables it gets, as `NAME=value`.
    package static func start(
        _ arguments: [String], environment: [String], output: CapturedOutput,
        complaint: CapturedOutput
    ) throws(StartFailure) -> ChildProcess {
        keepDescriptorsToOurselves()
        let outputEnd = try output.openWriteEnd()
        defer { close(outputEnd) }
        let complaintEnd = try complaint.openWriteEnd()
        defer { close(complaintEnd) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputEnd, 1)
        posix_spawn_file_actions_adddup2(&actions, complaintEnd, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The harness ignores SIGPIPE, and what is ignored would stay so in the child.
        var everySignal = sigset_t()
        sigfillset(&everySignal)
        posix_spawnattr_setsigdefault(&attributes, &everySignal)
        var noSignal = sigset_t()
        sigemptyset(&noSignal)
        posix_spawnattr_setsigmask(&attributes, &noSignal)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var processID: pid_t = 0
        let failure = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                posix_spawnp(
                    &processID, arguments[0] ?? emptyText, &actions, &attributes, arguments,
                    environment)
            }
        }
        guard failure == 0 else {
            throw StartFailure(reason: String(cString: strerror(failure)))
        }
        ChildGroups.add(processID)
        output.read()
        complaint.read()
        let child = ChildProcess(processID: processID, output: output, complaint: complaint)
        child.watch()
        return child
    }

    /// A socket of ours in the hands of a child would stay open after we have closed it.
    private static func keepDescriptorsToOurselves() {
        guard let folder = opendir("/dev/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            guard let descriptor = CInt(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// How it ended; nil while it runs.
    package var end: End? { state.withLock { $0.end } }

    /// Sends a signal to the whole group.
    package func signal(_ number: Int32) {
        state.withLock { state in
            if !state.isReaped { kill(-processID, number) }
        }
    }

    /// Ends whatever is left of the group, at once, and reads what it still said.
    package func tearDown() {
        let isFirst = state.withLock { state in
            guard !state.isReaped else { return false }
            kill(-processID, SIGKILL)
            ChildGroups.remove(processID)
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            if state.end == nil { state.end = End(status: status) }
            state.isReaped = true
            return true
        }
        guard isFirst else { return }
        output.finish()
        complaint.finish()
    }

    /// Notes the end of the leader and leaves it unreaped.
    private func watch() {
        let processID = processID
        DispatchQueue(label: "child process").async { [weak self] in
            var information = siginfo_t()
            while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) < 0 {
                guard errno == EINTR else { return }
            }
            let end = End(information)
            self?.state.withLock { state in
                if state.end == nil { state.end = end }
            }
        }
    }
}

extension ChildProcess.End {
    /// As `waitpid` says it; the macros that take it apart do not come to Swift.
    fileprivate init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    fileprivate init(_ information: siginfo_t) {
        #if os(Linux)
            let status = information._sifields._sigchld.si_status
        #else
            let status = information.si_status
        #endif
        self = information.si_code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
    }
}

nonisolated(unsafe) private let emptyText: UnsafeMutablePointer<CChar> = strdup("")

/// The texts as a C array that ends with null.
private func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
