import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

@Suite(.timeLimit(.minutes(1))) struct TroubleTests {
    let sum = "\(FakeDevice.pdu)/Sum"

    @Test(arguments: [("25", 55), ("Thu, 15 Jan 2026 10:01:03 GMT", 63)] as [(String, Int64)])
    func retryAfterIsHonoured(text: String, earliest: Int64) {
        var life = Rehearsal()
        let sum = sum
        life.device.intercept = { request, now in
            request.target == sum && now == at(30)
                ? .success(failure(503, "ServiceTemporarilyUnavailable", retryAfter: text)) : nil
        }
        life.run(seconds: 120)
        #expect(life.instants(of: "GET \(sum)").filter { $0 > 30 }.min() == earliest)
        #expect(life.instants(of: "GET \(FakeDevice.pdu)/Inlets/x").contains(40))
        #expect(life.energy("pdu") == "0.0366")
    }

    @Test func stopDoesNotBreakAPromiseToWait() {
        var life = Rehearsal()
        let sum = sum
        life.device.intercept = { request, now in
            request.target == sum && now == at(30)
                ? .success(failure(503, "X", retryAfter: "600")) : nil
        }
        life.run(seconds: 60)
        #expect(life.instants(of: "GET \(sum)") == [0, 10, 20, 30])
        #expect(life.end == at(60))
    }

    @Test func anOutageIsProbedAndOutlived() {
        var life = Rehearsal()
        life.device.intercept = { _, now in
            now >= at(60) && now < at(360) ? .failure(.refused) : nil
        }
        life.run(seconds: 600)
        let probes = life.exchanges.filter { $0.status == nil }
        #expect(probes.count > 10)
        #expect(probes.count < 60)
        let recovery = life.instants(of: "GET \(sum)").filter { $0 >= 360 }.min()
        #expect((recovery ?? 999) <= 380)
        // The whole difference is kept, and marked because nobody saw when it flowed.
        #expect(life.energy("pdu") == "0.183")
        #expect(life.claim("pdu")?["quality"]?.string == "estimated")
        #expect(life.claim("pdu")?["samples"]?.array?.count == 4)
        #expect(life.count(Rehearsal.login) == 1)
    }

    @Test func aPauseThatIsOverDoesNotSpoilTheLastReading() {
        var life = Rehearsal()
        life.configuration.pollInterval = .seconds(1000)
        life.configuration.outletPollInterval = .seconds(1000)
        life.device.intercept = { request, now in
            request.head.headerFields[.xAuthToken] != nil && now == at(1000)
                ? .success(failure(503, "X", retryAfter: "20")) : nil
        }
        life.run(seconds: 1500)
        #expect(life.claim("pdu")?["to"]?.string == at(1500).iso8601)
        #expect(life.end == at(1500))
    }

    @Test func retriesGrowAndEnd() {
        var life = Rehearsal()
        let sum = sum
        life.configuration.pollInterval = .seconds(60)
        life.device.intercept = { request, now in
            request.target == sum && now >= at(60) && now < at(115)
                ? .success(failure(500, "InternalError")) : nil
        }
        life.run(seconds: 120)
        let times = life.exchanges.filter { $0.line == "GET \(sum)" }.map(\.instant)
        #expect(times.count == 5)
        #expect(times[2] - times[1] >= .seconds(1))
        #expect(times[3] - times[2] >= .seconds(2))
        #expect(times[4] == at(120))
    }

    @Test func aRefusedRequestIsNotRepeated() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.target.hasSuffix("/Breakers") ? .success(failure(400, "X")) : nil
        }
        life.run(seconds: 60)
        #expect(life.count("GET \(FakeDevice.pdu)/Breakers") == 1)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test func missingPrivilegeStartsNoLogin() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.method == .post && request.target != "/redfish/v1/Login"
                ? .success(failure(403, "InsufficientPrivilege")) : nil
        }
        life.run(seconds: 60)
        #expect(life.count(Rehearsal.login) == 1)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test(arguments: [301, 302, 307, 308])
    func redirectsAreFollowed(status: Int) {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            guard request.target == "/redfish/v1/PowerEquipment/RackPDUs" else { return nil }
            return .success(
                .init(status: .init(code: status), fields: [.location: "/redfish/v1/Moved"]))
        }
        life.device.overrides["/redfish/v1/Moved"] =
            "{\"Members\":{\"@odata.id\":\"\(FakeDevice.pdu)\"}}"
        life.run(seconds: 60)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test func aRedirectedLoginStaysAPost() {
        var life = Rehearsal()
        life.configuration.serviceOrigin = "http://127.0.0.1:8080"
        life.device.overrides["/redfish/v1/"] = """
            {"PowerEquipment":{"@odata.id":"/redfish/v1/Power"},
             "Links":{"Sessions":{"@odata.id":"/redfish/v1/Old"}}}
            """
        life.device.intercept = { request, _ in
            request.target == "/redfish/v1/Old"
                ? .success(
                    .init(
                        status: .permanentRedirect,
                        fields: [.location: "http://127.0.0.1:8080/redfish/v1/Login"])) : nil
        }
        life.run(seconds: 60)
        #expect(life.count(Rehearsal.login) == 1)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test(arguments: [
        "http://elsewhere.example/redfish/v1/Sum", "/redfish/v1/PowerEquipment/RackPDUs",
    ])
    func foreignAndEndlessRedirectsAreLeft(location: String) {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.target == "/redfish/v1/PowerEquipment/RackPDUs"
                ? .success(.init(status: .temporaryRedirect, fields: [.location: location])) : nil
        }
        life.run(seconds: 60)
        #expect(life.outcome == .done)
        #expect(life.count("GET /redfish/v1/PowerEquipment/RackPDUs") <= 6)
        #expect(life.claims.map { $0["scope"]?.string } == ["events"])
    }

    @Test func discoveryThatFailedIsTakenUpAgain() {
        var life = Rehearsal()
        life.device.intercept = { request, now in
            request.target == "/redfish/v1/Power" && now < at(35)
                ? .success(failure(500, "InternalError")) : nil
        }
        life.run(seconds: 120)
        let from = life.claim("pdu")?["from"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        #expect((from ?? start) >= at(35))
        #expect((from ?? at(99)) <= at(55))
    }

    @Test func aSessionThatEndsWhileLeavingIsRenewedAndEnded() {
        var life = Rehearsal()
        life.device.intercept = { request, now in
            request.method == .delete && request.head.headerFields[.xAuthToken] == "token-1"
                ? .success(failure(401, "NoValidSession")) : nil
        }
        life.run(seconds: 20)
        #expect(life.device.subscriptions.isEmpty)
        #expect(life.exchanges.last?.line == "DELETE /redfish/v1/Login/3")
    }

    @Test func anAsynchronousAnswerIsWaitedFor() {
        var life = Rehearsal()
        life.device.intercept = { request, now in
            guard request.target == "/redfish/v1/Events/Sub/2", request.method == .delete
            else { return nil }
            return .success(.init(status: .accepted, fields: [.location: "/redfish/v1/Task/1"]))
        }
        life.device.overrides["/redfish/v1/Task/1"] = "{}"
        life.run(seconds: 60)
        #expect(life.instants(of: "GET /redfish/v1/Task/1") == [61])
        #expect(life.outcome == .done)
    }
}
