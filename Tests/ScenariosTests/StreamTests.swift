import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Scenarios
import SmartPDU
import Synchronization
import Testing
import VirtualTime

/// Streams of server-sent events as the owner of a device sees them.
@Suite struct StreamTests {
    private let request = RequestMessage(
        .get, "/redfish/v1/EventService/SSE", fields: [.authorization: "Basic YWRtaW46c2VjcmV0LTE="]
    )
    private let step = #"{ "at": "PT1M", "do": "switch-outlets", "outlets": "1", "to": "off" }"#

    private func host() throws -> (DeviceHost, Scenario) {
        let scenario = try scenario(small(#""timeline": [ \#(step) ]"#))
        let environment = environment
        let host = DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            now: { scenario.start })
        return (host, scenario)
    }

    private func kinds(_ entries: [RecordEntry]) -> [String] {
        entries.compactMap { entry in
            switch entry {
            case .exchange(let exchange): "\(exchange.response?.status ?? 0)"
            case .streamed(let record): record.payload == nil ? "end" : "payload"
            case .truth, .claim, .step: nil
            }
        }
    }

    @Test func recordsItsOpeningAndWhatGoesDown() throws {
        let (host, scenario) = try host()
        var attached: [Int] = []
        let answer = host.answer(request) { attached.append($0) }
        #expect(try answer.outcome.get().status == 200)
        #expect(answer.stream == 1)
        #expect(attached == [1])
        #expect(answer.hasWork)
        host.perform(try #require(scenario.timeline.first))
        let drained = host.drain()
        #expect(kinds(drained.entries) == ["200", "payload"])
        #expect(drained.streamWork.count == 2)
        host.streamClosed(1)
        host.streamClosed(1)
        #expect(kinds(host.drain().entries) == ["end"])
        #expect(host.drain().streamWork.isEmpty)
    }

    @Test func endsAtOnceWhereNobodyReadsOn() throws {
        let (host, scenario) = try host()
        let response = try host.handle(request).get()
        #expect(response.status == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == ":\n\n")
        host.perform(try #require(scenario.timeline.first))
        let drained = host.drain()
        #expect(kinds(drained.entries) == ["200", "end"])
        #expect(drained.streamWork.isEmpty)
    }

    @Test func replayFollowsTheOpening() throws {
        let (host, scenario) = try host()
        host.perform(try #require(scenario.timeline.first))
        _ = host.drain()
        var request = request
        request.head.headerFields[.lastEventID] = "0"
        let response = try host.handle(request).get()
        #expect(String(decoding: response.body, as: UTF8.self).contains("OutletPoweredOff"))
        #expect(kinds(host.drain().entries) == ["200", "payload", "end"])
    }
}
