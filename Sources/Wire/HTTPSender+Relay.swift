import AsyncHTTPClient
package import HTTPMessages
import NIOCore
import NIOHTTP1
import Synchronization

/// Why a request that was passed on has no whole answer.
package enum RelayFailure: Error, Sendable, Hashable {
    /// Nobody was asked: the request is none that can be sent.
    case unsendable
    /// What was answered is no HTTP, and what is wrong with it.
    case malformed(String)
    case transport(TransportFailure)
}

extension HTTPSender {
    /// Sends one request and hands the response on as it arrives.
    ///
    /// Cancelling the task abandons the exchange, which then has failed by `timeout`.
    ///
    /// - Parameters:
    ///   - head: Called with the response's head, which has no body yet.
    ///   - part: Called with each part of the body, in order.
    package func relay(
        _ request: RequestMessage, to origin: Origin,
        head: @escaping @Sendable (ResponseMessage) -> Void,
        part: @escaping @Sendable ([UInt8]) -> Void
    ) async -> Result<Void, RelayFailure> {
        guard
            let encoded = try? Self.encode(request, for: origin, verifiesCertificate: true)
        else { return .failure(.unsendable) }
        let receiver = ResponseReceiver(onHead: head, onPart: part)
        do {
            let task = client.execute(request: encoded, delegate: receiver)
            try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return .success(())
        } catch {
            return .failure(RelayFailure(error, hasHead: receiver.hasHead.withLock { $0 }))
        }
    }
}

extension RelayFailure {
    fileprivate init(_ error: any Error, hasHead: Bool) {
        let failure = TransportFailure(error, hasHead: hasHead)
        if failure == .other, let error = error as? HTTPParserError {
            self = .malformed(Self.words(error))
        } else if error as? HTTPClientError == .traceRequestWithBody {
            self = .unsendable
        } else {
            self = .transport(failure)
        }
    }

    /// Source: RFC 9112, "HTTP/1.1", clauses 4, 5.1, 5.2 (a server must not fold), 6.2 and 7.1.
    private static func words(_ error: HTTPParserError) -> String {
        switch error {
        case .invalidHeaderToken: "a header field is malformed, or folded over several lines"
        case .headerOverflow: "its head is too long"
        case .invalidStatus, .invalidVersion, .invalidConstant: "its status line is malformed"
        case .invalidContentLength, .unexpectedContentLength: "its Content-Length is no such thing"
        case .invalidChunkSize: "a chunk's size is no number"
        default: "\(error)"
        }
    }
}

private final class ResponseReceiver: HTTPClientResponseDelegate, Sendable {
    typealias Response = Void

    let hasHead = Mutex(false)
    private let onHead: @Sendable (ResponseMessage) -> Void
    private let onPart: @Sendable ([UInt8]) -> Void

    init(
        onHead: @escaping @Sendable (ResponseMessage) -> Void,
        onPart: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.onHead = onHead
        self.onPart = onPart
    }

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        hasHead.withLock { $0 = true }
        onHead(ResponseMessage(head))
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        onPart(Array(buffer.readableBytesView))
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {}
}
