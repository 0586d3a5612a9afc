package import HTTPMessages
package import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import VirtualTime

/// An HTTP/1.1 server that puts on the wire exactly what its handler says, faults included.
///
/// It adds no header but `Content-Length`, and `Connection: close` where it is about to close;
/// `Date` and `Server` are the device's to give. Requests of one connection are answered in order;
/// the handler runs on the event loop, so it must not wait for anything but a short lock.
package final class HTTPServer: Sendable {
    package struct Configuration: Sendable {
        package var bindAddress = "127.0.0.1"
        /// 0 takes any free port.
        package var port = 0
        package var threads = 1
        /// Request target, header names and header values together; more is answered 431.
        package var maximumHeaderBytes = 64 * 1024
        /// More is answered 413.
        package var maximumBodyBytes = 8 * 1024 * 1024
        /// A request that is not whole after one to two of these spans is answered 408.
        package var maximumRequestMilliseconds = 30_000
        /// How long a connection that we closed waits for the peer to close it too.
        package var lingerMilliseconds = 1000
        /// The response to what never reaches the handler: 400 for what is no request, 413 and 431
        /// for what is too large, 501 for a method that nobody knows.
        package var refusal: @Sendable (HTTPResponse.Status) -> ResponseMessage = {
            ResponseMessage(status: $0)
        }
        /// Serves HTTPS with this identity, plain HTTP without.
        package var identity: ServerIdentity?
        /// Counts what passes, where somebody wants to know.
        package var traffic: ServerTraffic?

        package init() {}
    }

    /// The port that the server listens on.
    package let port: Int

    /// The threads that the connections live on.
    let group: MultiThreadedEventLoopGroup

    private init(group: MultiThreadedEventLoopGroup, port: Int) {
        self.group = group
        self.port = port
    }

    /// Listens, and answers every request by the handler.
    ///
    /// The ledger is raised when the head of a request has arrived and lowered when its answer has
    /// been handed to the kernel, or its connection has ended.
    ///
    /// - Throws: ``ListenError``.
    package static func start(
        _ configuration: Configuration = Configuration(), ledger: InFlightLedger? = nil,
        handler: @escaping @Sendable (RequestMessage) -> ServerReply
    ) async throws -> HTTPServer {
        try await start(configuration, ledger: ledger, handlerOfConnection: { handler })
    }

    /// Listens, and answers the requests of each connection by a handler of its own, for those to
    /// whom it matters which requests come by the same connection.
    ///
    /// - Throws: ``ListenError``.
    package static func start(
        _ configuration: Configuration = Configuration(), ledger: InFlightLedger? = nil,
        handlerOfConnection makeHandler:
            @escaping @Sendable () -> @Sendable (RequestMessage) -> ServerReply
    ) async throws -> HTTPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 512)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let identity = configuration.identity {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLServerHandler(context: identity.context))
                        }
                        if let traffic = configuration.traffic {
                            try channel.pipeline.syncOperations.addHandler(TrafficMeter(traffic))
                        }
                        try addHandlers(
                            to: channel.pipeline.syncOperations,
                            ServerConnection(configuration, ledger: ledger, handler: makeHandler()),
                            maximumHeaderBytes: configuration.maximumHeaderBytes)
                    }
                }
                .bind(host: configuration.bindAddress, port: configuration.port).get()
            return HTTPServer(group: group, port: listener.localAddress?.port ?? configuration.port)
        } catch {
            try await group.shutdownGracefully()
            throw ListenError(error, host: configuration.bindAddress, port: configuration.port)
        }
    }

    private static func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations, _ connection: ServerConnection,
        maximumHeaderBytes: Int
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maximumHeaderBytes
        limits.maxHeaderListSize = maximumHeaderBytes
        try pipeline.addHandler(BackPressureHandler())
        try pipeline.addHandler(connection.patience)
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
        try pipeline.addHandler(connection)
    }

    /// Closes the listener and every connection, and returns when all are closed.
    package func stop() async throws {
        try await group.shutdownGracefully()
    }
}
