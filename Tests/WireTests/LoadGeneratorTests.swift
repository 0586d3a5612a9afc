import HTTPMessages
import HTTPTypes
import NIOCore
import Testing

@testable import Wire

@Suite(.timeLimit(.minutes(1)))
struct LoadGeneratorTests {
    @Test func measuresTheBareResponder() async throws {
        let responder = try await BareResponder.start(
            fields: [("ETag", "\"1\"")], body: Array("hello".utf8))
        let client = try RawClient(port: responder.port)
        try client.send(get("/"))
        let expected = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\nhello"
        #expect(try client.receive(expected.utf8.count) == expected)

        let report = try await LoadGenerator(get: "/").run(
            port: responder.port, limit: .requests(500))
        #expect(report.requests == 500)
        #expect(report.failures == 0)
        #expect(report.medianMicroseconds <= report.p99Microseconds)
        #expect(report.requestsPerSecond > 0)
        try await responder.stop()
    }

    @Test func countsFailuresAndBigBodies() async throws {
        let big = String(repeating: "x", count: 300_000)
        try await withServer(handler: {
            .respond(plain(big, $0.path == "/lost" ? .notFound : .ok))
        }) { server in
            for (target, failures) in [("/", 0), ("/lost", 40)] {
                let report = try await LoadGenerator(get: target).run(
                    port: server.port, limit: .requests(40))
                #expect(report.requests == 40)
                #expect(report.failures == failures)
            }
        }
    }

    @Test func endsAfterItsTime() async throws {
        try await withServer(handler: echo) { server in
            let report = try await LoadGenerator(get: "/").run(
                port: server.port, limit: .milliseconds(50))
            #expect(report.requests > 0)
            #expect(report.elapsedNanoseconds >= 50_000_000)
        }
    }

    @Test func reportsALostConnection() async throws {
        try await withServer(handler: { _ in .closeWithoutReply }) { server in
            await #expect(throws: LoadGenerator.Failure.connectionLost) {
                try await LoadGenerator(get: "/").run(port: server.port, limit: .requests(40))
            }
        }
    }

    @Test(arguments: [
        ("", ResponseExtent.incomplete), ("HTTP/1.1 200 OK\r\n", .incomplete),
        ("HTTP/1.1 200 OK\r\ncontent-LENGTH: 3\r\n\r\nab", .incomplete),
        (
            "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\nabc",
            .complete(status: 200, byteCount: 47)
        ),
        ("HTTP/1.1 404 X\r\nContent-Length:0\r\n\r\nHTTP", .complete(status: 404, byteCount: 36)),
        ("HTTP/1.1 200 OK\r\n\r\n", .unreadable),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .unreadable), ("\r\n", .unreadable),
    ])
    func findsTheEndOfAResponse(text: String, extent: ResponseExtent) {
        #expect(ResponseExtent(of: ByteBuffer(string: text)) == extent)
    }
}
