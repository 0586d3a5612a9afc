import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

@Suite(.timeLimit(.minutes(1))) struct EventTests {
    let upper = FakeDevice().outletURI("upper-b")
    let breaker = "\(FakeDevice.pdu)/Breakers/A"

    @Test func subscribesWithWhatIsAdvertisedOnly() {
        var life = Rehearsal()
        life.run(seconds: 20)
        let post = life.exchanges.first { $0.line == "POST /redfish/v1/Events/Sub" }
        let body = post.flatMap { try? JSONValue(parsing: $0.request.body) }
        #expect(body?.object?.names == ["Destination", "Protocol", "Context", "EventFormatType"])
        #expect(body?["Context"]?.string == life.configuration.subscriptionContext)
        let subscribed = life.exchanges.firstIndex { $0.line == "POST /redfish/v1/Events/Sub" }
        let firstReading = life.exchanges.firstIndex { $0.line.hasSuffix("/Sum") }
        #expect((subscribed ?? 999) < (firstReading ?? 0))
    }

    @Test func anEventMakesItsOriginAndWhatDependsOnItBeReadAgain() {
        var life = Rehearsal()
        let record = delivery("Power.1.2.BreakerTripped", id: "1", origin: breaker)
        life.script = [(at(33), { _ in [record] })]
        life.run(seconds: 58)
        #expect(life.answers == [204])
        #expect(life.instants(of: "GET \(breaker)").contains(33))
        #expect(life.instants(of: "GET \(upper)") == [0, 33, 58])
        #expect(life.instants(of: "GET \(FakeDevice.pdu)/Sum").contains(33))
    }

    @Test func redeliveriesCountOnce() {
        var life = Rehearsal()
        let records = ["1", "2", "1", "2", "3"].map {
            delivery("Power.1.2.OutletPoweredOff", id: $0, origin: upper, group: 9)
        }
        life.script = [(at(33), { _ in records })]
        life.run(seconds: 60)
        let tally = life.claims.last
        #expect(
            tally?.compactText == """
                {"scope":"events","received":5,"distinct":3,"duplicates":2,\
                "incidents":1,"foreign":0}
                """)
    }

    @Test func aBurstCostsFewRequests() {
        var life = Rehearsal()
        life.device.outlets = (0..<48).map { "o\($0)" }
        life.device.pageSize = 48
        let uris = life.device.outlets.map(life.device.outletURI)
        life.script = (0..<1000).map { index in
            let record = delivery(
                "Power.1.2.PowerAboveUpperCautionThreshold", id: "\(index)",
                origin: uris[index % 48])
            return (at(300) + .milliseconds(Int64(index) * 10), { _ in [record] })
        }
        life.run(seconds: 330)
        #expect(life.answers == Array(repeating: 204, count: 1000))
        #expect(life.claims.last?["distinct"]?.number?.text == "1000")
        let reads = life.exchanges.count { $0.instant > at(300) && $0.instant < at(320) }
        #expect(reads < 250)
        // What the last record is about is read after it came.
        let last = uris[999 % 48]
        #expect(life.instants(of: "GET \(last)").contains { $0 >= 310 })
    }

    @Test func testMessagesAndForeignContextsRaiseNothing() {
        var life = Rehearsal()
        let records = [
            delivery("ResourceEvent.1.4.TestMessage", id: "1", origin: upper),
            delivery("Power.1.2.OutletPoweredOff", id: "2", origin: upper, context: "forged"),
            "no JSON",
        ]
        life.script = [(at(33), { _ in records })]
        life.run(seconds: 58)
        #expect(life.answers == [204, 204, 400])
        #expect(life.instants(of: "GET \(upper)") == [0, 58])
        #expect(life.claims.last?["incidents"]?.number?.text == "0")
        #expect(life.claims.last?["foreign"]?.number?.text == "1")
    }

    @Test(arguments: ["Base.1.13.SubscriptionTerminated", "silence", "gone"])
    func aLostSubscriptionIsMadeAnewAndStateIsReadAgain(cause: String) {
        var life = Rehearsal()
        life.script = [
            (
                at(33),
                { device in
                    switch cause {
                    case "gone": device.subscriptions = [:]
                    case "silence":
                        for (uri, text) in device.subscriptions {
                            device.subscriptions[uri] =
                                "{\"Status\":{\"State\":\"Disabled\"}," + text.dropFirst()
                        }
                    default:
                        device.subscriptions = [:]
                        return [delivery(cause, id: "1")]
                    }
                    return []
                }
            )
        ]
        life.run(seconds: 150)
        #expect(life.count("POST /redfish/v1/Events/Sub") == 2)
        #expect(life.device.subscriptions.isEmpty)
        if cause.hasPrefix("Base") {
            #expect(life.instants(of: "GET \(upper)").contains(33))
        }
    }

    @Test func anOwnSubscriptionIsAdoptedAndAStaleOneDeleted() {
        var life = Rehearsal()
        let context = life.configuration.subscriptionContext
        life.device.subscriptions = [
            "/redfish/v1/Events/Sub/a": "{\"Destination\":\"http://other.example/\"}",
            "/redfish/v1/Events/Sub/b": """
            {"Destination":"http://127.0.0.1:4711/events","Context":"\(context)"}
            """,
            "/redfish/v1/Events/Sub/c": "{\"Context\":\"\(context)\",\"HttpHeaders\":[]}",
            "/redfish/v1/Events/Sub/d": "{\"SubscriptionType\":\"SSE\",\"HttpHeaders\":null}",
        ]
        life.run(seconds: 60)
        #expect(life.count("POST /redfish/v1/Events/Sub") == 0)
        #expect(
            life.device.subscriptions.keys.sorted() == [
                "/redfish/v1/Events/Sub/a", "/redfish/v1/Events/Sub/d",
            ])
    }

    @Test func pollingGoesOnWithoutASubscription() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.method == .post && request.target == "/redfish/v1/Events/Sub"
                ? .success(failure(400, "EventSubscriptionLimitExceeded")) : nil
        }
        life.run(seconds: 60)
        #expect(life.count("POST /redfish/v1/Events/Sub") == 1)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test func whatIsOptionalIsDroppedOnce() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.method == .post && request.body.contains(Array("EventFormatType".utf8))
                ? .success(failure(400, "PropertyUnknown")) : nil
        }
        life.run(seconds: 60)
        #expect(life.count("POST /redfish/v1/Events/Sub") == 2)
        #expect(life.device.subscriptions.isEmpty)
    }

    @Test func anUncertainSubscriptionIsLookedUpBeforeItIsRepeated() {
        var life = Rehearsal()
        let context = life.configuration.subscriptionContext
        life.device.intercept = { request, _ in
            request.method == .post && request.target == "/redfish/v1/Events/Sub"
                ? .failure(.resetBeforeHead) : nil
        }
        life.script = [
            (
                start,
                { device in
                    device.subscriptions["/redfish/v1/Events/Sub/b"] = """
                        {"Destination":"http://127.0.0.1:4711/events","Context":"\(context)"}
                        """
                    return []
                }
            )
        ]
        life.run(seconds: 60)
        #expect(life.count("POST /redfish/v1/Events/Sub") == 1)
        #expect(life.device.subscriptions.isEmpty)
    }

    @Test func newOutletsAreFoundByEvent() {
        var life = Rehearsal()
        let added = FakeDevice().outletURI("new")
        life.script = [
            (
                at(33),
                { device in
                    device.outlets.append("new")
                    return [delivery("ResourceEvent.1.4.ResourceCreated", id: "1", origin: added)]
                }
            )
        ]
        life.run(seconds: 180)
        #expect(life.claim(added)?["from"]?.string == "2026-01-15T10:00:33Z")
        #expect(life.count("POST /redfish/v1/Events/Sub") == 1)
    }
}
