import HTTPMessages
import HTTPTypes
import Recordings
import Testing
import VirtualTime

@testable import Scenarios

/// Which requests a breach can be shown with.
@Suite struct RequestPrefixTests {
    private static let sessions = "/redfish/v1/SessionService/Sessions"
    private static let outlet = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"

    private func exchange(
        _ method: HTTPRequest.Method, _ target: String, _ status: Int, token: String? = nil,
        fields: HTTPFields = [:], answer: HTTPFields = [:]
    ) -> RecordEntry {
        var fields = fields
        if let token { fields[.sessionToken] = token }
        return .exchange(
            Exchange(
                instant: VirtualInstant(millisecondsSinceEpoch: 0), direction: .request,
                request: RequestMessage(method, target, fields: fields),
                response: ResponseMessage(
                    status: HTTPResponse.Status(code: status), fields: answer)))
    }

    private func login(_ number: Int, status: Int = 201) -> RecordEntry {
        exchange(
            .post, Self.sessions, status,
            answer: status == 201
                ? [.sessionToken: "<token#\(number)>", .location: "\(Self.sessions)/\(number)"]
                : [:])
    }

    /// The lines that are kept of a recording, down to its last.
    private func lines(_ entries: [RecordEntry]) -> [Int]? {
        RequestPrefix(to: entries.count + 1, in: entries, faults: [])?.steps.map(\.line)
    }

    @Test func whatNothingRestsOnIsDropped() {
        let kept = lines([
            exchange(.get, "/redfish/v1/", 200), login(1), login(2),
            exchange(.get, "/redfish/v1/PowerEquipment", 200, token: "<token#2>"),
            exchange(.get, "\(Self.outlet)9", 404, token: "<token#2>"),
        ])
        #expect(kept == [4, 6])
    }

    @Test func aWriteToTheSamePlaceAndACitedETagAreKept() {
        let kept = lines([
            login(1),
            exchange(.get, Self.outlet, 200, token: "<token#1>", answer: [.eTag: "\"a\""]),
            exchange(.get, Self.outlet, 200, token: "<token#1>", answer: [.eTag: "\"b\""]),
            exchange(
                .post, "\(Self.outlet)/Actions/Outlet.PowerControl", 204, token: "<token#1>"),
            exchange(.patch, "/redfish/v1/AccountService", 200, token: "<token#1>"),
            exchange(
                .patch, Self.outlet, 412, token: "<token#1>", fields: [.ifMatch: "\"a\""]),
        ])
        #expect(kept == [2, 3, 5, 7])
    }

    @Test func loginsThatTheDeviceCountsAreKept() {
        #expect(lines([login(1), login(2, status: 401), login(3, status: 401)]) == [2, 3, 4])
        #expect(lines([login(1), login(2)]) == [3])
    }

    @Test func whatTheClockBroughtAboutIsWaitedFor() throws {
        let entries = [
            login(1),
            .step(
                StepRecord(
                    instant: VirtualInstant(millisecondsSinceEpoch: 0), action: "expire-sessions",
                    outcome: "1 session ended")),
            exchange(.get, Self.outlet, 401, token: "<token#1>"),
        ]
        let prefix = try #require(RequestPrefix(to: 4, in: entries, faults: []))
        #expect(prefix.steps.map(\.line) == [2, 4])
        #expect(prefix.steps.map(\.dependsOnTime) == [false, true])
        #expect(RequestPrefix(to: 3, in: entries, faults: []) == nil)
    }
}
