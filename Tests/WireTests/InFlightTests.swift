import HTTPMessages
import HTTPTypes
import Synchronization
import Testing
import VirtualTime

@testable import Wire

@Suite(.timeLimit(.minutes(1)))
struct InFlightTests {
    @Test func ledgerCountsTheRequestThatIsHandled() async throws {
        let ledger = InFlightLedger()
        let counts = Mutex<[Int]>([])
        try await withServer(
            ledger: ledger,
            handler: { request in
                counts.withLock { $0.append(ledger.count) }
                return echo(request)
            }
        ) { server in
            try await withSender { sender in
                for number in 1...50 {
                    let request = RequestMessage(.get, "/\(number)")
                    _ = try await sender.send(request, to: Origin(port: server.port)).get()
                    await ledger.quiescence()
                }
            }
        }
        #expect(counts.withLock { $0 } == Array(repeating: 1, count: 50))
        #expect(ledger.count == 0)
    }

    @Test func ledgerReturnsToZeroAfterPipelining() async throws {
        let ledger = InFlightLedger()
        try await withServer(ledger: ledger, handler: echo) { server in
            let client = try RawClient(port: server.port)
            try client.send((1...300).map { get("/\($0)") }.joined())
            client.finishSending()
            _ = try client.receiveAll()
            await ledger.quiescence()
            #expect(ledger.count == 0)
        }
    }

    @Test func ledgerForgetsARequestWhoseConnectionEnds() async throws {
        let ledger = InFlightLedger()
        try await withServer(ledger: ledger, handler: echo) { server in
            var client: RawClient? = try RawClient(port: server.port)
            try client?.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n")
            try client?.send("Content-Length: 5\r\n\r\n")
            _ = try client?.receive("HTTP/1.1 100 Continue\r\n\r\n".utf8.count)
            #expect(ledger.count == 1)
            client = nil
            await ledger.quiescence()
        }
        #expect(ledger.count == 0)
    }

    @Test func ledgerForgetsARequestWhenTheServerStops() async throws {
        let ledger = InFlightLedger()
        let server = try await HTTPServer.start(ledger: ledger, handler: echo)
        let client = try RawClient(port: server.port)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n")
        try client.send("Content-Length: 5\r\n\r\n")
        _ = try client.receive("HTTP/1.1 100 Continue\r\n\r\n".utf8.count)
        try await server.stop()
        #expect(ledger.count == 0)
    }
}
