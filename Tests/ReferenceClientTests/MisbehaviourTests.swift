import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

/// Every fault shows in what the client sends or claims, beside the client without it.
@Suite(.timeLimit(.minutes(1))) struct MisbehaviourTests {
    let upper = FakeDevice().outletURI("upper-b")

    private func played(
        _ misbehaviour: Misbehaviour, seconds: Int64 = 300,
        _ prepare: (inout Rehearsal) -> Void = { _ in }
    ) -> (good: Rehearsal, bad: Rehearsal) {
        var good = Rehearsal()
        var bad = Rehearsal(misbehaviour)
        prepare(&good)
        prepare(&bad)
        good.run(seconds: seconds)
        bad.run(seconds: seconds)
        return (good, bad)
    }

    private func expireAt95(_ life: inout Rehearsal) {
        life.script = [
            (
                at(95),
                {
                    $0.sessions = [:]; return []
                }
            )
        ]
    }

    @Test func everyMisbehaviourHasOneName() {
        let named = Misbehaviour.named
        #expect(Set(named.map(\.name)).count == named.count)
        let bits = named.reduce(UInt64(0)) { $0 | $1.misbehaviour.rawValue }
        #expect(bits == 1 << named.count - 1)
    }

    @Test func leaksSession() {
        let (good, bad) = played(.leaksSession)
        #expect(good.device.sessions.isEmpty)
        #expect(bad.device.sessions.count == 1)
    }

    @Test func leavesSubscription() {
        let (good, bad) = played(.leavesSubscription)
        #expect(good.device.subscriptions.isEmpty)
        #expect(bad.device.subscriptions.count == 1)
    }

    @Test func reloginPerRequest() {
        let (good, bad) = played(.reloginPerRequest, seconds: 60)
        #expect(good.count(Rehearsal.login) == 1)
        #expect(bad.count(Rehearsal.login) > 20)
        #expect(bad.outcome == .done)
    }

    @Test func reloginStorm() {
        let (good, bad) = played(.reloginStorm, expireAt95)
        #expect(good.instants(of: Rehearsal.login) == [0, 100])
        #expect(bad.instants(of: Rehearsal.login) == [0, 100, 100, 100])
    }

    @Test func keepsOldToken() {
        let (good, bad) = played(.keepsOldToken, expireAt95)
        #expect(good.exchanges.count { $0.status == 401 } == 1)
        #expect(bad.exchanges.count { $0.status == 401 } == 6)
    }

    @Test func hammersBadPassword() {
        let (good, bad) = played(.hammersBadPassword) { $0.device.password = "other" }
        #expect(good.count(Rehearsal.login) == 2)
        #expect(bad.count(Rehearsal.login) == 20)
        #expect(bad.end == start)
    }

    @Test func omitsContentType() {
        let (_, bad) = played(.omitsContentType)
        #expect(bad.exchanges.contains { $0.line == Rehearsal.login && $0.status == 415 })
    }

    @Test func buildsMemberURIs() {
        let (good, bad) = played(.buildsMemberURIs)
        #expect(good.count("GET \(FakeDevice.pdu)/Sockets/1") == 0)
        #expect(bad.count("GET \(FakeDevice.pdu)/Sockets/1") > 0)
    }

    @Test func ignoresNextLink() {
        let (good, bad) = played(.ignoresNextLink)
        #expect(good.claims.count == bad.claims.count + 1)
    }

    @Test func countsDuplicateEvents() {
        let record = delivery("Power.1.2.OutletPoweredOff", id: "1", origin: upper)
        let (good, bad) = played(.countsDuplicateEvents) {
            $0.script = [(at(33), { _ in [record, record] })]
        }
        #expect(good.claims.last?["distinct"]?.number?.text == "1")
        #expect(bad.claims.last?["distinct"]?.number?.text == "2")
    }

    @Test func answersDeliveryWith500AndIgnoresEvents() {
        let record = delivery("Power.1.2.OutletPoweredOff", id: "1", origin: upper)
        let script: [(VirtualInstant, (inout FakeDevice) -> [String])] = [
            (at(33), { _ in [record] })
        ]
        let refusal = played(.answersDeliveryWith500) { $0.script = script }
        #expect(refusal.good.answers == [204])
        #expect(refusal.bad.answers == [500])
        let silence = played(.ignoresEvents) { $0.script = script }
        #expect(silence.good.instants(of: "GET \(upper)").contains(33))
        #expect(!silence.bad.instants(of: "GET \(upper)").contains(33))
    }

    @Test func ignoresRetryAfter() {
        let (good, bad) = played(.ignoresRetryAfter) {
            $0.device.intercept = { request, now in
                request.target.hasSuffix("/Sum") && now == at(30)
                    ? .success(failure(503, "X", retryAfter: "20")) : nil
            }
        }
        #expect(good.instants(of: "GET \(FakeDevice.pdu)/Sum").count { $0 == 30 } == 1)
        #expect(bad.instants(of: "GET \(FakeDevice.pdu)/Sum").count { $0 == 30 } == 3)
    }

    @Test func treatsNullAsZeroAndTrustsEveryFall() {
        for (misbehaviour, reading) in [(.treatsNullAsZero, "null"), (.trustsEveryFall, "0")]
            as [(Misbehaviour, String)]
        {
            let (good, bad) = played(misbehaviour) {
                let upper = $0.device.outletURI("upper-b")
                $0.device.intercept = { request, now in
                    request.target == upper && now == at(120)
                        ? .success(json("{\"EnergykWh\":{\"Reading\":\(reading)}}")) : nil
                }
            }
            #expect(good.energy(upper) == "0.03")
            #expect(bad.energy(upper) == "5.036")
        }
    }

    @Test func integratesPowerAndIgnoresTripHold() {
        let trip: (inout Rehearsal) -> Void = {
            let upper = $0.device.outletURI("upper-b")
            $0.device.intercept = { request, now in
                request.target == upper && now > at(70)
                    ? .success(
                        json("{\"EnergykWh\":{\"Reading\":5.007},\"PowerWatts\":{\"Reading\":0}}"))
                    : nil
            }
        }
        let integrated = played(.integratesPower, trip)
        #expect(integrated.good.energy(upper) == "0.007")
        #expect(integrated.bad.energy(upper) == "0.009")
        #expect(integrated.bad.claim(upper)?["quality"]?.string == "estimated")
        let held = played(.ignoresTripHold, trip)
        #expect(held.bad.energy(upper) == "0.03")
    }

    @Test func sumsAllLevels() {
        let (good, bad) = played(.sumsAllLevels)
        #expect(good.energy("pdu") == "0.0915")
        #expect(bad.energy("pdu") == "0.363")
    }

    @Test func readsWattHoursAsKilowattHours() {
        let (good, bad) = played(.readsWattHoursAsKilowattHours)
        #expect(good.energy("pdu") == "0.0915")
        #expect(bad.energy("pdu") == "91.5")
    }

    @Test func flatCarbonAverage() {
        let (good, bad) = played(.flatCarbonAverage, seconds: 300) {
            $0.configuration.carbonIntensity = CarbonIntensitySeries(steps: [
                .init(start: start, milligramsPerKilowattHour: 100_000),
                .init(start: at(60), milligramsPerKilowattHour: 700_000),
            ])
        }
        #expect(good.claim("pdu", "carbon")?["carbon"]?.number?.text == "53.07")
        #expect(bad.claim("pdu", "carbon")?["carbon"]?.number?.text == "36.6")
    }
}
