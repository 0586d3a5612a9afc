import HTTPMessages
import HTTPTypes
import Testing
import VirtualTime

@testable import Recordings

@Suite struct PortMaskerTests {
    private func exchange(
        _ request: String, _ response: String, tag: String, match: String? = nil
    ) -> RecordEntry {
        var fields: HTTPFields = [:]
        if let match { fields[.ifNoneMatch] = match }
        return .exchange(
            Exchange(
                instant: VirtualInstant(millisecondsSinceEpoch: 0), direction: .request,
                request: RequestMessage(
                    .post, "/x?at=localhost:4711", fields: fields, body: Array(request.utf8)),
                response: ResponseMessage(
                    status: .ok, fields: [.eTag: tag], body: Array(response.utf8))))
    }

    private func masked(_ masker: inout PortMasker, _ entry: RecordEntry) throws -> Exchange {
        guard case .exchange(let exchange) = masker.mask(entry) else {
            throw CancellationError()
        }
        return exchange
    }

    @Test func portsAreNumberedAndTagsFollowThem() throws {
        var masker = PortMasker()
        let first = try masked(
            &masker,
            exchange(
                #"{"Destination":"http://127.0.0.1:50123/events"}"#,
                #"{"@odata.etag":"\"a1b2c3d4\"","Destination":"http://127.0.0.1:50123/events"}"#,
                tag: "W/\"e5f6a7b8\""))
        #expect(first.request.target == "/x?at=localhost:1")
        #expect(first.request.body == Array(#"{"Destination":"http://127.0.0.1:2/events"}"#.utf8))
        #expect(
            first.response?.body
                == Array(
                    #"{"@odata.etag":"\"tag#2\"","Destination":"http://127.0.0.1:2/events"}"#.utf8))
        #expect(first.response?.head.headerFields[.eTag] == "W/\"tag#1\"")
        // A tag once learnt is known where no port shows.
        let second = try masked(
            &masker,
            exchange("127.0.0.1: 9", "127.0.0.1", tag: "\"00000000\"", match: "\"a1b2c3d4\""))
        #expect(second.request.head.headerFields[.ifNoneMatch] == "\"tag#2\"")
        #expect(second.request.body == Array("127.0.0.1: 9".utf8))
        #expect(second.response?.head.headerFields[.eTag] == "\"tag#3\"")
    }

    @Test func whatShowsNoPortStaysAsItIs() {
        var masker = PortMasker()
        let truth = RecordEntry.truth(
            TruthRecord(
                instant: VirtualInstant(millisecondsSinceEpoch: 0), outlet: 0, isPowered: true,
                cause: "127.0.0.1:5"))
        #expect(masker.mask(truth) == truth)
    }
}
