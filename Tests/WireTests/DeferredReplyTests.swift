import HTTPMessages
import HTTPTypes
import Synchronization
import Testing
import Wire

/// Replies that come later than the request ends.
@Suite(.timeLimit(.minutes(1))) struct DeferredReplyTests {
    @Test func requestsSentEarlyAreAnsweredInTheirOrder() async throws {
        let (replies, reply) = AsyncStream<DeferredReply>.makeStream()
        @Sendable func answer(_ request: RequestMessage) -> ServerReply {
            guard request.target == "/slow" else {
                return .respond(ResponseMessage(status: .ok, body: Array("quick".utf8)))
            }
            let deferred = DeferredReply {}
            reply.yield(deferred)
            return .later(deferred)
        }
        try await withServer(handler: answer) { server in
            let client = try RawClient(port: server.port)
            try client.send(
                "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let deferred = try #require(await replies.first { _ in true })
            deferred.give(.respond(ResponseMessage(status: .ok, body: Array("slow".utf8))))
            #expect(
                try client.receiveAll()
                    == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nquick")
        }
    }

    /// What it sends early waits in our memory, header fields and all.
    @Test func aClientThatSendsTooMuchEarlyIsCutOff() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.maximumBodyBytes = 128 * 1024
        let (closings, closing) = AsyncStream<Void>.makeStream()
        try await withServer(
            configuration, handler: { _ in .later(DeferredReply { closing.yield() }) }
        ) {
            let client = try RawClient(port: $0.port)
            let field = "X-Padding: \(String(repeating: "x", count: 32 * 1024))\r\n"
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n"
            // Who is cut off while sending is cut off, too.
            for _ in 0..<8 { try? client.send(request) }
            let isCutOff: Void? = await closings.first { _ in true }
            #expect(isCutOff != nil)
            #expect(client.receiveUntilFailure().text.isEmpty)
        }
    }

    @Test func aClientThatGoesIsNoticed() async throws {
        let (closings, closing) = AsyncStream<Void>.makeStream()
        try await withServer(handler: { _ in .later(DeferredReply { closing.yield() }) }) {
            let client = try RawClient(port: $0.port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            let isNoticed: Void? = await closings.first { _ in true }
            #expect(isNoticed != nil)
        }
    }

    /// A relay gets the parts of an answer that breaks off.
    @Test func aRelaySeesHowFarAnAnswerCame() async throws {
        let answer = ResponseMessage(status: .ok, body: Array("0123456789".utf8))
        try await withServer(handler: { _ in .truncate(answer, afterBodyBytes: 4) }) { server in
            var configuration = HTTPSender.Configuration()
            configuration.isRelay = true
            let sender = HTTPSender(configuration)
            let seen = Mutex((status: 0, body: [UInt8]()))
            let result = await sender.relay(
                RequestMessage(.get, "/"), to: Origin(port: server.port),
                head: { head in seen.withLock { $0.status = head.status } },
                part: { part in seen.withLock { $0.body += part } })
            guard case .failure(let failure) = result else {
                Issue.record("the answer was taken for whole")
                return
            }
            #expect(failure == .transport(.shortBody))
            #expect(seen.withLock { $0.status } == 200)
            #expect(seen.withLock { $0.body } == Array("0123".utf8))
            await sender.shutdown()
        }
    }
}
