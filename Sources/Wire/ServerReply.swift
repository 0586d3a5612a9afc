package import HTTPMessages

/// What a server's handler wants put on the wire for one request: a response, or a fault that a
/// client has to survive.
package enum ServerReply: Sendable, Hashable {
    /// The whole response. `Content-Length` is added where the handler gave none.
    case respond(ResponseMessage)
    /// The head now, and the body as it is written to the stream. The connection ends with it.
    case stream(ResponseMessage, ResponseStream)
    /// What will be given later.
    case later(DeferredReply)
    /// Nothing, for ever; the connection stays open until the peer closes it. Nothing is in flight
    /// any more.
    case stall
    /// Nothing; the connection ends in good order (FIN).
    case closeWithoutReply
    /// Nothing; the peer sees ECONNRESET (RST).
    case resetConnection
    /// The head as if nothing were wrong, this many bytes of the body, then FIN.
    case truncate(ResponseMessage, afterBodyBytes: Int)
    /// The head as if nothing were wrong, this many bytes of the body, then RST. Keep them few: a
    /// reset discards what the kernel has not sent yet.
    case resetInBody(ResponseMessage, afterBodyBytes: Int)

    /// A whole response, or none at all: whatever the failure, the peer sees a reset.
    package init(_ outcome: HTTPOutcome) {
        self =
            switch outcome {
            case .success(let response): .respond(response)
            case .failure: .resetConnection
            }
    }
}
