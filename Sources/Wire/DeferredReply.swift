import Synchronization

/// A reply that is not known yet when the handler returns, such as what a device behind a proxy
/// will say. The connection answers nothing else before it.
package final class DeferredReply: Sendable {
    private struct State {
        var reply: ServerReply?
        var send: (@Sendable (ServerReply) -> Void)?
        var isOver = false
    }

    private let state = Mutex(State())
    private let onClose: @Sendable () -> Void

    /// - Parameter onClose: Called once where the client has gone before there was a reply.
    package init(onClose: @escaping @Sendable () -> Void) {
        self.onClose = onClose
    }

    /// Gives the reply, from any thread. Only the first counts, and none after the client has gone.
    package func give(_ reply: ServerReply) {
        let send = state.withLock { state -> (@Sendable (ServerReply) -> Void)? in
            guard !state.isOver else { return nil }
            state.isOver = state.send != nil
            state.reply = state.reply ?? reply
            return state.send
        }
        send?(reply)
    }

    // MARK: The connection's side

    /// - Parameter send: Hands the reply to the connection's thread.
    func attach(_ send: @escaping @Sendable (ServerReply) -> Void) {
        let early = state.withLock { state -> ServerReply? in
            state.send = send
            state.isOver = state.reply != nil
            return state.reply
        }
        if let early { send(early) }
    }

    func noteClosed() {
        let wasOpen = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        if wasOpen { onClose() }
    }
}

extension DeferredReply: Hashable {
    package static func == (left: DeferredReply, right: DeferredReply) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
