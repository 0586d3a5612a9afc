import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A request of the operating system or of the person at the terminal to end.
package enum TerminationSignal: Int32, Sendable, Hashable, CaseIterable {
    case interrupt = 2
    case terminate = 15

    /// 130 and 143, as shells report a process that these signals ended.
    package var exitStatus: Int32 { 128 + rawValue }
}

/// SIGINT and SIGTERM as a stream: the first one asks for a graceful end, a second one ends the
/// process and its children at once, with 130 or 143, whatever it is busy with.
///
/// The signals are caught, not ignored: what is ignored stays ignored in child processes, which
/// could then not be terminated. One watcher may be in force at a time.
package final class TerminationSignals: Sendable {
    /// Yields the first signal, and ends when the watch does.
    package let signals: AsyncStream<TerminationSignal>

    private let continuation: AsyncStream<TerminationSignal>.Continuation
    // Dispatch sources may be used from any thread; on Linux their type does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    private let previousActions: [PreviousAction]
    private let isWatching = Mutex(true)

    private struct PreviousAction: @unchecked Sendable {
        var signal: TerminationSignal
        var action: sigaction
    }

    /// Begins to catch both signals.
    package init() {
        (signals, continuation) = AsyncStream.makeStream()
        let continuation = continuation
        let pipe = SignalPipe.open()
        source = DispatchSource.makeReadSource(
            fileDescriptor: pipe.readEnd, queue: .global(qos: .userInitiated))
        source.setEventHandler {
            var number: UInt8 = 0
            guard read(pipe.readEnd, &number, 1) == 1 else { return }
            if let signal = TerminationSignal(rawValue: Int32(number)) {
                continuation.yield(signal)
            }
        }
        source.setCancelHandler {
            close(pipe.readEnd)
            close(pipe.writeEnd)
        }
        source.resume()
        previousActions = TerminationSignal.allCases.map { signal in
            PreviousAction(signal: signal, action: SignalPipe.catchSignal(signal.rawValue))
        }
    }

    deinit { stop() }

    /// Gives both signals back what they did before, and ends the stream.
    package func stop() {
        let wasWatching = isWatching.withLock { isWatching in
            defer { isWatching = false }
            return isWatching
        }
        guard wasWatching else { return }
        for previous in previousActions {
            var action = previous.action
            sigaction(previous.signal.rawValue, &action, nil)
        }
        SignalPipe.forget()
        source.cancel()
        continuation.finish()
    }
}

/// What the signal handler may touch: atomics and a descriptor, since nothing else is safe in one.
private enum SignalPipe {
    static let writeEnd = Atomic<CInt>(-1)
    static let caughtCount = Atomic<Int>(0)

    static func open() -> (readEnd: CInt, writeEnd: CInt) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { preconditionFailure("no descriptors left for a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        ChildGroups.prepare()
        caughtCount.store(0, ordering: .sequentiallyConsistent)
        let previous = writeEnd.exchange(ends[1], ordering: .sequentiallyConsistent)
        precondition(previous == -1, "signals are watched already")
        return (ends[0], ends[1])
    }

    static func forget() {
        writeEnd.store(-1, ordering: .sequentiallyConsistent)
    }

    /// Returns what the signal did before.
    static func catchSignal(_ signal: Int32) -> sigaction {
        var action = sigaction()
        var previous = sigaction()
        #if os(Linux)
            action.__sigaction_handler.sa_handler = handle
        #else
            action.__sigaction_u.__sa_handler = handle
        #endif
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, &previous)
        return previous
    }

    private static let handle: @convention(c) (CInt) -> Void = { signal in
        let earlier = SignalPipe.caughtCount.add(1, ordering: .sequentiallyConsistent).oldValue
        if earlier > 0 {
            ChildGroups.killAll()
            _exit(128 + signal)
        }
        let descriptor = SignalPipe.writeEnd.load(ordering: .sequentiallyConsistent)
        let savedErrorNumber = errno
        var number = UInt8(truncatingIfNeeded: signal)
        _ = write(descriptor, &number, 1)
        errno = savedErrorNumber
    }
}
