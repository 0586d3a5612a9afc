import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

@Suite(.timeLimit(.minutes(1))) struct LifeTests {
    let upper = FakeDevice().outletURI("upper-b")

    @Test func wholeLife() {
        var life = Rehearsal()
        life.run(seconds: 300)
        #expect(life.outcome == .done)
        #expect(life.end == at(300))
        #expect(life.exchanges.first?.line == "GET /redfish/v1/")
        #expect(life.exchanges.first?.request.head.headerFields[.xAuthToken] == nil)
        #expect(life.count(Rehearsal.login) == 1)
        #expect(life.device.sessions.isEmpty)
        #expect(life.device.subscriptions.isEmpty)
        #expect(life.count("GET \(FakeDevice.pdu)/Sum") == 31)
        #expect(life.instants(of: "GET \(upper)") == [0, 60, 120, 180, 240, 300])
        #expect(life.exchanges.last?.line == "DELETE /redfish/v1/Login/1")
        #expect(life.exchanges.allSatisfy { ($0.status ?? 0) < 300 })
        #expect(life.logs.isEmpty)
    }

    @Test func everyRequestSaysWhoAsksAndWhatItTakes() {
        var life = Rehearsal()
        life.run(seconds: 20)
        for exchange in life.exchanges {
            let fields = exchange.request.head.headerFields
            #expect(fields[.accept] == "application/json")
            #expect(fields[.odataVersion] == "4.0")
            #expect(fields[.userAgent] == "pdu-harness-reference-client")
            #expect((fields[.contentType] == nil) == exchange.request.body.isEmpty)
            #expect(exchange.request.body.isEmpty || exchange.request.method == .post)
        }
    }

    @Test func claimsWhatTheRegistersSay() {
        var life = Rehearsal()
        life.run(seconds: 300)
        // 360 W for 300 s are 0.03 kWh; the unit draws three times that and 18 W itself.
        #expect(life.energy(upper) == "0.03")
        #expect(life.energy("pdu") == "0.0915")
        #expect(life.claim(upper)?["quality"]?.string == "measured")
        #expect(
            life.claim(upper)?.compactText == """
                {"scope":"\(upper)","from":"2026-01-15T10:00:00Z","to":"2026-01-15T10:05:00Z",\
                "energy":0.03,"unit":"kWh","kind":"interval","quality":"measured",\
                "samples":["2026-01-15T10:00:00Z","2026-01-15T10:05:00Z"]}
                """)
        #expect(life.claims.count == 5)
        #expect(life.claims.last?["scope"]?.string == "events")
    }

    @Test func stopBetweenPollsReadsOnceMore() {
        var life = Rehearsal()
        life.run(seconds: 95)
        #expect(life.instants(of: "GET \(upper)") == [0, 60, 95])
        #expect(life.claim("pdu")?["to"]?.string == "2026-01-15T10:01:35Z")
    }

    @Test func sameRunTwiceIsTheSame() {
        var first = Rehearsal()
        var second = Rehearsal()
        first.run(seconds: 120)
        second.run(seconds: 120)
        #expect(first.exchanges.map(\.request) == second.exchanges.map(\.request))
        #expect(first.claims == second.claims)
    }

    @Test func followsEveryPageVerbatim() {
        var life = Rehearsal()
        life.device.outlets = (0..<48).map { "o\($0 * 7 % 48)x" }
        life.device.pageSize = 7
        life.run(seconds: 60)
        #expect(life.count("GET \(FakeDevice.pdu)/Sockets?$skiptoken=42") == 1)
        #expect(life.claims.count == 50)
        #expect(life.count("GET \(life.device.outletURI("o5x"))") == 2)
    }

    @Test func pagesThatDoNotEndAreLeft() {
        var life = Rehearsal()
        life.device.overrides["\(FakeDevice.pdu)/Sockets?$skiptoken=2"] = """
            {"Members":[],"Members@odata.nextLink":"\(FakeDevice.pdu)/Sockets?$skiptoken=2"}
            """
        life.run(seconds: 30)
        #expect(life.count("GET \(FakeDevice.pdu)/Sockets?$skiptoken=2") == 1)
        #expect(life.energy(upper) == "0.003")
    }

    @Test func missingPartsCostNothingElse() {
        var life = Rehearsal()
        life.device.overrides[FakeDevice.pdu] =
            "{\"Outlets\":{\"@odata.id\":\"\(FakeDevice.pdu)/Sockets\"}}"
        life.run(seconds: 60)
        #expect(life.outcome == .done)
        #expect(life.energy(upper) == "0.006")
        #expect(life.energy("pdu") == "0.018")
        #expect(life.claim("pdu")?["quality"]?.string == "estimated")
    }

    @Test func mainsStandInForMetrics() {
        var life = Rehearsal()
        life.device.hasPDUMetrics = false
        life.run(seconds: 60)
        #expect(life.energy("pdu") == "0.0183")
        #expect(life.claim("pdu")?["quality"]?.string == "measured")
    }

    @Test func aBadMemberCostsThatMemberOnly() {
        var life = Rehearsal()
        let upper = upper
        life.device.intercept = { request, _ in
            request.target == upper ? .success(json("{\"Ener", status: .ok)) : nil
        }
        life.run(seconds: 60)
        #expect(life.energy(upper) == nil)
        #expect(life.energy(life.device.outletURI("lower-a")) == "0.006")
        #expect(life.instants(of: "GET \(upper)") == [0, 1, 3, 60])
    }

    @Test func aMemberThatIsGoneIsNotAskedForForever() {
        var life = Rehearsal()
        let upper = upper
        life.device.intercept = { request, _ in
            request.target == upper ? .success(failure(404, "ResourceMissingAtURI")) : nil
        }
        life.run(seconds: 3600)
        #expect(life.count("GET \(upper)") == 2)
        #expect(life.count("GET /redfish/v1/") == 2)
        #expect(life.energy(life.device.outletURI("lower-a")) == "0.36")
    }

    @Test func aLoginPageIsNoValue() {
        var life = Rehearsal()
        life.device.intercept = { request, now in
            request.target.hasSuffix("/Sum") && now == at(30)
                ? .success(
                    .init(
                        status: .ok, fields: [.contentType: "text/html"],
                        body: Array("{\"EnergykWh\":{\"Reading\":9}}".utf8))) : nil
        }
        life.run(seconds: 60)
        #expect(life.energy("pdu") == "0.0183")
        #expect(life.logs.contains { $0.contains("/Sum") && $0.contains("text/html") })
    }

    @Test func anotherUnitIsANewBaseline() {
        var life = Rehearsal()
        life.script = [
            (
                at(90),
                { device in
                    device.overrides[FakeDevice.pdu] = """
                        {"SerialNumber":"8","Metrics":{"@odata.id":"\(FakeDevice.pdu)/Sum"}}
                        """
                    device.overrides["\(FakeDevice.pdu)/Sum"] = "{\"EnergykWh\":{\"Reading\":900}}"
                    return []
                }
            )
        ]
        life.run(seconds: 300)
        // 1098 W until the last reading before the swap; what the new register shows is no
        // consumption.
        #expect(life.energy("pdu") == "0.02745")
        #expect(life.logs.contains { $0.contains("another unit") })
        #expect(life.claim("pdu")?["quality"]?.string == "estimated")
    }

    @Test func whatIsNotMeasuredIsNotClaimed() {
        var life = Rehearsal()
        let (unmetered, unknown) = (
            life.device.outletURI("lower-a"), life.device.outletURI("mid-c")
        )
        life.device.overrides[unmetered] = "{\"PowerState\":\"On\"}"
        life.device.overrides[unknown] = "{\"EnergykWh\":{\"Reading\":null}}"
        life.device.overrides[upper] = "{\"PowerWatts\":{\"Reading\":36}}"
        life.run(seconds: 100)
        #expect(!life.claims.contains { $0["scope"]?.string == unmetered })
        #expect(life.claim(unknown, "quality")?["quality"]?.string == "unknown")
        #expect(life.energy(unknown) == nil)
        // Power alone gives an estimate.
        #expect(life.energy(upper) == "0.001")
        #expect(life.claim(upper)?["quality"]?.string == "estimated")
        #expect(life.logs.contains { $0.contains("1 outlets are unmetered") })
    }

    @Test func anAbsentOutletReturnsAsAnother() {
        var life = Rehearsal()
        let upper = upper
        life.device.intercept = { request, now in
            guard request.target == upper, now > at(70) else { return nil }
            return .success(
                json(
                    now < at(200)
                        ? "{\"Status\":{\"State\":\"Absent\"},\"EnergykWh\":{\"Reading\":5.006}}"
                        : "{\"EnergykWh\":{\"Reading\":8}}"))
        }
        life.run(seconds: 300)
        #expect(life.energy(upper) == "0.006")
        #expect(life.claim(upper)?["quality"]?.string == "estimated")
    }

    @Test func sensorsGiveTheTimeOfAcquisition() {
        var life = Rehearsal()
        life.configuration.readsSensors = true
        life.device.overrides[upper] = """
            {"EnergykWh":{"DataSourceUri":"/redfish/v1/S/1","Reading":77}}
            """
        life.device.overrides["/redfish/v1/S/1"] = """
            {"ReadingType":"EnergyWh","ReadingUnits":"W.h","Reading":1500,
             "ReadingTime":"2026-01-15T12:00:30+02:00"}
            """
        let other = life.device.outletURI("lower-a")
        life.device.overrides[other] = """
            {"EnergykWh":{"DataSourceUri":"/redfish/v1/S/none","Reading":7}}
            """
        life.script = [
            (
                at(100),
                { device in
                    device.overrides["/redfish/v1/S/1"] = """
                        {"ReadingUnits":"W.h","Reading":1600,"ReadingTime":"2026-01-15T10:01:35.5Z"}
                        """
                    return []
                }
            )
        ]
        life.run(seconds: 180)
        #expect(life.energy(upper) == "0.1")
        #expect(life.claim(upper)?["from"]?.string == "2026-01-15T10:00:30Z")
        #expect(life.claim(upper)?["to"]?.string == "2026-01-15T10:01:35.500Z")
        #expect(life.energy(other) == "0")
        #expect(life.count("GET /redfish/v1/S/none") == 1)
    }
}
