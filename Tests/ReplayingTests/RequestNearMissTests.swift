import HTTPMessages
import HTTPTypes
import Replaying
import Testing

/// Which recorded request comes nearest to one that was not recorded, and why.
@Suite struct RequestNearMissTests {
    private static let root = "/redfish/v1/PowerEquipment/RackPDUs/2"

    private static func post(
        _ path: String, _ body: String, _ method: HTTPRequest.Method = .post,
        fields: HTTPFields = [:]
    ) -> RequestMessage {
        var fields = fields
        fields[.contentType] = fields[.contentType] ?? "application/json"
        return RequestMessage(method, root + path, fields: fields, body: Array(body.utf8))
    }

    /// A PDU with 12 outlets, a few circuits, and some changes.
    private static let recorded: [RequestMessage] =
        (1...12).flatMap { number in
            [
                RequestMessage(.get, "\(root)/Outlets/\(number)"),
                post(
                    "/Outlets/\(number)/Actions/Outlet.PowerControl",
                    #"{"PowerState":"Off","Delay":5}"#),
                post(
                    "/Outlets/\(number)", #"{"UserLabel":"rack"}"#, .patch,
                    fields: [.ifMatch: "\"1\""]),
            ]
        } + ["A", "B", "C"].map { RequestMessage(.get, "\(root)/Branches/\($0)") }
        + [
            RequestMessage(.get, root), RequestMessage(.get, "\(root)/Metrics"),
            RequestMessage(.get, "\(root)/Outlets?$top=12"),
            RequestMessage(.get, "/redfish/v1/Chassis/1/Sensors/Power"),
        ]

    private static func candidates() -> [RequestNearMiss.Candidate] {
        recorded.enumerated().map {
            RequestNearMiss.Candidate(request: $0.element, line: $0.offset + 2)
        }
    }

    /// What is sent, the request that was meant, and the word its reason begins with.
    private static let mistakes: [(RequestMessage, target: String, reason: String)] =
        (1...12).flatMap { number -> [(RequestMessage, target: String, reason: String)] in
            let outlet = "\(root)/Outlets/\(number)"
            let action = "/Outlets/\(number)/Actions/Outlet.PowerControl"
            return [
                (RequestMessage(.get, "\(root)/outlets/\(number)"), outlet, "the URI"),
                (RequestMessage(.put, outlet), outlet, "the method"),
                (RequestMessage(.get, "\(outlet)?$select=Id"), outlet, "the query"),
                (
                    post(action, #"{"PowerState":"On","Delay":5}"#), root + action,
                    "the body: /PowerState is"
                ),
                (
                    post("/Outlets/\(number)", #"{"UserLabel":"rack"}"#, .patch), outlet,
                    "the header If-Match"
                ),
                (
                    post(
                        action, #"{"PowerState":"Off","Delay":5}"#,
                        fields: [.contentType: "text/plain"]), root + action,
                    "the header Content-Type"
                ),
            ]
        }

    @Test func theRightCauseComesFirst() {
        let candidates = Self.candidates()
        let wrong = Self.mistakes.filter { request, target, reason in
            let nearest = RequestNearMiss.nearest(to: request, among: candidates).first
            return nearest?.target != target
                || !(nearest?.reasons.first?.hasPrefix(reason) ?? false)
        }
        #expect(Self.mistakes.count == 72)
        #expect(wrong.isEmpty, "\(wrong.map { ($0.0.head.method, $0.0.target) })")
    }

    @Test func usedUpIsOnlyWhatCanBe() {
        let action = Self.post("/Outlets/1/Actions/Outlet.PowerControl", "{}")
        func reasons(_ request: RequestMessage, _ recorded: [RequestMessage]) -> [[String]] {
            RequestNearMiss.nearest(
                to: request,
                among: recorded.enumerated().map { .init(request: $0.element, line: $0.offset) }
            ).map(\.reasons)
        }
        #expect(
            reasons(action, [action]) == [["used up: it was recorded once"]])
        #expect(reasons(action, [action, action]) == [["used up: it was recorded 2 times"]])
        #expect(
            reasons(
                RequestMessage(.get, "/a?$top=2&$skip=4"), [RequestMessage(.get, "/a?$top=2")])
                == [["the query: ?$top=2&$skip=4 was sent"]])
    }

    @Test func thereAreThreeAtMostAndNoneFromFarAway() {
        let near = RequestNearMiss.nearest(
            to: RequestMessage(.get, "\(Self.root)/Outlets/99"), among: Self.candidates())
        #expect(near.count == 3)
        #expect(
            RequestNearMiss.nearest(
                to: RequestMessage(.get, "/a/b/c/d/e/f/g/h/i"), among: Self.candidates()
            ).isEmpty)
    }
}
