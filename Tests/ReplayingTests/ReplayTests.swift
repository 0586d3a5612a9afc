import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Replaying
import Synchronization
import Testing

final class TokenCounter: Sendable {
    private let count = Mutex(0)

    func next() -> String {
        count.withLock { count in
            count += 1
            return "token-\(count)"
        }
    }
}

@Suite struct ReplayTests {
    private let outlet = "/redfish/v1/Outlets/1"

    /// A login and an outlet read at 10, 20 and 30 s.
    private var polled: Tape {
        var tape = Tape()
        tape.addLogin(0)
        for seconds in [10, 20, 30] as [Int64] { tape.add(seconds, outlet, body: "\(seconds)") }
        return tape
    }

    @Test func aValueHoldsFromItsMomentOn() {
        var device = polled.device()
        let token = device.login()
        for (seconds, value) in [
            (0, "10"), (10, "10"), (19, "10"), (20, "20"), (99, "30"), (25, "20"),
        ]
            as [(Int64, String)]
        {
            #expect(device.ask(seconds, outlet, token: token).text == value)
        }
    }

    /// What clients forget to end is forgotten in the end, and what they ask costs no more for it.
    @Test(.timeLimit(.minutes(1))) func sessionsAndSubscriptionsAreBounded() throws {
        var tape = polled
        tape.add(
            1, .post, "/redfish/v1/EventService/Subscriptions",
            sent: #"{"Destination":"http://127.0.0.1:1/"}"#, status: .created,
            fields: [.location: "/redfish/v1/EventService/Subscriptions/1"])
        var device = tape.device()
        let first = device.login()
        #expect(device.ask(10, outlet, token: first).status == 200)
        var uris: Set<String> = []
        for _ in 0..<1100 {
            let answer = device.ask(
                0, .post, "/redfish/v1/SessionService/Sessions", token: nil, sent: "{}")
            uris.insert(try #require(answer.response?.head.headerFields[.location]))
        }
        // A URI that is free again may come back.
        #expect(uris.count > 1090)
        #expect(device.ask(10, outlet, token: first).status == 401)
        let last = device.login()
        #expect(device.ask(10, outlet, token: last).status == 200)
        let statuses = (0..<300).map { _ in
            device.ask(
                2, .post, "/redfish/v1/EventService/Subscriptions", token: last,
                sent: #"{"Destination":"http://127.0.0.1:1/"}"#
            ).status
        }
        #expect(statuses.count { $0 == 201 } == 256)
        #expect(statuses.last == 503)
    }

    /// The first mishap after a client's coming is its own; a connection that closes is no client any
    /// more.
    @Test func whoComesByAnotherConnectionIsAnother() {
        var tape = Tape()
        tape.add(5, "/redfish/v1", token: nil, body: "root")
        tape.add(10, "/redfish/v1", token: nil, status: .serviceUnavailable)
        var device = tape.device()
        #expect(device.ask(9, "/redfish/v1", token: nil).status == 200)
        #expect(device.ask(11, "/redfish/v1", token: nil).status == 503)
        #expect(device.ask(11, "/redfish/v1", token: nil).status == 200)
        device.connectionClosed(1)
        #expect(device.ask(10, "/redfish/v1", token: nil).status == 503)
    }

    /// A number sign would end the path of a link, so a mask in a URI is spelt as part of one.
    @Test func linksWithMasksLeadToWhatTheyName() {
        var tape = Tape()
        tape.addLogin(0)
        tape.add(
            1, "/redfish/v1/Chassis",
            body: #"{"Members":[{"@odata.id":"/redfish/v1/Chassis/<serial#1>"}]}"#)
        tape.add(
            2, "/redfish/v1/Chassis/<serial#1>",
            body: #"{"SerialNumber":"<serial#1>","Host":"https://<host#2>/"}"#)
        var device = tape.device()
        let token = device.login()
        #expect(
            device.ask(5, "/redfish/v1/Chassis", token: token).text
                == #"{"Members":[{"@odata.id":"/redfish/v1/Chassis/serial-1"}]}"#)
        #expect(
            device.ask(5, "/redfish/v1/Chassis/serial-1", token: token).text
                == #"{"SerialNumber":"<serial#1>","Host":"https://host-2/"}"#)
    }

    /// What a recording masks beside secrets, a client may send as it is.
    @Test func masksOfAnyKindStandForWhatIsSent() {
        var tape = polled
        tape.add(
            15, .patch, outlet,
            sent: #"{"UserLabel":"<my-site#1>","Oem":{"Syslog":"udp://<host#1>:514"}}"#,
            status: .noContent)
        var device = tape.device()
        let token = device.login()
        func patch(_ sent: String) -> Int? {
            device.ask(15, .patch, outlet, token: token, sent: sent).status
        }
        #expect(patch(#"{"UserLabel":"row 7","Oem":{"Syslog":"tcp://10.0.0.1:514"}}"#) == 501)
        #expect(patch(#"{"UserLabel":"row 7","Oem":{"Syslog":"udp://10.0.0.1:514"}}"#) == 204)
    }

    @Test func aSequenceIsOneForEveryClient() {
        var device = polled.device(mode: .sequence)
        let (one, other) = (device.login(), device.login())
        #expect(
            (0..<4).map { _ in device.ask(99, outlet, token: one).text } == [
                "10", "20", "30", "30",
            ])
        #expect(device.ask(0, outlet, token: other).text == "10")
    }

    @Test func nobodyGetsInWithoutALogin() {
        var tape = polled
        tape.add(1, "/redfish/v1", token: nil, body: "root")
        var device = tape.device(password: "right")
        #expect(device.ask(10, outlet, token: nil).status == 401)
        #expect(device.ask(10, outlet, token: "<token#1>").status == 401)
        #expect(device.ask(10, "/redfish/v1/", token: nil).text == "root")
        #expect(device.login() == "")
        #expect(
            device.ask(
                0, .post, "/redfish/v1/SessionService/Sessions", token: nil,
                sent: #"{"Password":"right"}"#
            ).status == 201)
    }

    @Test func sessionsEndAsRecordedAndEachHasItsOwnURI() throws {
        var tape = polled
        tape.add(40, outlet, status: .unauthorized)
        tape.addLogin(41, token: "<token#2>")
        tape.add(42, outlet, token: "<token#2>", body: "42")
        var device = tape.device()
        let (one, other) = (device.login(), device.login())
        #expect(device.ask(39, outlet, token: one).text == "30")
        #expect(device.ask(40, outlet, token: one).status == 401)
        #expect(device.ask(40, outlet, token: other).status == 401)
        let again = device.login(at: 41)
        #expect(device.ask(43, outlet, token: again).text == "42")
        let session = "/redfish/v1/SessionService/Sessions/1"
        #expect(device.ask(43, session, token: again).status == 200)
        #expect(device.ask(44, .delete, session, token: again).status == 204)
        #expect(device.ask(45, outlet, token: again).status == 401)
    }

    @Test func aMishapHappensOnceToEveryClient() {
        var tape = polled
        tape.add(25, outlet, status: .serviceUnavailable)
        tape.add(26, outlet, status: nil, failure: .shortBody)
        tape.add(27, outlet, body: "27")
        var device = tape.device()
        let (one, other) = (device.login(), device.login())
        for token in [one, other] {
            #expect(device.ask(12, outlet, token: token).text == "10")
            #expect(device.ask(29, outlet, token: token).status == 503)
            #expect(device.ask(29, outlet, token: token).failure == .shortBody)
            #expect(device.ask(29, outlet, token: token).text == "27")
        }
        // Who comes later has missed it.
        let late = device.login(at: 28)
        #expect(device.ask(29, outlet, token: late).text == "27")
    }

    @Test func aConditionalReadIsAnswered() {
        var tape = Tape()
        tape.addLogin(0)
        tape.add(1, outlet, fields: [.eTag: #""1""#], body: "one")
        tape.add(2, outlet, status: .notModified, body: "")
        var device = tape.device()
        let token = device.login()
        #expect(device.ask(3, outlet, token: token).text == "one")
        #expect(
            device.ask(3, outlet, token: token, fields: [.ifNoneMatch: #""1""#]).status == 304)
    }

    @Test func absoluteLinksLeadToTheReplay() throws {
        var device = polled.device()
        let token = device.login()
        let login = device.ask(
            0, .post, "/redfish/v1/SessionService/Sessions", token: nil, sent: "{}")
        #expect(token == "token-1")
        let location = try #require(login.response?.head.headerFields[.location])
        #expect(location == "http://127.0.0.1:9000/redfish/v1/SessionService/Sessions/1-2")
    }

    @Test func changesAreAnsweredAsOftenAsTheyWereRecorded() throws {
        var tape = polled
        let action = "/redfish/v1/Outlets/1/Actions/Outlet.PowerControl"
        tape.add(12, .post, action, sent: #"{"PowerState":"Off"}"#, status: .noContent, body: "")
        var device = tape.device()
        let (one, other) = (device.login(), device.login())
        for token in [one, other] {
            #expect(
                device.ask(1, .post, action, token: token, sent: #"{ "PowerState": "Off" }"#).status
                    == 204)
            let second = device.ask(2, .post, action, token: token, sent: #"{"PowerState":"Off"}"#)
            #expect(second.status == 501)
            #expect(second.text.contains("used up"))
        }
        let unknown = device.ask(3, .post, action, token: one, sent: #"{"PowerState":"On"}"#)
        #expect(unknown.status == 501)
        #expect(unknown.text.contains("the body: /PowerState is"))
        let group = device.findings(isStrict: false)
        #expect(group.verdict == .fail)
        #expect(group.results[0].findings.count == 3)
    }

    @Test func whatWasNeverAskedIsFound() {
        var tape = polled
        tape.add(31, "/redfish/v1/Outlets/2")
        tape.add(32, .patch, outlet, sent: #"{"UserLabel":"x"}"#)
        var device = tape.device()
        let token = device.login()
        _ = device.ask(10, outlet, token: token)
        let lenient = device.findings(isStrict: false)
        #expect(lenient.verdict == .warn)
        #expect(
            lenient.results[1].findings.map { $0.expected } == [
                "GET /redfish/v1/Outlets/2", "PATCH /redfish/v1/Outlets/1",
            ])
        #expect(device.findings(isStrict: true).verdict == .fail)
    }

    @Test func eventsComeAtTheirTimesToEverySubscriber() throws {
        var tape = Tape()
        tape.addLogin(0)
        let subscriptions = "/redfish/v1/EventService/Subscriptions"
        tape.add(
            1, .post, subscriptions,
            sent: #"{"Destination":"http://c:1/events","Context":"mine","EventTypes":["Alert"]}"#,
            status: .created, fields: [.location: "\(subscriptions)/1"], body: "")
        for (seconds, id) in [(5, "1"), (6, "1"), (9, "2")] as [(Int64, String)] {
            tape.add(
                seconds, .post, "/events", token: nil,
                sent: #"{"Id":"\#(id)","Context":"mine"}"#,
                status: seconds == 5 ? .serviceUnavailable : .noContent, body: "",
                direction: .delivery)
        }
        var device = tape.device()
        let token = device.login()
        let uris = ["yours", "theirs"].map { context in
            device.ask(
                2, .post, subscriptions, token: token,
                sent:
                    #"{"Destination":"http://d:2/\#(context)","Context":"\#(context)","EventTypes":["Alert"]}"#
            ).response?.head.headerFields[.location] ?? ""
        }
        #expect(Set(uris).count == 2)
        #expect(device.takeDeliveries(at: Tape.at(4)).isEmpty)
        let first = device.takeDeliveries(at: Tape.at(8))
        #expect(first.map(\.destination) == ["http://d:2/yours", "http://d:2/theirs"])
        #expect(
            first.map { String(decoding: $0.request.body, as: UTF8.self) } == [
                #"{"Id":"1","Context":"yours"}"#, #"{"Id":"1","Context":"theirs"}"#,
            ])
        #expect(device.ask(9, .delete, uris[1], token: token).status == 204)
        #expect(device.takeDeliveries(at: Tape.at(99)).map(\.destination) == ["http://d:2/yours"])
    }

    /// A device that restarts loses its subscriptions, and its clients make them again.
    @Test func destinationsWithAQueryGetTheirEvents() throws {
        var tape = Tape()
        tape.addLogin(0)
        let subscriptions = "/redfish/v1/EventService/Subscriptions"
        for (number, target) in ["/ev?x=1", "?y=2"].enumerated() {
            tape.add(
                1, .post, subscriptions,
                sent: #"{"Destination":"http://c:1\#(target)","Context":"\#(number)"}"#,
                status: .created, fields: [.location: "\(subscriptions)/\(number)"], body: "")
        }
        tape.add(
            5, .post, "/ev?x=1", token: nil, sent: #"{"Id":"1"}"#, status: .noContent, body: "",
            direction: .delivery)
        tape.add(
            6, .post, "/?y=2", token: nil, sent: #"{"Id":"2"}"#, status: .noContent, body: "",
            direction: .delivery)
        var device = tape.device()
        let token = device.login()
        _ = device.ask(
            2, .post, subscriptions, token: token, sent: #"{"Destination":"http://d:2?z=3"}"#)
        #expect(device.takeDeliveries(at: Tape.at(9)).map(\.request.target) == ["/?z=3", "/?z=3"])
    }

    /// Source: RFC 3986, clause 6.2.2; OData 4.0 Part 2, clause 2; DSP0266 1.8.1, 7.3.
    @Test(arguments: [
        ("/a/%C3%A9", "/a/%c3%a9", true), ("/a/b-c", "/a/b%2Dc", true), ("/a/%7Eb", "/a/~b", true),
        ("/a/b", "/a/b/", true), ("/a/b?$top=1", "/a/b/?$top=1", true), ("/a", "/a?", true),
        ("/a?$top=2&$skip=4", "/a?%24skip=4&%24top=2", true),
        ("/a?$expand=*($levels=2)", "/a?%24expand=%2A%28%24levels%3D2%29", true),
        ("/a?b=%26c", "/a?b=&c", false), ("/a?b=%2Bc", "/a?b=+c", false),
        ("/a?b%3D=c", "/a?b==c", false),
        ("/a/b%2Fc", "/a/b/c", false), ("/a/%24b", "/a/$b", false), ("/a/B", "/a/b", false),
        ("/a?$top=1", "/a?$top=2", false), ("/a/%zz", "/a/%ZZ", false),
    ])
    func anAddressIsTheSameHoweverItIsSpelt(recorded: String, asked: String, isSame: Bool) {
        var tape = Tape()
        tape.addLogin(0)
        tape.add(1, recorded)
        var device = tape.device()
        let token = device.login()
        let answer = device.ask(2, asked, token: token)
        #expect(answer.status == (isSame ? 200 : 404))
        #expect(!answer.text.contains("used up"), "\(answer.text)")
    }

    /// How long to wait before coming back holds from then on, also for those who came later.
    @Test func aStreamSaysWhenToComeBack() {
        var tape = Tape()
        tape.addLogin(0)
        let uri = "/redfish/v1/EventService/SSE"
        tape.add(1, uri, fields: [.contentType: "text/event-stream"], body: "")
        tape.addStreamed(1, .init(id: "", retryMilliseconds: 3000))
        tape.addStreamed(2, .init(id: "1", event: "Alert", body: Array("a".utf8)))
        tape.addStreamed(8, .init(id: "2", event: "Alert", body: Array("b".utf8)))
        var device = tape.device()
        let token = device.login()
        #expect(device.ask(5, uri, token: token).stream != nil)
        let first = device.takeStreamed(at: Tape.at(5)).map(\.payload)
        #expect(first == [.init(id: "", retryMilliseconds: 3000)])
        let next = device.takeStreamed(at: Tape.at(9)).map(\.payload)
        #expect(next == [.init(id: "2", event: "Alert", body: Array("b".utf8))])
    }

    @Test func whatIsOpenToAllIsNotRecordedRatherThanForbidden() {
        var tape = polled
        tape.add(31, "/redfish/v1")
        var device = tape.device()
        let answer = device.ask(1, "/redfish", token: nil)
        #expect(answer.status == 404)
        #expect(answer.text.contains("GET /redfish/v1 (line 6)"))
        #expect(device.ask(1, "/redfish/v1/", token: nil).status == 200)
        // A finding names the line that comes nearest; far from everything it names none.
        _ = device.ask(2, "/redfish/v1/$metadata", token: nil)
        let token = device.login()
        _ = device.ask(2, "/a/b/c/d/e/f/g/h", token: token)
        let lines = device.findings(isStrict: false).results[0].findings.map { $0.exchange?.line }
        #expect(lines.first == 6)
        #expect(lines.last == .some(nil))
        #expect(!lines.contains(0))
    }

    @Test func aSubscriptionThatTheDeviceLostIsMadeAgainAtItsAddress() {
        let subscriptions = "/redfish/v1/EventService/Subscriptions"
        let sent = #"{"Destination":"http://c:1/events","EventTypes":["Alert"]}"#
        var tape = Tape()
        tape.addLogin(0)
        for seconds in [1, 600] as [Int64] {
            tape.add(
                seconds, .post, subscriptions, sent: sent, status: .created,
                fields: [.location: "\(subscriptions)/1"], body: "")
            tape.add(seconds + 1, "\(subscriptions)/1")
            tape.add(seconds + 300, "\(subscriptions)/1", status: .notFound)
        }
        var device = tape.device()
        for seconds in [2, 590] as [Int64] {
            let token = device.login(at: seconds)
            let made = device.ask(seconds, .post, subscriptions, token: token, sent: sent)
            #expect(made.response?.head.headerFields[.location] == "\(subscriptions)/1")
            #expect(device.ask(seconds + 20, "\(subscriptions)/1", token: token).status == 200)
            #expect(device.ask(seconds + 320, "\(subscriptions)/1", token: token).status == 404)
        }
        #expect(device.findings(isStrict: true).verdict == .pass)
    }

    @Test func aDeviceStandsAsItWasRecordedLast() {
        var tape = Tape()
        tape.addLogin(0)
        for (seconds, energy) in [(10, "1.5"), (20, "1.7")] as [(Int64, String)] {
            tape.add(
                seconds, "/redfish/v1/Outlets/1", body: #"{"EnergykWh":{"Reading":\#(energy)}}"#)
            tape.add(
                seconds, "/redfish/v1/Sensors/E",
                body: #"{"ReadingType":"EnergykWh","Reading":\#(energy)}"#)
            tape.add(
                seconds, "/redfish/v1/Sensors/P", body: #"{"ReadingType":"Power","Reading":9}"#)
        }
        tape.add(15, "/redfish/v1/Outlets/1", status: .serviceUnavailable)
        let device = tape.device()
        func readings(_ seconds: Int64) -> [String] {
            device.registers(at: Tape.at(seconds)).map { "\($0.path) \($0.kilowattHours.text)" }
        }
        #expect(readings(0) == ["/redfish/v1/Outlets/1 1.5", "/redfish/v1/Sensors/E 1.5"])
        #expect(readings(19) == readings(0))
        #expect(readings(20) == ["/redfish/v1/Outlets/1 1.7", "/redfish/v1/Sensors/E 1.7"])
        #expect(device.nextDue == nil)
    }
}
