import Glibc
import HTTPMessages
import HTTPTypes
import Synchronization
import Testing
import VirtualTime

@testable import Wire

@Suite(.timeLimit(.minutes(1)))
struct HTTPServerTests {
    @Test func keepsTheConnectionAlive() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            for number in 1...3 {
                let expected = ok("GET /\(number) ")
                try client.send(get("/\(number)"))
                #expect(try client.receive(expected.utf8.count) == expected)
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            let numbers = 1...500
            try client.send(numbers.map { get("/\($0)") }.joined())
            client.finishSending()
            let expected = numbers.map { ok("GET /\($0) ") }.joined()
            #expect(try client.receiveAll() == expected)
        }
    }

    @Test func assemblesRequestsFromSingleBytes() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            let request = "POST /a HTTP/1.1\r\nHost: pdu\r\nContent-Length: 2\r\n\r\nhi"
            for byte in request.utf8 { try client.send([byte]) }
            let expected = ok("POST /a hi")
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test func readsChunkedBodies() async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(
                "PATCH /a HTTP/1.1\r\nHost: pdu\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            let expected = ok("PATCH /a abcde")
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    /// Methods as the wire calls them, and targets in absolute form.
    @Test(arguments: [
        ("M-SEARCH /a", "M-SEARCH /a "), ("GET http://pdu/a?b=1", "GET /a?b=1 "),
        ("GET HTTPS://pdu:1/a", "GET /a "), ("GET https://pdu", "GET / "),
        ("GET ftp://pdu/a", "GET ftp://pdu/a "), ("OPTIONS *", "OPTIONS * "),
    ])
    func takesRequestLinesAsTheyAre(line: String, seen: String) async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send("\(line) HTTP/1.1\r\nHost: pdu\r\n\r\n")
            let expected = ok(seen)
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test(arguments: [
        get("/", version: "1.0"), get("/", version: "1.0", "Connection: keep-alive\r\n"),
        get("/", "Connection: close\r\n"),
        // NIO reads nothing after an offer of another protocol, so the offer is declined by
        // closing.
        get("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"),
    ])
    func closesWhereTheRequestAsksForIt(request: String) async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(request)
            #expect(try client.receiveAll() == ok("GET / ", "Connection: close\r\n"))
        }
    }

    @Test func closesWhereTheResponseAsksForIt() async throws {
        let response = ResponseMessage(status: .ok, fields: [.connection: "close"])
        try await withServer(handler: { _ in .respond(response) }) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/"))
            #expect(
                try client.receiveAll()
                    == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test func answersHeadWithTheLengthAndNoBody() async throws {
        try await withServer(handler: { _ in .respond(plain("12345")) }) { server in
            let client = try RawClient(port: server.port)
            try client.send("HEAD / HTTP/1.1\r\nHost: pdu\r\n\r\n" + get("/"))
            let expected = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + ok("12345")
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test(arguments: [204, 304])
    func sendsNeitherLengthNorBodyWhereHTTPForbidsThem(code: Int) async throws {
        let response = ResponseMessage(
            status: HTTPResponse.Status(code: code, reasonPhrase: "Some Reason"),
            body: [1, 2, 3])
        try await withServer(handler: { _ in .respond(response) }) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/", "Connection: close\r\n"))
            #expect(
                try client.receiveAll()
                    == "HTTP/1.1 \(code) Some Reason\r\nConnection: close\r\n\r\n")
        }
    }

    @Test func putsHeadersOnTheWireAsGiven() async throws {
        var fields = HTTPFields()
        for (name, value) in [
            ("odata-VERSION", "4.0"), ("Link", "</a>; rel=a"), ("ETag", "\"1\""),
            ("link", "</b>; rel=b"), ("Content-Length", "2"), ("X-last", ""),
        ] {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let response = ResponseMessage(
            status: .init(code: 299, reasonPhrase: ""), fields: fields, body: Array("ab".utf8))
        try await withServer(handler: { _ in .respond(response) }) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/"))
            let expected =
                "HTTP/1.1 299 \r\nodata-VERSION: 4.0\r\nLink: </a>; rel=a\r\nETag: \"1\"\r\n"
                + "link: </b>; rel=b\r\nContent-Length: 2\r\nX-last: \r\n\r\nab"
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test func givesTheHandlerTheHeadersAsSent() async throws {
        let seen = Mutex<[String]>([])
        try await withServer(handler: { request in
            seen.withLock {
                $0 = request.head.headerFields.map { "\($0.name.rawName)=\($0.value)" }
            }
            return .respond(plain(""))
        }) { server in
            let client = try RawClient(port: server.port)
            let sent = [["Host=pdu", "X-AUTH-token=t", "accept=*/*"], ["accept=a", "HOST=pdu"]]
            for headers in sent + sent {
                let lines = headers.map { $0.replacing("=", with: ": ") + "\r\n" }.joined()
                try client.send("GET / HTTP/1.1\r\n\(lines)\r\n")
                _ = try client.receive(ok("").utf8.count)
                #expect(seen.withLock { $0 } == headers)
            }
        }
    }

    @Test(arguments: [
        ("http://pdu:8000/redfish/v1?a=b", "/redfish/v1?a=b"), ("HTTP://pdu", "/"), ("/x", "/x"),
        ("/a%2Fb?$expand=.($levels=2)", "/a%2Fb?$expand=.($levels=2)"),
    ])
    func takesTargetsInBothForms(target: String, understood: String) async throws {
        try await withServer(handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send(get(target))
            let expected = ok("GET \(understood) ")
            #expect(try client.receive(expected.utf8.count) == expected)
        }
    }

    @Test func stopClosesEveryConnection() async throws {
        let server = try await HTTPServer.start(handler: echo)
        let clients = try (1...5).map { _ in try RawClient(port: server.port) }
        for client in clients {
            try client.send(get("/"))
            _ = try client.receive(ok("GET / ").utf8.count)
        }
        try await server.stop()
        for client in clients { #expect(try client.receiveAll() == "") }
        #expect(throws: RawClient.SystemError(number: ECONNREFUSED)) {
            try RawClient(port: server.port)
        }
    }

    @Test func saysThatThePortIsInUse() async throws {
        try await withServer(handler: echo) { first in
            var configuration = HTTPServer.Configuration()
            configuration.port = first.port
            let error = await #expect(throws: ListenError.self) {
                try await HTTPServer.start(configuration, handler: echo)
            }
            #expect(error == .portInUse(host: "127.0.0.1", port: first.port))
            #expect(
                error.map { "\($0)" } == "port \(first.port) on 127.0.0.1 is in use; "
                    + "choose another one, or 0 for any free port")
        }
    }

    @Test func saysThatAnAddressIsNotOurs() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = "192.0.2.1"
        await #expect(throws: ListenError.addressUnavailable(host: "192.0.2.1")) {
            try await HTTPServer.start(configuration, handler: echo)
        }
    }
}
