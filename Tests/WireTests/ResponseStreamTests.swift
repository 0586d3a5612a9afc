import HTTPMessages
import HTTPTypes
import Synchronization
import Testing
import Wire

/// Responses whose bodies are written bit by bit, seen from a raw socket.
@Suite(.timeLimit(.minutes(1))) struct ResponseStreamTests {
    private let head = ResponseMessage(
        status: .ok, fields: [.contentType: "text/event-stream"])

    /// A server whose only answer is a stream; the streams it has opened, and how many are closed.
    private final class Opened: Sendable {
        let streams = Mutex<[ResponseStream]>([])
        let closed = Mutex(0)

        func open() -> ResponseStream {
            let stream = ResponseStream { self.closed.withLock { $0 += 1 } }
            streams.withLock { $0.append(stream) }
            return stream
        }

        func first() async throws -> ResponseStream {
            while true {
                if let stream = streams.withLock({ $0.first }) { return stream }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        func waitUntilClosed() async throws {
            while closed.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func writesChunksAndEndsTheBody() async throws {
        let opened = Opened()
        try await withServer(handler: { _ in .stream(head, opened.open()) }) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let expected =
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            #expect(try client.receive(expected.utf8.count) == expected)
            let stream = try await opened.first()
            stream.write(Array("id: 1\n".utf8))
            #expect(try client.receive(11) == "6\r\nid: 1\n\r\n")
            stream.write(Array("data: {}\n\n".utf8))
            stream.end()
            stream.write(Array("too late".utf8))
            #expect(try client.receiveAll() == "a\r\ndata: {}\n\n\r\n0\r\n\r\n")
            client.finishSending()
            try await opened.waitUntilClosed()
            #expect(opened.closed.withLock { $0 } == 1)
        }
    }

    @Test func endsWithTheConnectionForOldClients() async throws {
        let opened = Opened()
        try await withServer(handler: { _ in .stream(head, opened.open()) }) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET / HTTP/1.0\r\n\r\n")
            let stream = try await opened.first()
            stream.write(Array(":\n\n".utf8))
            stream.end()
            let text = try client.receiveAll()
            #expect(!text.contains("chunked"))
            #expect(text.hasSuffix("\r\n\r\n:\n\n"))
        }
    }

    @Test func noticesThatTheClientHasGone() async throws {
        let opened = Opened()
        try await withServer(handler: { _ in .stream(head, opened.open()) }) { server in
            do {
                let client = try RawClient(port: server.port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.receive(15)
            }
            try await opened.waitUntilClosed()
            try await opened.first().write(Array("to nobody".utf8))
        }
        #expect(opened.closed.withLock { $0 } == 1)
    }

    @Test func whatIsWrittenFirstGoesOutFirst() async throws {
        try await withServer(handler: { _ in
            let stream = ResponseStream {}
            for number in 0..<100 { stream.write(Array("\(number)\n".utf8)) }
            stream.end()
            return .stream(head, stream)
        }) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET / HTTP/1.0\r\n\r\n")
            let body = try client.receiveAll().components(after: "\r\n\r\n")
            #expect(body == (0..<100).map { "\($0)\n" }.joined())
        }
    }

    @Test func cutsOffWhoDoesNotRead() async throws {
        let opened = Opened()
        try await withServer(handler: { _ in .stream(head, opened.open()) }) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let stream = try await opened.first()
            let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            // More than the kernel's buffers and the backlog take together.
            for _ in 0..<100 { stream.write(megabyte) }
            try await opened.waitUntilClosed()
            #expect(opened.closed.withLock { $0 } == 1)
            // Only now does it read: what the kernel had taken, and then no end as it should be.
            let (text, _) = client.receiveUntilFailure()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.utf8.count < 100 << 20)
            #expect(!text.hasSuffix("0\r\n\r\n"))
        }
    }
}

extension String {
    fileprivate func components(after separator: String) -> String {
        firstRange(of: separator).map { String(self[$0.upperBound...]) } ?? ""
    }
}
