import AsyncHTTPClient
package import HTTPMessages
import NIOCore
import NIOHTTP1
import Synchronization

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
    ) async -> Result<Void, TransportFailure> {
        let receiver = ResponseReceiver(onHead: head, onPart: part)
        do {
            let task = client.execute(
                request: try Self.encode(request, for: origin, verifiesCertificate: true),
                delegate: receiver)
            try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return .success(())
        } catch {
            return .failure(
                TransportFailure(error, hasHead: receiver.hasHead.withLock { $0 }))
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
