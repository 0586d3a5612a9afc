import HTTPMessages
import HTTPTypes
import NIOCore
import NIOHTTP1
import VirtualTime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection of a server: requests in, the handler's replies out, in order.
///
/// Replies gather in one buffer that is written when NIO has nothing more to read, so pipelined
/// requests cost one write.
final class ServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private enum Ending {
        /// FIN, then waiting for the peer to close: closing at once while the peer still sends
        /// would reset the connection and could take the answer with it.
        case orderly
        /// RST.
        case reset
    }

    private enum Phase {
        case serving
        /// A reply is being waited for; requests that come meanwhile wait too.
        case waitingForReply
        /// The head of a response is out, and its body is written as it comes.
        case streaming
        /// The last bytes are being written, and then the connection ends.
        case ending
        /// Nothing is left to do; the peer is expected to close.
        case waitingForPeer
    }

    private static let writeThresholdBytes = 256 * 1024

    private let configuration: HTTPServer.Configuration
    private let ledger: InFlightLedger?
    private let handler: @Sendable (RequestMessage) -> ServerReply
    private var reader: RequestReader
    /// Stands before the parser, and sees bytes that are no request yet.
    let patience: RequestPatience
    private var output = ByteBuffer()
    /// A request has begun and is not answered yet.
    private var isReceiving = false
    /// Replies in `output`, which the ledger still counts.
    private var unflushedReplies = 0
    private var phase = Phase.serving
    private var peerHasClosed = false
    private var lingering: Scheduled<Void>?
    private var stream: ResponseStream?
    private var streamIsChunked = false
    private var deferred: DeferredReply?
    /// What has arrived while a reply was being waited for.
    private var waiting: [HTTPServerRequestPart] = []
    private var waitingBytes = 0

    init(
        _ configuration: HTTPServer.Configuration, ledger: InFlightLedger?,
        handler: @escaping @Sendable (RequestMessage) -> ServerReply
    ) {
        self.configuration = configuration
        self.ledger = ledger
        self.handler = handler
        reader = RequestReader(maximumBodyBytes: configuration.maximumBodyBytes)
        patience = RequestPatience(milliseconds: configuration.maximumRequestMilliseconds)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(unwrapInboundIn(data), context: context)
    }

    private func receive(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch phase {
        case .serving: take(part, context: context)
        case .waitingForReply: keep(part, context: context)
        case .streaming, .ending, .waitingForPeer: break
        }
    }

    private func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        do {
            switch part {
            case .head(let head): try begin(head, context: context)
            case .body(let bytes): try reader.append(bytes)
            case .end: answer(context: context)
            }
        } catch {
            refuse(error, context: context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if phase == .streaming || phase == .waitingForReply { context.close(promise: nil) }
        guard phase == .serving else { return }
        switch error as? HTTPParserError {
        case nil: context.close(promise: nil)
        case .headerOverflow: refuse(.headTooLarge, context: context)
        case .invalidMethod: refuse(.unknownMethod, context: context)
        default: refuse(.malformed, context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            peerHasClosed = true
            switch phase {
            case .serving: end(.orderly, context: context)
            case .ending: break
            // Who reads on does not close its side: this client has gone.
            case .streaming, .waitingForReply, .waitingForPeer: context.close(promise: nil)
            }
        }
        if event is RequestPatience.Exhausted, phase == .serving {
            refuse(.tooSlow, context: context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        lingering?.cancel()
        stream?.noteClosed()
        stream = nil
        deferred?.noteClosed()
        deferred = nil
        waiting = []
        lower(by: unflushedReplies + (isReceiving ? 1 : 0))
        unflushedReplies = 0
        if isReceiving { configuration.traffic?.requestEnded() }
        isReceiving = false
        phase = .waitingForPeer
        context.fireChannelInactive()
    }
}

extension ServerConnection {
    private func begin(
        _ head: HTTPRequestHead, context: ChannelHandlerContext
    ) throws(RequestReader.Refusal) {
        ledger?.raise()
        configuration.traffic?.requestBegan()
        isReceiving = true
        if try reader.begin(head).expectsContinue {
            output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            flush(context: context)
        }
    }

    private func answer(context: ChannelHandlerContext) {
        patience.requestEnded()
        guard let (request, keepsAlive) = reader.finish() else { return }
        let isHead = request.head.method == .head
        let reply = handler(request)
        if case .later(let deferred) = reply {
            wait(for: deferred, isHead: isHead, keepsAlive: keepsAlive, context: context)
        } else {
            carryOut(reply, isHead: isHead, keepsAlive: keepsAlive, context: context)
        }
    }

    private func carryOut(
        _ reply: ServerReply, isHead: Bool, keepsAlive: Bool, context: ChannelHandlerContext
    ) {
        markAnswered()
        switch reply {
        case .later:
            preconditionFailure("a reply that was waited for is no other wait")
        case .respond(let response):
            let closes = !keepsAlive || response.asksToClose
            output.writeResponse(
                response, bodyLimit: isHead ? 0 : .max, closesConnection: closes)
            if closes {
                end(.orderly, context: context)
            } else if output.readableBytes >= Self.writeThresholdBytes {
                flush(context: context)
            }
        case .stream(let response, let stream):
            // A body that ends with the connection is the only one that HTTP/1.0 knows.
            open(stream, after: response, isChunked: keepsAlive, context: context)
        case .stall:
            flush(context: context)
            phase = .waitingForPeer
            lower(by: unflushedReplies)
            unflushedReplies = 0
        case .closeWithoutReply:
            end(.orderly, context: context)
        case .resetConnection:
            end(.reset, context: context)
        case .truncate(let response, let byteCount):
            output.writeResponse(response, bodyLimit: isHead ? 0 : byteCount)
            end(.orderly, context: context)
        case .resetInBody(let response, let byteCount):
            output.writeResponse(response, bodyLimit: isHead ? 0 : byteCount)
            end(.reset, context: context)
        }
    }

    // MARK: Waiting for a reply

    private func wait(
        for deferred: DeferredReply, isHead: Bool, keepsAlive: Bool, context: ChannelHandlerContext
    ) {
        flush(context: context)
        phase = .waitingForReply
        self.deferred = deferred
        let eventLoop = context.eventLoop
        let connection = NIOLoopBound((self, context), eventLoop: eventLoop)
        deferred.attach { reply in
            // Later even where the reply is there already: the request is to end first.
            eventLoop.execute {
                let (connection, context) = connection.value
                connection.goOn(
                    with: reply, isHead: isHead, keepsAlive: keepsAlive, context: context)
            }
        }
    }

    private func goOn(
        with reply: ServerReply, isHead: Bool, keepsAlive: Bool, context: ChannelHandlerContext
    ) {
        guard phase == .waitingForReply else { return }
        phase = .serving
        deferred = nil
        carryOut(reply, isHead: isHead, keepsAlive: keepsAlive, context: context)
        let parts = waiting
        waiting = []
        waitingBytes = 0
        for part in parts { receive(part, context: context) }
        flush(context: context)
    }

    /// A client may send its next requests early, but not without end.
    private func keep(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        waiting.append(part)
        switch part {
        case .head(let head):
            waitingBytes += 1024 + head.uri.utf8.count
            for (name, value) in head.headers {
                waitingBytes += name.utf8.count + value.utf8.count
            }
        case .body(let bytes): waitingBytes += bytes.readableBytes
        case .end: break
        }
        if waitingBytes > configuration.maximumBodyBytes { context.close(promise: nil) }
    }

    private func open(
        _ stream: ResponseStream, after response: ResponseMessage, isChunked: Bool,
        context: ChannelHandlerContext
    ) {
        output.writeStreamHead(response, isChunked: isChunked)
        flush(context: context)
        phase = .streaming
        self.stream = stream
        streamIsChunked = isChunked
        let eventLoop = context.eventLoop
        let connection = NIOLoopBound((self, context), eventLoop: eventLoop)
        stream.attach { command in
            eventLoop.execute {
                let (connection, context) = connection.value
                connection.carryOut(command, context: context)
            }
        }
    }

    private func carryOut(_ command: ResponseStream.Command, context: ChannelHandlerContext) {
        guard phase == .streaming, let stream else { return }
        switch command {
        case .write(let bytes):
            guard !bytes.isEmpty else { return }
            output.writeStreamPart(bytes, isChunked: streamIsChunked)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenComplete { _ in stream.noteWritten(bytes.count) }
            write(context: context, promise: written)
        case .end:
            output.writeStreamEnd(isChunked: streamIsChunked)
            end(.orderly, context: context)
        case .cut:
            context.close(promise: nil)
        }
    }

    /// Answers what cannot be put to the handler, and closes.
    private func refuse(_ refusal: RequestReader.Refusal, context: ChannelHandlerContext) {
        if isReceiving { markAnswered() }
        let status: HTTPResponse.Status =
            switch refusal {
            case .malformed: .badRequest
            case .unknownMethod: .notImplemented
            case .headTooLarge: .requestHeaderFieldsTooLarge
            case .bodyTooLarge: .contentTooLarge
            case .tooSlow: .requestTimeout
            }
        output.writeResponse(configuration.refusal(status), closesConnection: true)
        end(.orderly, context: context)
    }

    private func markAnswered() {
        configuration.traffic?.requestEnded()
        isReceiving = false
        if ledger != nil { unflushedReplies += 1 }
    }

    private func flush(context: ChannelHandlerContext) {
        guard phase == .serving, output.readableBytes > 0 else { return }
        guard unflushedReplies > 0 else {
            write(context: context, promise: nil)
            return
        }
        let replies = unflushedReplies
        unflushedReplies = 0
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.lower(by: replies) }
        write(context: context, promise: written)
    }

    private func write(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        context.writeAndFlush(wrapOutboundOut(output), promise: promise)
        // Reuses the memory where the kernel has taken everything, which is nearly always.
        output.clear()
    }

    private func end(_ ending: Ending, context: ChannelHandlerContext) {
        phase = .ending
        let replies = unflushedReplies
        unflushedReplies = 0
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.close(ending, context: context)
            self.lower(by: replies)
        }
        write(context: context, promise: written)
    }

    private func close(_ ending: Ending, context: ChannelHandlerContext) {
        switch ending {
        case .orderly where peerHasClosed:
            context.close(promise: nil)
        case .orderly:
            phase = .waitingForPeer
            context.close(mode: .output, promise: nil)
            let patience = TimeAmount.milliseconds(Int64(configuration.lingerMilliseconds))
            lingering = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
                context.close(promise: nil)
            }
        case .reset:
            // A linger time of zero makes the kernel send RST instead of FIN.
            let socket = context.channel as? any SocketOptionProvider
            _ = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        }
    }

    private func lower(by count: Int) {
        for _ in 0..<count { ledger?.lower() }
    }
}
