import NIOCore
import NIOPosix

/// Sends the same request over keep-alive connections, one at a time on each, and counts and times
/// the responses. It runs on one thread of its own, so that it loads every server alike.
package struct LoadGenerator: Sendable {
    package enum Limit: Sendable {
        case requests(Int)
        case milliseconds(Int64)
    }

    package enum Failure: Error, Hashable {
        /// The server closed a connection in the middle of the run.
        case connectionLost
        /// What came back is no HTTP response with a length.
        case unreadableResponse
    }

    /// The bytes of one request, head and body.
    package var request: [UInt8]
    package var connections = 8

    package init(request: [UInt8]) {
        self.request = request
    }

    /// A GET with these headers.
    package init(get target: String, fields: [(name: String, value: String)] = []) {
        var text = "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        request = Array((text + "\r\n").utf8)
    }

    /// Loads the server on this port of the loopback interface until the limit is reached.
    ///
    /// - Throws: ``Failure``, or the error of a connection that could not be made.
    package func run(port: Int, limit: Limit) async throws -> LoadReport {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let report = try await run(port: port, limit: limit, on: group)
            try await group.shutdownGracefully()
            return report
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func run(
        port: Int, limit: Limit, on group: MultiThreadedEventLoopGroup
    ) async throws -> LoadReport {
        let loop = group.next()
        let finished = loop.makePromise(of: LoadReport.self)
        let run = NIOLoopBoundBox.makeBoxSendingValue(
            LoadRun(limit: limit, finished: finished), eventLoop: loop)
        let prepared = ByteBuffer(bytes: request)
        do {
            var channels: [any Channel] = []
            for _ in 0..<connections {
                let channel = try await ClientBootstrap(group: loop)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                LoadConnection(request: prepared, run: run.value))
                        }
                    }
                    .connect(host: "127.0.0.1", port: port).get()
                channels.append(channel)
            }
            for channel in channels {
                channel.pipeline.fireUserInboundEventTriggered(LoadConnection.Start())
            }
        } catch {
            finished.fail(error)
        }
        return try await finished.futureResult.get()
    }
}

/// What a load run measured.
package struct LoadReport: Sendable, Hashable {
    package var requests: Int
    /// Responses with another status than 2xx.
    package var failures: Int
    package var elapsedNanoseconds: Int64
    package var medianMicroseconds: Int
    package var p99Microseconds: Int

    package var requestsPerSecond: Int {
        Int(Int64(requests) * 1_000_000_000 / max(elapsedNanoseconds, 1))
    }
}

/// The state that the connections of one run share; they all live on one event loop.
private final class LoadRun {
    private let limit: LoadGenerator.Limit
    private let finished: EventLoopPromise<LoadReport>
    private var startedAt: NIODeadline?
    private var begun = 0
    private var failures = 0
    private var latenciesNanoseconds: [UInt32] = []
    private var isFinished = false

    init(limit: LoadGenerator.Limit, finished: EventLoopPromise<LoadReport>) {
        self.limit = limit
        self.finished = finished
        latenciesNanoseconds.reserveCapacity(1 << 20)
    }

    /// Whether one more request is to be sent.
    func begins(at now: NIODeadline) -> Bool {
        let start = startedAt ?? now
        startedAt = start
        switch limit {
        case .requests(let count): guard begun < count else { return false }
        case .milliseconds(let span):
            guard now - start < .milliseconds(span) else { return false }
        }
        begun += 1
        return !isFinished
    }

    func record(status: Int, since sentAt: NIODeadline, at now: NIODeadline) {
        if !(200...299).contains(status) { failures += 1 }
        latenciesNanoseconds.append(UInt32(clamping: (now - sentAt).nanoseconds))
    }

    /// Ends the run once every request that was begun is answered.
    func finishIfDone(at now: NIODeadline) {
        guard !isFinished, latenciesNanoseconds.count == begun, let startedAt else { return }
        isFinished = true
        let sorted = latenciesNanoseconds.sorted()
        func microseconds(atPercent percent: Int) -> Int {
            sorted.isEmpty ? 0 : Int(sorted[(sorted.count - 1) * percent / 100]) / 1000
        }
        finished.succeed(
            LoadReport(
                requests: sorted.count, failures: failures,
                elapsedNanoseconds: (now - startedAt).nanoseconds,
                medianMicroseconds: microseconds(atPercent: 50),
                p99Microseconds: microseconds(atPercent: 99)))
    }

    func fail(_ failure: LoadGenerator.Failure) {
        guard !isFinished else { return }
        isFinished = true
        finished.fail(failure)
    }
}

private final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Start: Sendable {}

    private let request: ByteBuffer
    private let run: LoadRun
    private var received = ByteBuffer()
    private var sentAt = NIODeadline.now()

    init(request: ByteBuffer, run: LoadRun) {
        self.request = request
        self.run = run
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Start else { return }
        send(context: context, at: .now())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = arrived
        } else {
            received.writeBuffer(&arrived)
        }
        let now = NIODeadline.now()
        switch ResponseExtent(of: received) {
        case .incomplete: return
        case .unreadable: run.fail(.unreadableResponse)
        case .complete(let status, let byteCount):
            received.moveReaderIndex(forwardBy: byteCount)
            run.record(status: status, since: sentAt, at: now)
            send(context: context, at: now)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        run.fail(.connectionLost)
    }

    private func send(context: ChannelHandlerContext, at now: NIODeadline) {
        guard run.begins(at: now) else {
            run.finishIfDone(at: now)
            return
        }
        sentAt = now
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }
}
