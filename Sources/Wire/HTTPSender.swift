import AsyncHTTPClient
package import HTTPMessages
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests and says what came back, or how the exchange failed.
///
/// Nothing is done behind the caller's back: no retries, redirects, cookies, proxies or
/// decompression, and no headers but the given ones, `Host` and `Content-Length`. Connections are
/// kept alive; exchanges that follow one another to one origin share one.
package final class HTTPSender: Sendable {
    package struct Configuration: Sendable {
        /// Guards against a hanging peer; the timeouts of a scenario are not made by it.
        package var timeoutMilliseconds = 30_000
        /// A longer response body is the failure `other`.
        package var maximumBodyBytes = 64 * 1024 * 1024
        /// Whose word a secure origin's name is taken on.
        package var trust = ServerTrust.system
        /// For a proxy: an answer may take as long as its receiver likes, many go on at once, and
        /// content codings are undone, though nobody asked for any.
        package var isRelay = false

        package init() {}
    }

    private let configuration: Configuration
    /// Nil where the threads are a server's.
    private let ownGroup: MultiThreadedEventLoopGroup?
    let client: HTTPClient

    /// A sender with a thread of its own, or on the threads of a server in the same process: where
    /// both ends of an exchange live on one thread, it takes a quarter less time. Such a sender is
    /// to be shut down before its server is stopped.
    ///
    /// Authorities in the configuration have been checked before, see ``ServerTrust``.
    package init(
        _ configuration: Configuration = Configuration(), sharingThreadsOf server: HTTPServer? = nil
    ) {
        self.configuration = configuration
        ownGroup = server == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        let timeout = TimeAmount.milliseconds(Int64(configuration.timeoutMilliseconds))
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: timeout, read: configuration.isRelay ? nil : timeout),
            decompression: .disabled)
        settings.connectionPool.retryConnectionEstablishment = false
        if configuration.isRelay {
            settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
            // Up to 25 times what came over the wire, so that no small answer fills the memory.
            settings.decompression = HTTPClient.Configuration.singletonConfiguration.decompression
        }
        settings.httpVersion = .http1Only
        settings.tlsConfiguration = configuration.trust.tlsConfiguration
        client = HTTPClient(
            eventLoopGroup: ownGroup ?? server?.group ?? .singleton, configuration: settings)
    }

    /// What breaks off, by an error or by a time limit, has nothing to clean up: connections and
    /// thread end with the last reference, as they would by `shutdown()`, only later.
    deinit {
        client.shutdown { [ownGroup] _ in ownGroup?.shutdownGracefully { _ in } }
    }

    /// Closes the connections. No request may be sent any more.
    package func shutdown() async {
        // Both fail only where they were shut down before, which leaves nothing to close.
        try? await client.shutdown()
        try? await ownGroup?.shutdownGracefully()
    }

    /// Sends one request and waits for the whole response.
    ///
    /// - Parameter verifiesCertificate: Whether a secure origin's certificate has to be one that
    ///   this machine trusts.
    ///
    /// Cancelling the task abandons the exchange, which then has failed by `timeout`.
    package func send(
        _ request: RequestMessage, to origin: Origin, verifiesCertificate: Bool = true
    ) async -> Result<ResponseMessage, TransportFailure> {
        let timeout = TimeAmount.milliseconds(Int64(configuration.timeoutMilliseconds))
        let collector = ResponseCollector(maximumBodyBytes: configuration.maximumBodyBytes)
        do {
            let task = client.execute(
                request: try Self.encode(
                    request, for: origin, verifiesCertificate: verifiesCertificate),
                delegate: collector,
                deadline: .now() + timeout)
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            return .failure(TransportFailure(error, hasHead: collector.hasHead))
        }
    }

    static func encode(
        _ request: RequestMessage, for origin: Origin, verifiesCertificate: Bool
    ) throws -> HTTPClient.Request {
        var headers = HTTPHeaders()
        headers.reserveCapacity(request.head.headerFields.count + 2)
        if !request.head.headerFields.contains(.host) {
            headers.add(name: "Host", value: origin.authority)
        }
        for field in request.head.headerFields {
            headers.add(name: field.name.rawName, value: field.value)
        }
        var tls: TLSConfiguration?
        if origin.isSecure, !verifiesCertificate {
            tls = .makeClientConfiguration()
            tls?.certificateVerification = .none
        }
        return try HTTPClient.Request(
            url: origin.description + request.target,
            method: HTTPMethod(rawValue: request.head.method.rawValue), headers: headers,
            body: request.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: request.body)),
            tlsConfiguration: tls)
    }
}

/// Gathers one response, and knows how far it came where it fails.
///
/// AsyncHTTPClient calls its delegate on one event loop only, in order.
private final class ResponseCollector: HTTPClientResponseDelegate, @unchecked Sendable {
    typealias Response = Result<ResponseMessage, TransportFailure>

    private struct BodyTooLong: Error {}

    private let maximumBodyBytes: Int
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = maximumBodyBytes
    }

    var hasHead: Bool { head != nil }

    func didReceiveHead(
        task: HTTPClient.Task<Response>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        self.head = head
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Response>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        guard body.count + buffer.readableBytes <= maximumBodyBytes else {
            return task.eventLoop.makeFailedFuture(BodyTooLong())
        }
        body.append(contentsOf: buffer.readableBytesView)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
        guard let head else { return .failure(.other) }
        return .success(ResponseMessage(head, body: body))
    }
}

extension ResponseMessage {
    init(_ head: HTTPResponseHead, body: [UInt8] = []) {
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        for (name, value) in head.headers {
            // NIO's decoder lets nothing but tokens through as names.
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let status = HTTPResponse.Status(
            code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase)
        self.init(status: status, fields: fields, body: body)
    }
}
