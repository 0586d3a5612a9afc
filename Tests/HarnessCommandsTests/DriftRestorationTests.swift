import HTTPMessages
import HTTPTypes
import JSONText
import Testing

@testable import HarnessCommands

/// What `drift --writes` puts back.
@Suite struct DriftRestorationTests {
    private func change(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) -> RequestMessage {
        RequestMessage(
            method, path, fields: [.contentType: "application/json"], body: Array(body.utf8))
    }

    @Test func settingsGetTheirValuesBackTheLatestFirst() throws {
        var restoration = DriftRestoration()
        restoration.note(
            change(.patch, "/a", #"{"Label":"x","Deep":{"One":1},"New":true}"#), created: nil,
            before: try JSONValue(parsing: #"{"Label":"old","Deep":{"One":2,"Two":3}}"#))
        restoration.note(
            change(.patch, "/a", #"{"Label":"y"}"#), created: nil,
            before: try JSONValue(parsing: #"{"Label":"x"}"#))
        let requests = restoration.requests
        #expect(requests.map(\.head.method) == [.patch, .patch])
        #expect(
            requests.map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"Label":"x"}"#, #"{"Label":"old","Deep":{"One":2}}"#,
            ])
        #expect(restoration.lastingCount == 0)
    }

    @Test func whatWasCreatedIsDeletedUnlessItIsGone() {
        var restoration = DriftRestoration()
        restoration.note(change(.post, "/groups", "{}"), created: "/groups/1", before: nil)
        restoration.note(change(.post, "/groups", "{}"), created: "/groups/2", before: nil)
        restoration.note(change(.delete, "/groups/1"), created: nil, before: nil)
        #expect(restoration.requests.map(\.target) == ["/groups/2"])
        #expect(restoration.requests.map(\.head.method) == [.delete])
        #expect(restoration.lastingCount == 0)
    }

    @Test func whatNothingUndoesLasts() {
        var restoration = DriftRestoration()
        restoration.note(change(.post, "/Actions/Off", "{}"), created: nil, before: nil)
        restoration.note(change(.delete, "/groups/9"), created: nil, before: nil)
        restoration.note(change(.patch, "/a", #"{"x":1}"#), created: nil, before: nil)
        #expect(restoration.requests.isEmpty)
        #expect(restoration.lastingCount == 3)
    }
}
