import HTTPMessages
import HTTPTypes
import Testing
import VirtualTime
import Wire

/// Where event deliveries may go: secure origins and IPv6 ones too.
@Suite(.timeLimit(.minutes(1))) struct DestinationTests {
    @Test(
        arguments: [
            ("http://127.0.0.1:9/x", "http://127.0.0.1:9"),
            ("https://localhost/x", "https://localhost:443"),
            ("HTTPS://[::1]:8443", "https://[::1]:8443"), ("http://[::1]/", "http://[::1]:80"),
            ("ftp://127.0.0.1/", nil), ("https:/x", nil), ("https://u@h/", nil),
        ])
    func readsURLs(url: String, origin: String?) {
        #expect(Origin(url: url, allowsTLS: true)?.description == origin)
    }

    @Test func secureOriginsAreAskedFor() {
        #expect(Origin(url: "https://localhost/") == nil)
    }

    @Test func sendsOverTLSAndVerifiesWhereThatIsAskedFor() async throws {
        let now = WallClock().now()
        var configuration = HTTPServer.Configuration()
        configuration.identity = try ServerIdentity(
            TLSIdentity.make(from: now - .hours(1), until: now + .hours(1)))
        try await withServer(configuration, handler: echo) { server in
            let sender = HTTPSender()
            let origin = Origin(port: server.port, isSecure: true)
            let request = RequestMessage(.post, "/events", body: Array("hello".utf8))
            let trusting = await sender.send(request, to: origin, verifiesCertificate: false)
            let answer = try trusting.get()
            #expect(answer.body == Array("POST /events hello".utf8))
            let careful = await sender.send(request, to: origin, verifiesCertificate: true)
            #expect(throws: TransportFailure.self) { try careful.get() }
            await sender.shutdown()
        }
    }

    @Test func sendsToIPv6() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = "::1"
        // Not every machine has it.
        guard let server = try? await HTTPServer.start(configuration, handler: echo) else { return }
        let sender = HTTPSender()
        let origin = try #require(Origin(url: "http://[::1]:\(server.port)/events"))
        #expect(origin.isLoopback)
        let response = await sender.send(RequestMessage(.post, "/events"), to: origin)
        let answer = try response.get()
        #expect(answer.body == Array("POST /events ".utf8))
        await sender.shutdown()
        try await server.stop()
    }
}
