import HTTPMessages
import HTTPTypes
import Interchange
import JSONText
import Recordings
import Testing
import VirtualTime

@Suite struct ExportTests {
    private let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)

    private func exchange(
        _ method: HTTPRequest.Method, _ target: String, at second: Int64 = 0,
        fields: HTTPFields = [:], body: String = "", status: HTTPResponse.Status = .ok,
        responseFields: HTTPFields = [:], answer: String = "",
        failure: TransportFailure? = nil, fault: String? = nil
    ) -> Exchange {
        Exchange(
            instant: start + .seconds(second), direction: .request,
            request: RequestMessage(method, target, fields: fields, body: Array(body.utf8)),
            response: failure == nil
                ? ResponseMessage(
                    status: status, fields: responseFields, body: Array(answer.utf8)) : nil,
            failure: failure, fault: fault)
    }

    private func text(_ files: [ExportedFile], _ path: String) -> String? {
        files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    // MARK: Mockups

    @Test func aMockupHoldsWhatWasSeenLast() {
        var snapshot = MockupSnapshot()
        let root = "/redfish/v1"
        snapshot.note(
            exchange(
                .get, "\(root)/", responseFields: [.allow: "GET", .date: "x", .link: "<a>"],
                answer: #"{"Reading":1.50,"Chassis":{"@odata.id":"/redfish/v1/Chassis"}}"#))
        snapshot.note(exchange(.get, "\(root)/$metadata", answer: "<a/>"))
        snapshot.note(exchange(.get, "\(root)/A/1", answer: #"{"Reading":1}"#))
        snapshot.note(exchange(.get, "\(root)/A/1", answer: #"{"Reading":2}"#))
        snapshot.note(exchange(.get, "\(root)/A/1", answer: #"{"Reading":3}"#, fault: "edit"))
        snapshot.note(exchange(.get, "\(root)/A/1?$select=Id", answer: "{}"))
        snapshot.note(exchange(.get, "\(root)/A/2", answer: "{}"))
        snapshot.note(exchange(.get, "\(root)/A/2/Below", answer: "{}"))
        snapshot.note(exchange(.delete, "\(root)/A/2", status: .noContent))
        snapshot.note(exchange(.get, "\(root)/A/3", answer: "{}"))
        snapshot.note(exchange(.get, "\(root)/A/3", status: .notFound))
        let files = snapshot.files
        #expect(
            files.map(\.path) == [
                "redfish/v1/headers.json", "redfish/v1/index.json",
                "redfish/v1/$metadata/headers.json", "redfish/v1/$metadata/index.xml",
                "redfish/v1/A/1/headers.json", "redfish/v1/A/1/index.json",
            ])
        #expect(text(files, "redfish/v1/A/1/index.json") == "{\n  \"Reading\": 2\n}\n")
        #expect(
            text(files, "redfish/v1/headers.json")
                == "{\n  \"GET\": {\n    \"Allow\": \"GET\",\n    \"Link\": \"<a>\"\n  }\n}\n")
        #expect(snapshot.missing == ["/redfish", "/redfish/v1/Chassis", "/redfish/v1/odata"])
    }

    @Test(arguments: [
        "../../../../tmp/x", "a/./b", "%2e%2E/x", "a%2fb", "a//b", "a%5Cb", "a/index.json", "a%00",
        String(repeating: "a", count: 256),
    ])
    func noAddressLeadsOutOfTheMockup(path: String) {
        var snapshot = MockupSnapshot()
        snapshot.note(exchange(.get, "/redfish/v1/\(path)", answer: "{}"))
        #expect(snapshot.files.isEmpty)
        #expect(snapshot.foldless == ["/redfish/v1/\(path)"])
    }

    @Test func aCollectionForgetsWhatIsDeletedAfterwards() {
        var snapshot = MockupSnapshot()
        let sessions = "/redfish/v1/SessionService/Sessions"
        snapshot.note(
            exchange(
                .get, sessions,
                answer: #"""
                    {"Members":[{"@odata.id":"\#(sessions)/1"},{"@odata.id":"\#(sessions)/2"}],\#
                    "Members@odata.count":2}
                    """#))
        for number in 1...2 { snapshot.note(exchange(.get, "\(sessions)/\(number)", answer: "{}")) }
        snapshot.note(exchange(.delete, "\(sessions)/2", status: .noContent))
        #expect(
            snapshot.documents[sessions]?.compactText
                == #"{"Members":[{"@odata.id":"\#(sessions)/1"}],"Members@odata.count":1}"#)
        #expect(snapshot.membersTaken == 1)
        #expect(!snapshot.missing.contains("\(sessions)/2"))
    }

    // MARK: WireMock

    @Test func repeatedRequestsBecomeStates() throws {
        var mappings = WireMockMappings()
        mappings.note(exchange(.get, "/redfish/v1/a?$top=1", answer: "1"))
        mappings.note(exchange(.get, "/redfish/v1/a?$top=1", failure: .resetBeforeHead))
        mappings.note(exchange(.get, "/redfish/v1/a/$top/1", answer: "3"))
        mappings.note(exchange(.get, "/redfish/v1/a?$top=1", answer: "2"))
        let files = mappings.files
        #expect(
            files.map(\.path) == [
                "mappings/get-redfish-v1-a-top-1.json", "mappings/get-redfish-v1-a-top-1-2.json",
            ])
        let stubs = try #require(try JSONValue(parsing: files[0].bytes)["mappings"]?.array)
        #expect(stubs.map { $0["requiredScenarioState"] } == ["Started", "2", "3"])
        #expect(stubs.map { $0["newScenarioState"] } == ["2", "3", nil])
        #expect(stubs.map { $0["response"]?["body"] } == ["1", nil, "2"])
        #expect(stubs[1]["response"]?["fault"] == "CONNECTION_RESET_BY_PEER")
        #expect(stubs[0]["request"] == ["method": "GET", "url": "/redfish/v1/a?$top=1"])
        #expect(try JSONValue(parsing: files[1].bytes)["mappings"]?[0]?["scenarioName"] == nil)
    }

    // MARK: Scripts

    @Test func aScriptTakesTokensFromAnswers() {
        var script = CurlScript(title: "test\nrm -rf /", serving: "serve", start: start)
        script.note(
            exchange(
                .post, "/redfish/v1/SessionService/Sessions",
                body: #"{"UserName":"admin","Password":"<secret#1>"}"#, status: .created,
                responseFields: [
                    .xAuthToken: "<token#1>", .location: "/redfish/v1/SessionService/Sessions/7",
                ]))
        script.note(
            exchange(
                .get, "/redfish/v1/$(rm)'x", at: 10,
                fields: [.xAuthToken: "<token#1>", .host: "h"]))
        script.note(
            exchange(
                .delete, "/redfish/v1/SessionService/Sessions/7", at: 10,
                fields: [.xAuthToken: "<token#1>"], status: .noContent))
        script.note(
            exchange(
                .get, "/redfish/v1/a", responseFields: [.eTag: "\"one\""]), line: 5)
        script.note(exchange(.get, "/redfish/v1/b", responseFields: [.eTag: "\"two\""]))
        script.wait(until: start + .seconds(70))
        script.note(
            exchange(
                .post, "/redfish/v1/a", fields: [.ifMatch: "\"one\""],
                body: #"{"of":"/redfish/v1/SessionService/Sessions/7/x","at":"<my-site#1>"}"#))
        let lines = script.text.split(separator: "\n").map(String.init)
        #expect(lines[1] == "# testrm -rf /")
        for line in [
            "secret_1=$password", "token_1=", "# PT10S",
            #"request 201 POST '/redfish/v1/SessionService/Sessions' --data-binary '{"UserName":"admin","Password":"'"$secret_1"'"}'"#,
            "token_1=$(field X-Auth-Token)", #"location_1=$(path_of "$(field Location)")"#,
            #"request 200 GET '/redfish/v1/$(rm)'\''x' -H 'X-Auth-Token: '"$token_1""#,
            #"request 204 DELETE "$location_1" -H 'X-Auth-Token: '"$token_1""#,
            "# line 5, PT0S", "etag_1=$(field ETag)",
            #"request 200 POST '/redfish/v1/a' -H 'If-Match: '"$etag_1" --data-binary '{"of":"'"$location_1"'/x","at":"'"$my_site_1"'"}'"#,
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.contains { $0.hasPrefix("until [ \"$(now)\" -ge ") })
        #expect(!lines.contains { $0.hasPrefix("etag_2=") }, "nothing asks for it")
    }
}
