import HTTPMessages
import HTTPTypes
import Synchronization
import Testing
import VirtualTime

@testable import Wire

func withSender(
    _ configuration: HTTPSender.Configuration = HTTPSender.Configuration(),
    _ body: (HTTPSender) async throws -> Void
) async throws {
    let sender = HTTPSender(configuration)
    do {
        try await body(sender)
    } catch {
        await sender.shutdown()
        throw error
    }
    await sender.shutdown()
}

@Suite(.timeLimit(.minutes(1)))
struct HTTPSenderTests {
    @Test func sendsManyExchangesInARow() async throws {
        try await withServer(handler: echo) { server in
            try await withSender { sender in
                for number in 1...1000 {
                    let request = RequestMessage(.post, "/\(number)", body: Array("hi".utf8))
                    let response = try await sender.send(request, to: Origin(port: server.port))
                        .get()
                    #expect(response.body == Array("POST /\(number) hi".utf8))
                }
            }
        }
    }

    @Test func addsNothingButHostAndLength() async throws {
        let seen = Mutex<[String]>([])
        try await withServer(handler: { request in
            let fields = request.head.headerFields.map { "\($0.name.rawName): \($0.value)" }
            seen.withLock { $0 = ["\(request.head.method) \(request.target)"] + fields }
            return .respond(plain(""))
        }) { server in
            try await withSender { sender in
                let host = "127.0.0.1:\(server.port)"
                let fields: HTTPFields = [.accept: "application/json", .xAuthToken: "t"]
                let target = "/redfish/v1/a%2Fb?$expand=.($levels=1)&$select=Id,Name"
                let origin = Origin(port: server.port)
                _ = await sender.send(RequestMessage(.get, target, fields: fields), to: origin)
                #expect(
                    seen.withLock { $0 } == [
                        "GET \(target)", "Host: \(host)", "Accept: application/json",
                        "X-Auth-Token: t",
                    ])
                _ = await sender.send(RequestMessage(.patch, "/", body: [1, 2]), to: origin)
                #expect(
                    seen.withLock { $0 } == ["PATCH /", "Host: \(host)", "Content-Length: 2"])
            }
        }
    }

    @Test func keepsResponseHeadersAsSent() async throws {
        var fields = HTTPFields()
        for (name, value) in [("x-B", "1"), ("X-a", "2"), ("x-b", "3"), ("Location", "/else")] {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let redirect = ResponseMessage(
            status: .init(code: 307, reasonPhrase: "Temporary Redirect"), fields: fields, body: [9])
        try await withServer(handler: { _ in .respond(redirect) }) { server in
            try await withSender { sender in
                let response = try await sender.send(
                    RequestMessage(.get, "/"), to: Origin(port: server.port)
                ).get()
                #expect(
                    response.head.headerFields.map { "\($0.name.rawName): \($0.value)" } == [
                        "x-B: 1", "X-a: 2", "x-b: 3", "Location: /else", "Content-Length: 1",
                    ])
                #expect(response.head.status.code == 307)
                #expect(response.head.status.reasonPhrase == "Temporary Redirect")
                #expect(response.body == [9])
            }
        }
    }

    @Test func sendsHead() async throws {
        try await withServer(handler: { _ in .respond(plain("12345")) }) { server in
            try await withSender { sender in
                let response = try await sender.send(
                    RequestMessage(.head, "/"), to: Origin(port: server.port)
                ).get()
                #expect(response.head.headerFields[.contentLength] == "5")
                #expect(response.body == [])
            }
        }
    }

    @Test func givesUpOnAPeerThatStalls() async throws {
        try await withServer(handler: { $0.path == "/" ? .stall : echo($0) }) { server in
            var configuration = HTTPSender.Configuration()
            configuration.timeoutMilliseconds = 100
            try await withSender(configuration) { sender in
                let origin = Origin(port: server.port)
                let stalled = await sender.send(RequestMessage(.get, "/"), to: origin)
                #expect(stalled == .failure(.timeout))
                let next = try await sender.send(RequestMessage(.get, "/next"), to: origin).get()
                #expect(next.status == 200)
            }
        }
    }

    @Test func abandonsTheExchangeWhenCancelled() async throws {
        let ledger = InFlightLedger()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await withServer(
            ledger: ledger,
            handler: { _ in
                arrival.yield()
                return .stall
            }
        ) { server in
            try await withSender { sender in
                let port = server.port
                let exchange = Task {
                    await sender.send(RequestMessage(.get, "/"), to: Origin(port: port))
                }
                for await _ in arrivals { break }
                await ledger.quiescence()
                exchange.cancel()
                #expect(await exchange.value == .failure(.timeout))
            }
        }
    }

    @Test func refusesBodiesOverItsLimit() async throws {
        try await withServer(handler: { .respond(plain(String($0.path.dropFirst()))) }) { server in
            var configuration = HTTPSender.Configuration()
            configuration.maximumBodyBytes = 5
            try await withSender(configuration) { sender in
                let origin = Origin(port: server.port)
                let fitting = try await sender.send(RequestMessage(.get, "/12345"), to: origin)
                    .get()
                #expect(fitting.body == Array("12345".utf8))
                let tooLong = await sender.send(RequestMessage(.get, "/123456"), to: origin)
                #expect(tooLong == .failure(.other))
            }
        }
    }

    @Test func sharesTheThreadsOfAServer() async throws {
        try await withServer(handler: echo) { server in
            let sender = HTTPSender(sharingThreadsOf: server)
            for number in 1...100 {
                let response = try await sender.send(
                    RequestMessage(.get, "/\(number)"), to: Origin(port: server.port)
                ).get()
                #expect(response.body == Array("GET /\(number) ".utf8))
            }
            await sender.shutdown()
        }
    }

    @Test func seesThatNobodyListens() async throws {
        let server = try await HTTPServer.start(handler: echo)
        try await server.stop()
        try await withSender { sender in
            let result = await sender.send(
                RequestMessage(.get, "/"), to: Origin(port: server.port))
            #expect(result == .failure(.refused))
        }
    }

    @Test func reconnectsAfterAServerHasRestarted() async throws {
        var configuration = HTTPServer.Configuration()
        try await withSender { sender in
            for _ in 1...3 {
                let server = try await HTTPServer.start(configuration, handler: echo)
                configuration.port = server.port
                let result = await sender.send(
                    RequestMessage(.get, "/"), to: Origin(port: server.port))
                #expect(try result.get().status == 200)
                try await server.stop()
            }
        }
    }
}
