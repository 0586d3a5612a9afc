import NIOCore
import NIOHTTP1
import NIOPosix

/// The least that answers HTTP/1.1 with SwiftNIO: every request gets the same head and body.
///
/// It is the peer of the benchmarks, so it is written as one would write it for speed alone: NIO's
/// own decoder and encoder, a prepared head and body, one flush an answer.
package final class BareResponder: Sendable {
    package let port: Int

    private let group: MultiThreadedEventLoopGroup

    private init(group: MultiThreadedEventLoopGroup, port: Int) {
        self.group = group
        self.port = port
    }

    /// Listens on a free port of the loopback interface.
    ///
    /// - Throws: ``ListenError``.
    package static func start(
        fields: [(name: String, value: String)], body: [UInt8]
    ) async throws -> BareResponder {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var headers = HTTPHeaders(fields.map { ($0.name, $0.value) })
        headers.add(name: "Content-Length", value: String(body.count))
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        let bytes = ByteBuffer(bytes: body)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 512)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(HTTPResponseEncoder())
                        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                        try pipeline.addHandler(FixedAnswer(head: head, body: bytes))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            return BareResponder(group: group, port: listener.localAddress?.port ?? 0)
        } catch {
            try await group.shutdownGracefully()
            throw ListenError(error, host: "127.0.0.1", port: 0)
        }
    }

    package func stop() async throws {
        try await group.shutdownGracefully()
    }
}

private final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let head: HTTPResponseHead
    private let body: ByteBuffer

    init(head: HTTPResponseHead, body: ByteBuffer) {
        self.head = head
        self.body = body
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
