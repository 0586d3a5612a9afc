import Synchronization

/// A response whose body is written bit by bit, for as long as both sides like.
///
/// Whoever answers a request with one keeps it and writes to it from any thread. What is written
/// goes out in order; a peer that reads too slowly is cut off, so that no more than
/// ``backlogLimitBytes`` ever wait for it.
package final class ResponseStream: Sendable {
    enum Command: Sendable {
        case write([UInt8])
        /// The body is complete.
        case end
        /// Nothing more can be said.
        case cut
    }

    package static let backlogLimitBytes = 32 << 20

    fileprivate struct State {
        /// What came before there was a connection to write to.
        var early: [Command] = []
        var carryOut: (@Sendable (Command) -> Void)?
        var backlogBytes = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let onClose: @Sendable () -> Void

    /// - Parameter onClose: Called once when the connection is gone, whoever ended it.
    package init(onClose: @escaping @Sendable () -> Void) {
        self.onClose = onClose
    }

    package func write(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !state.isOver else { return }
            guard state.backlogBytes <= Self.backlogLimitBytes else {
                state.isOver = true
                state.pass(.cut)
                return
            }
            state.backlogBytes += bytes.count
            state.pass(.write(bytes))
        }
    }

    /// Completes the body; what is written later is dropped.
    package func end() {
        state.withLock { state in
            guard !state.isOver else { return }
            state.isOver = true
            state.pass(.end)
        }
    }

    /// Breaks the body off, so that its receiver sees that more should have come.
    package func cut() {
        state.withLock { state in
            guard !state.isOver else { return }
            state.isOver = true
            state.pass(.cut)
        }
    }

    // MARK: The connection's side

    /// - Parameter carryOut: Hands a command to the connection's thread, in order.
    func attach(_ carryOut: @escaping @Sendable (Command) -> Void) {
        state.withLock { state in
            for command in state.early { carryOut(command) }
            state.early = []
            state.carryOut = carryOut
        }
    }

    func noteWritten(_ byteCount: Int) {
        state.withLock { $0.backlogBytes -= byteCount }
    }

    func noteClosed() {
        state.withLock { state in
            state.isOver = true
            state.carryOut = nil
        }
        onClose()
    }
}

extension ResponseStream.State {
    fileprivate mutating func pass(_ command: ResponseStream.Command) {
        if let carryOut { carryOut(command) } else { early.append(command) }
    }
}

extension ResponseStream: Hashable {
    package static func == (left: ResponseStream, right: ResponseStream) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
