import Glibc
import HTTPMessages
import HTTPTypes
import Testing
import VirtualTime

@testable import Wire

/// Each fault as the peer sees it on the socket, and as the sender classifies it.
@Suite(.timeLimit(.minutes(1)))
struct ServerReplyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var reply: ServerReply
        var received: String
        var errorNumber: CInt
        var failure: TransportFailure

        var testDescription: String { "\(failure)" }
    }

    private static let partial = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"

    static let cases = [
        Case(
            reply: .closeWithoutReply, received: "", errorNumber: 0, failure: .resetBeforeHead),
        Case(
            reply: .resetConnection, received: "", errorNumber: ECONNRESET,
            failure: .resetBeforeHead),
        Case(
            reply: .truncate(plain("0123456789"), afterBodyBytes: 5), received: partial,
            errorNumber: 0, failure: .shortBody),
        Case(
            reply: .resetInBody(plain("0123456789"), afterBodyBytes: 5), received: partial,
            errorNumber: ECONNRESET, failure: .resetInBody),
    ]

    @Test(arguments: cases)
    func isSeenOnTheSocket(fault: Case) async throws {
        let ledger = InFlightLedger()
        try await withServer(ledger: ledger, handler: { _ in fault.reply }) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/"))
            let seen = client.receiveUntilFailure()
            #expect(seen.text == fault.received)
            #expect(seen.errorNumber == fault.errorNumber)
        }
        #expect(ledger.count == 0)
    }

    @Test(arguments: cases)
    func isClassifiedBySender(fault: Case) async throws {
        try await withServer(handler: { $0.path == "/" ? fault.reply : .respond(plain("ok")) }) {
            server in
            try await withSender { sender in
                let origin = Origin(port: server.port)
                // Twice, once over a fresh connection and once over one that has been used.
                for _ in 1...2 {
                    let failed = await sender.send(RequestMessage(.get, "/"), to: origin)
                    #expect(failed == .failure(fault.failure))
                    let next = try await sender.send(RequestMessage(.get, "/next"), to: origin)
                        .get()
                    #expect(next.body == Array("ok".utf8))
                }
            }
        }
    }

    @Test(arguments: cases)
    func comesAfterTheAnswersBeforeIt(fault: Case) async throws {
        try await withServer(handler: { $0.path == "/" ? fault.reply : echo($0) }) { server in
            let client = try RawClient(port: server.port)
            try client.send(get("/1"))
            #expect(try client.receive(ok("GET /1 ").utf8.count) == ok("GET /1 "))
            try client.send(get("/"))
            #expect(client.receiveUntilFailure().text == fault.received)
        }
    }

    @Test func stallingLeavesNothingInFlight() async throws {
        let ledger = InFlightLedger()
        try await withServer(ledger: ledger, handler: { $0.path == "/" ? .stall : echo($0) }) {
            server in
            let client = try RawClient(port: server.port)
            // The second answer never comes, and so does no third.
            try client.send(get("/1") + get("/") + get("/3"))
            #expect(try client.receive(ok("GET /1 ").utf8.count) == ok("GET /1 "))
            await ledger.quiescence()
            client.finishSending()
            #expect(try client.receiveAll() == "")
        }
    }
}
