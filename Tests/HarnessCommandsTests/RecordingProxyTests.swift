import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Synchronization
import Testing
import VirtualTime
import Wire

@testable import HarnessCommands

/// A recording proxy between a client and a device that misbehaves.
@Suite(.timeLimit(.minutes(1))) struct RecordingProxyTests {
    /// What the proxy left, and what the client saw.
    private func record(
        _ requests: [RequestMessage], patience: Duration = .seconds(20),
        of device: @escaping @Sendable (RequestMessage) -> ServerReply
    ) async throws -> (seen: [Result<ResponseMessage, TransportFailure>], recording: Recording) {
        let folder = NSTemporaryDirectory() + "proxy-\(UUID().uuidString)"
        let file = "\(folder)/recording.jsonl"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let upstream = try await HTTPServer.start(handler: device)
        let clock = WallClock()
        let recorder = try LiveRecorder(
            path: file, header: .ofDevice(named: "x", start: clock.now(), clock: clock))
        var configuration = RecordingProxy.Configuration(upstream: Origin(port: upstream.port))
        configuration.patience = patience
        configuration.callbackHost = "127.0.0.1"
        let proxy = RecordingProxy(configuration, recorder: recorder, clock: clock)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let serving = Task { try await proxy.run(bind: "127.0.0.1", port: 0) { port.yield($0) } }
        defer { serving.cancel() }
        let number = try #require(await ports.first { _ in true })
        var patienceOfClient = HTTPSender.Configuration()
        patienceOfClient.timeoutMilliseconds = 2000
        let sender = HTTPSender(patienceOfClient)
        var seen: [Result<ResponseMessage, TransportFailure>] = []
        for request in requests {
            seen.append(await sender.send(request, to: Origin(port: number)))
        }
        await sender.shutdown()
        serving.cancel()
        try await serving.value
        try await upstream.stop()
        try recorder.finish()
        return (seen, try RecordingReader.read(Files.read(file)))
    }

    private func exchanges(_ recording: Recording) -> [Exchange] {
        recording.entries.compactMap {
            if case .exchange(let exchange) = $0 { exchange } else { nil }
        }
    }

    @Test func failuresAreOfTheSameClassOnBothSides() async throws {
        let whole = ResponseMessage(
            status: .ok, fields: [.contentType: "application/json"],
            body: Array(#"{"a":"0123456789"}"#.utf8))
        let paths = ["/short", "/reset-in-body", "/reset", "/nothing", "/whole"]
        let (seen, recording) = try await record(paths.map { RequestMessage(.get, $0) }) {
            switch $0.path {
            case "/short": .truncate(whole, afterBodyBytes: 5)
            case "/reset-in-body": .resetInBody(whole, afterBodyBytes: 5)
            case "/reset": .resetConnection
            case "/nothing": .closeWithoutReply
            default: .respond(whole)
            }
        }
        let failures = seen.map { result -> TransportFailure? in
            if case .failure(let failure) = result { failure } else { nil }
        }
        #expect(
            failures == [.shortBody, .resetInBody, .resetBeforeHead, .resetBeforeHead, nil])
        #expect(exchanges(recording).map(\.failure) == failures)
        #expect(try seen[4].get().body == whole.body)
    }

    @Test func aDeviceThatStallsIsATimeout() async throws {
        let (seen, recording) = try await record(
            [RequestMessage(.get, "/stall")], patience: .milliseconds(100)
        ) { _ in .stall }
        #expect(throws: TransportFailure.timeout) { try seen[0].get() }
        #expect(exchanges(recording).map(\.failure) == [.timeout])
    }

    /// As by the time limit of a test: nothing is left open that would end the process.
    @Test func whatIsBrokenOffEndsByItself() async throws {
        let (asked, ask) = AsyncStream<Void>.makeStream()
        let broken = Task {
            try await record([RequestMessage(.get, "/stall")]) { _ in
                ask.yield()
                return .stall
            }
        }
        for await _ in asked { break }
        broken.cancel()
        let (seen, recording) = try await broken.value
        #expect(throws: TransportFailure.timeout) { try seen[0].get() }
        #expect(exchanges(recording).count <= 1)
    }

    @Test func answersWithoutBodiesStayAsTheyAre() async throws {
        let requests = [
            RequestMessage(.head, "/head"), RequestMessage(.delete, "/none"),
            RequestMessage(.get, "/same", fields: [.ifNoneMatch: "\"1\""]),
        ]
        let (seen, recording) = try await record(requests) {
            switch $0.path {
            case "/head":
                .respond(ResponseMessage(status: .ok, fields: [.contentLength: "1433"]))
            case "/none": .respond(ResponseMessage(status: .noContent))
            default: .respond(ResponseMessage(status: .notModified, fields: [.eTag: "\"1\""]))
            }
        }
        #expect(try seen.map { try $0.get().status } == [200, 204, 304])
        #expect(try seen[0].get().head.headerFields[.contentLength] == "1433")
        #expect(try seen[1].get().head.headerFields[.contentLength] == nil)
        #expect(exchanges(recording).map { $0.response?.status } == [200, 204, 304])
    }

    /// A device that compresses although nobody asked it to.
    @Test func aCodingIsUndone() async throws {
        let packed = try #require(
            Data(base64Encoded: "H4sIAAAAAAACA6tWSlSyUjI0MjZRqgUApBnNcgwAAAA="))
        let (seen, recording) = try await record([RequestMessage(.get, "/a")]) { request in
            #expect(request.head.headerFields[.acceptEncoding] == "identity")
            return .respond(
                ResponseMessage(
                    status: .ok,
                    fields: [.contentType: "application/json", .contentEncoding: "gzip"],
                    body: Array(packed)))
        }
        let answer = try seen[0].get()
        #expect(answer.head.headerFields[.contentEncoding] == nil)
        #expect(answer.body == Array(#"{"a":"1234"}"#.utf8))
        #expect(exchanges(recording).first?.response?.body == answer.body)
    }

    @Test func streamsPassAndAreRecordedEventByEvent() async throws {
        let (seen, recording) = try await record([RequestMessage(.get, "/sse")]) { _ in
            let stream = ResponseStream {}
            stream.write(
                Array(": hello\n\nretry: 5\nevent: x\nid: 1\ndata: {\"a\":1}\n\nid: 2\nda".utf8))
            stream.write(Array("ta: {\"a\":2}\n\n".utf8))
            stream.end()
            return .stream(
                ResponseMessage(status: .ok, fields: [.contentType: "text/event-stream"]), stream)
        }
        #expect(
            try seen[0].get().body
                == Array(
                    (": hello\n\nretry: 5\nevent: x\nid: 1\ndata: {\"a\":1}\n\n"
                        + "id: 2\ndata: {\"a\":2}\n\n").utf8))
        let streamed = recording.entries.compactMap { entry -> String? in
            guard case .streamed(let record) = entry else { return nil }
            guard let payload = record.payload else { return "end" }
            if let retry = payload.retryMilliseconds { return "retry \(retry)" }
            let data = String(decoding: payload.body, as: UTF8.self)
            return "\(payload.event ?? "-") \(payload.id) \(data)"
        }
        #expect(streamed == ["retry 5", #"x 1 {"a":1}"#, #"- 2 {"a":2}"#, "end"])
    }

    /// The listener is on another machine, to which nothing is delivered from here unasked.
    @Test(arguments: [HTTPRequest.Method.post, .patch])
    func aListenerElsewhereIsLeftToTheDevice(method: HTTPRequest.Method) async throws {
        let body = Array(#"{"Destination":"https://192.0.2.7/events","Protocol":"Redfish"}"#.utf8)
        let got = Mutex<[UInt8]>([])
        let (seen, recording) = try await record([
            RequestMessage(
                method, "/Subscriptions", fields: [.contentType: "application/json"], body: body)
        ]) { request in
            got.withLock { $0 = request.body }
            return .respond(ResponseMessage(status: .created))
        }
        #expect(try seen[0].get().status == 201)
        #expect(got.withLock { $0 } == body)
        #expect(exchanges(recording).map(\.request.body) == [body])
    }

    @Test func aMethodWithAHyphenIsPassedOnAsItIs() async throws {
        let search = try #require(HTTPRequest.Method("M-SEARCH"))
        let (seen, recording) = try await record([RequestMessage(search, "/x")]) {
            .respond(ResponseMessage(status: $0.head.method == search ? .ok : .badRequest))
        }
        #expect(try seen[0].get().status == 200)
        #expect(exchanges(recording).map(\.request.head.method) == [search])
    }

    /// What a device was told.
    private final class Written: Sendable {
        let text = Mutex("")
    }

    /// The device posts to the proxy, and the proxy to the client.
    @Test func eventsGoByTheProxy() async throws {
        let posted = Mutex<[RequestMessage]>([])
        let listener = try await HTTPServer.start { request in
            posted.withLock { $0.append(request) }
            return .respond(ResponseMessage(status: .noContent))
        }
        let destination = "http://127.0.0.1:\(listener.port)/events?a=1"
        let callback = Written()
        let sender = HTTPSender()
        let body = #"{"Destination":"\#(destination)","Protocol":"Redfish"}"#
        let fields: HTTPFields = [.contentType: "application/json"]
        let (seen, recording) = try await record([
            RequestMessage(.post, "/Subscriptions", fields: fields, body: Array(body.utf8)),
            RequestMessage(.get, "/send"),
        ]) { request in
            if request.path == "/send" {
                // The device delivers, and answers when it has.
                let reply = DeferredReply {}
                Task {
                    let url = callback.text.withLock { $0 }
                    guard let (origin, path) = Origin.service(at: url) else { return }
                    let answer = await sender.send(
                        RequestMessage(.post, path, fields: fields, body: Array("{}".utf8)),
                        to: origin)
                    reply.give(
                        .respond(
                            ResponseMessage(
                                status: (try? answer.get().status) == 204 ? .ok : .badGateway)))
                }
                return .later(reply)
            }
            let sent = try? JSONValue(parsing: request.body)
            callback.text.withLock { $0 = sent?["Destination"]?.string ?? "" }
            return .respond(
                ResponseMessage(status: .created, fields: fields, body: request.body))
        }
        #expect(callback.text.withLock { $0 }.contains("/.pdu-harness/events/1"))
        #expect(try seen[0].get().body == Array(body.utf8))
        #expect(try seen[1].get().status == 200)
        let event = try #require(posted.withLock { $0.first })
        #expect(event.target == "/events?a=1")
        #expect(event.head.headerFields[.host] == "127.0.0.1:\(listener.port)")
        let delivery = exchanges(recording).first { $0.direction == .delivery }
        #expect(delivery?.request.target == "/events?a=1")
        #expect(delivery?.response?.status == 204)
        await sender.shutdown()
        try await listener.stop()
    }
}
