import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a child process writes on one stream: read to its end, so that it never waits for us, and
/// kept up to a bound.
package final class CapturedOutput: Sendable {
    private struct State {
        var readEnd: CInt = -1
        /// The first bytes, up to the bound.
        var kept: [UInt8] = []
        /// The last bytes.
        var tail: [UInt8] = []
        var count = 0
        var isEnded = false
        var isToStop = false
    }

    private let state = Mutex(State())
    private let bound: Int
    /// Takes every byte as it comes.
    private let sink: @Sendable (ArraySlice<UInt8>) -> Void

    private static let tailBytes = 4096

    /// - Parameter bound: How many bytes are kept from the beginning; more are counted only.
    package init(
        keepingUpTo bound: Int, sink: @escaping @Sendable (ArraySlice<UInt8>) -> Void = { _ in }
    ) {
        self.bound = bound
        self.sink = sink
    }

    deinit { state.withLock { if $0.readEnd >= 0 { close($0.readEnd) } } }

    /// What came first, up to the bound; whole lines where more came, because half a secret could
    /// not be recognised.
    package var kept: [UInt8] {
        state.withLock { state in
            guard state.count > state.kept.count else { return state.kept }
            let end = state.kept.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return Array(state.kept[..<end])
        }
    }

    /// How many bytes came.
    package var count: Int { state.withLock { $0.count } }

    /// The last lines, whole ones; of a line longer than what is kept nothing.
    package func lastLines(_ limit: Int) -> [String] {
        let tail = state.withLock { state in
            guard state.count > state.tail.count else { return state.tail }
            let start = state.tail.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            return Array(state.tail[(start ?? state.tail.endIndex)...])
        }
        let lines = String(decoding: tail, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: true)
        return lines.suffix(limit).map(String.init)
    }

    /// Where the child writes; the caller closes it.
    func openWriteEnd() throws(ChildProcess.StartFailure) -> CInt {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw ChildProcess.StartFailure(reason: String(cString: strerror(errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        state.withLock { $0.readEnd = ends[0] }
        return ends[1]
    }

    func read() {
        DispatchQueue(label: "captured output").async { self.readToEnd() }
    }

    /// Waits until what was written so far is read. An heir of the stream that left the group may
    /// keep it open, or write on, for ever, so this has an end of its own.
    func finish() {
        state.withLock { $0.isToStop = true }
        while !state.withLock({ $0.isEnded }) { usleep(5000) }
    }

    private func readToEnd() {
        let readEnd = state.withLock { $0.readEnd }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        // More than any pipe holds.
        var chunksAfterStop = 256
        while chunksAfterStop > 0 {
            var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 50)
            let isToStop = state.withLock { $0.isToStop }
            if isToStop { chunksAfterStop -= 1 }
            if ready == 0 {
                if isToStop { break }
                continue
            }
            let length = Self.readSome(readEnd, &chunk)
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { break }
            take(chunk[..<length])
        }
        state.withLock { $0.isEnded = true }
    }

    private static func readSome(_ descriptor: CInt, _ chunk: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &chunk, chunk.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, &chunk, chunk.count)
        #else
            Darwin.read(descriptor, &chunk, chunk.count)
        #endif
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.count += bytes.count
            state.kept += bytes.prefix(max(0, bound - state.kept.count))
            state.tail += bytes
            if state.tail.count > Self.tailBytes {
                state.tail.removeFirst(state.tail.count - Self.tailBytes)
            }
        }
        sink(bytes)
    }
}
