import HTTPTypes
import Synchronization
import Testing
import VirtualTime

@testable import Wire

/// What the server answers by itself, and what it does with `Expect`.
@Suite(.timeLimit(.minutes(1)))
struct HTTPServerRefusalTests {
    private static let small: HTTPServer.Configuration = {
        var configuration = HTTPServer.Configuration()
        configuration.maximumBodyBytes = 10
        configuration.maximumHeaderBytes = 200
        return configuration
    }()

    private func refusal(_ status: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }

    private func post(_ more: String, _ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: pdu\r\n\(more)\r\n\r\n\(body)"
    }

    @Test func continuesWhereTheClientWaitsForIt() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(post("Content-Length: 2\r\nExpect: 100-Continue", ""))
            let interim = "HTTP/1.1 100 Continue\r\n\r\n"
            #expect(try client.receive(interim.utf8.count) == interim)
            try client.send("hi")
            let expected = ok("POST / hi")
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    /// Bytes keep coming, so the connection is never idle; the request never ends.
    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: pdu\r\nX-Slow: ",
        "POST / HTTP/1.1\r\nHost: pdu\r\nContent-Length: 9000\r\n\r\n",
    ])
    func endsARequestThatNeverEnds(beginning: String) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.maximumRequestMilliseconds = 150
        try await withServer(configuration, handler: echo) { server in
            let client = try RawClient(port: server.port)
            // One that was answered before does not count.
            try client.send("GET / HTTP/1.1\r\nHost: pdu\r\n\r\n")
            let answer = ok("GET / ")
            #expect(try client.receive(answer.utf8.count) == answer)
            try client.send(beginning)
            for _ in 0..<60 {
                try await Task.sleep(for: .milliseconds(10))
                guard (try? client.send("a")) != nil else { break }
            }
            #expect(try client.receiveAll() == refusal("408 Request Timeout"))
        }
    }

    @Test func aConnectionAtRestStays() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.maximumRequestMilliseconds = 20
        try await withServer(configuration, handler: echo) { server in
            let client = try RawClient(port: server.port)
            for _ in 0..<2 {
                try await Task.sleep(for: .milliseconds(100))
                try client.send("GET / HTTP/1.1\r\nHost: pdu\r\n\r\n")
                let answer = ok("GET / ")
                #expect(try client.receive(answer.utf8.count) == answer)
            }
        }
    }

    /// To the parser a line without blanks is one long method.
    @Test(arguments: ["NONSENSE / HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n"])
    func refusesMethodsNobodyKnows(request: String) async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(request)
            #expect(try client.receiveAll() == refusal("501 Not Implemented"))
        }
    }

    @Test func refusesALongBodyInsteadOfContinuing() async throws {
        try await withServer(Self.small, handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(post("Content-Length: 11\r\nExpect: 100-continue", ""))
            #expect(try client.receiveAll() == refusal("413 Content Too Large"))
        }
    }

    @Test func takesBodiesUpToTheLimit() async throws {
        try await withServer(Self.small, handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(post("Content-Length: 10", "0123456789"))
            let expected = ok("POST / 0123456789")
            #expect(try client.receive(expected.utf8.count) == expected)
            try client.send(post("Transfer-Encoding: chunked", "a\r\n0123456789\r\n0\r\n\r\n"))
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test(arguments: ["Content-Length: 2000000", "Transfer-Encoding: chunked"])
    func refusesBodiesOverTheLimit(framing: String) async throws {
        try await withServer(Self.small, handler: echo) { server in
            let client = try RawClient(port: server.port)
            // The client goes on sending; the answer has to reach it all the same.
            let body = String(repeating: "x", count: 2_000_000)
            let chunked = "1e8480\r\n\(body)\r\n0\r\n\r\n"
            try client.send(post(framing, framing.hasPrefix("C") ? body : chunked))
            #expect(try client.receiveAll() == refusal("413 Content Too Large"))
        }
    }

    @Test(arguments: [
        get("/", "X-Long: \(String(repeating: "x", count: 200))\r\n"),
        get("/" + String(repeating: "x", count: 200)),
        get("/", (1...300).map { "X\($0): \r\n" }.joined()),
    ])
    func refusesHeadsOverTheLimit(request: String) async throws {
        try await withServer(Self.small, handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(request)
            #expect(
                try client.receiveAll() == refusal("431 Request Header Fields Too Large"))
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET / nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", get("/", "Bad Name: x\r\n"),
        get("/", ": x\r\n"), "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        get("/", "Content-Length: x\r\n"), get("/", "Content-Length: 1\r\nContent-Length: 2\r\n"),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func refusesWhatIsMalformed(request: String) async throws {
        let handled = Mutex(0)
        let ledger = InFlightLedger()
        try await withServer(
            ledger: ledger,
            handler: { request in
                handled.withLock { $0 += 1 }
                return echo(request)
            }
        ) { server in
            let client = try RawClient(port: server.port)
            try client.send(request)
            #expect(try client.receiveAll() == refusal("400 Bad Request"))
        }
        #expect(handled.withLock { $0 } == 0)
        #expect(ledger.count == 0)
    }

    @Test(arguments: [
        ("GET / x\r\n\r\n", 400), ("NONSENSE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (get("/", "Content-Length: 11\r\n"), 413),
        (get("/", "X: \(String(repeating: "x", count: 200))\r\n"), 431),
    ])
    func refusesInTheWordsItIsGiven(request: String, status: Int) async throws {
        var configuration = Self.small
        configuration.refusal = { plain("no: \($0.code)", $0) }
        try await withServer(configuration, handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(request)
            let answer = try client.receiveAll()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(
                answer.hasSuffix(
                    "Content-Length: 7\r\nConnection: close\r\n\r\nno: \(status)"))
        }
    }

    @Test func answersTheRequestsBeforeAMalformedOne() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/1") + get("/2") + "GET / x\r\n\r\n" + get("/3"))
            #expect(
                try client.receiveAll()
                    == ok("GET /1 ") + ok("GET /2 ") + refusal("400 Bad Request"))
        }
    }

    @Test func answersAPeerThatHasFinishedSending() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/1"))
            client.finishSending()
            #expect(try client.receiveAll() == ok("GET /1 "))
        }
    }
}
