import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

/// What follows from a cause, and what only happened beside it: by path, by amount, by time.
@Suite struct ConsequenceTests {
    private let golden = MeteredRun()
    private let all = Array(MeteredRun.minutes)

    // MARK: Path

    @Test func aLoadActsOnItsOwnBranchOnly() {
        #expect(
            golden.causes {
                $0.add("Outlets/1", "PowerWatts/Reading", at: all, 10)
                $0.add("Branches/A", "PowerWatts/Reading", at: all, 10)
                $0.add("Metrics", "PowerWatts/Reading", at: all, 10)
            } == ["outlet 1 power +1 W; branch A power +1 W; PDU power +1 W"])
        #expect(
            golden.causes {
                $0.add("Outlets/1", "PowerWatts/Reading", at: all, 10)
                $0.add("Branches/B", "PowerWatts/Reading", at: all, 10)
            } == ["outlet 1 power +1 W", "branch B power +1 W"])
    }

    @Test func whereNoLinkSaysWhatFeedsWhatTheLevelCounts() {
        var golden = golden
        golden.links = [:]
        #expect(
            golden.causes {
                $0.add("Outlets/1", "PowerWatts/Reading", at: all, 10)
                $0.add("Branches/B", "PowerWatts/Reading", at: all, 10)
            } == ["outlet 1 power +1 W; branch B power +1 W"])
    }

    // MARK: Amount

    /// A watt more below, and a tenth of a watt that either reading may hide.
    @Test(arguments: [(12, true), (13, false), (8, true), (7, false), (-10, false), (5000, false)])
    func aSumIsNoMoreThanItsParts(_ tenths: Int64, _ follows: Bool) {
        let causes = golden.causes {
            $0.add("Outlets/1", "PowerWatts/Reading", at: all, 10)
            $0.add("Metrics", "PowerWatts/Reading", at: all, tenths)
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    /// 60 W for 3 minutes are 3 Wh; the register may hide one more, or all as yet.
    @Test(arguments: [(4, true), (5, false), (-1, true), (-2, false), (50_000, false)])
    func energyIsNoMoreThanThePowerSince(_ wattHours: Int64, _ follows: Bool) {
        let causes = golden.causes {
            $0.add("Outlets/1", "PowerWatts/Reading", at: all, 600)
            $0.add("Metrics", "EnergykWh/Reading", at: [3], wattHours)
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    /// 60 W at one poll lasted two minutes at most, which is 2 Wh for good.
    @Test(arguments: [(3, true), (4, false)])
    func aMomentOfPowerExplainsItsOwnEnergyOnly(_ wattHours: Int64, _ follows: Bool) {
        let causes = golden.causes {
            $0.add("Outlets/1", "PowerWatts/Reading", at: [1], 600)
            $0.add("Metrics", "EnergykWh/Reading", at: [5, 6], wattHours)
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    /// 100 W are 200.1 VA at most, 0.87 A at 230 V, and 0.41 V at 0.472 Ω; 0.1 V is the last digit.
    @Test(arguments: [(-5, true), (-6, false), (5, true), (6, false), (-2300, false)])
    func aVoltageSinksThroughTheSupplysImpedance(_ tenths: Int64, _ follows: Bool) {
        let causes = golden.causes {
            $0.add("Outlets/1", "PowerWatts/Reading", at: all, 1000)
            $0.add("Outlets/1", "Voltage/Reading", at: all, tenths)
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    /// A voltage by itself comes from the supply: 10 % of it are 20 % of a resistor's power.
    @Test(arguments: [(-200, true), (-201, true), (-203, false), (260, false)])
    func aPowerFollowsItsVoltage(_ tenths: Int64, _ follows: Bool) {
        let causes = golden.causes {
            $0.add("Outlets/1", "Voltage/Reading", at: all, -230)
            $0.add("Outlets/1", "PowerWatts/Reading", at: all, tenths)
        }
        #expect(causes.first?.hasPrefix("outlet 1 voltage −23 V") ?? false, "\(causes)")
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    @Test func theVoltageOfABranchIsThatOfItsOutletsOnly() {
        let causes = golden.causes {
            $0.add("Branches/A", "Voltage/Reading", at: all, -10)
            $0.add("Outlets/1", "Voltage/Reading", at: all, -10)
            $0.add("Outlets/2", "Voltage/Reading", at: all, -10)
        }
        #expect(
            causes == ["branch A voltage −1 V; outlet 1 voltage −1 V", "outlet 2 voltage −1 V"])
    }

    /// A tenth more power is a tenth more of what is proportional to it.
    @Test(arguments: [(11, true), (13, false)])
    func aCurrentFollowsItsPower(_ hundredths: Int64, _ follows: Bool) {
        var golden = golden
        golden.readings["Outlets/1"]?["CurrentAmps/Reading"] = Array(
            repeating: "1.00", count: all.count)
        let causes = golden.causes {
            $0.add("Outlets/1", "PowerWatts/Reading", at: all, 100)
            $0.add("Outlets/1", "CurrentAmps/Reading", at: all, hundredths)
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    // MARK: Time

    @Test func nothingFollowsBeforeOrAfterItsCause() {
        #expect(
            golden.causes {
                $0.add("Outlets/1", "PowerWatts/Reading", at: [2], 10)
                $0.add("Metrics", "PowerWatts/Reading", at: [2, 5], 10)
            } == ["outlet 1 power +1 W; PDU power +1 W", "PDU power +1 W"])
        #expect(
            golden.causes {
                $0.add("Outlets/1", "PowerWatts/Reading", at: [2, 3], 10)
                $0.add("Metrics", "PowerWatts/Reading", at: [0, 2], 10)
            } == ["PDU power +1 W", "outlet 1 power +1 W; PDU power +1 W"])
    }

    // MARK: Claims

    private var claiming: MeteredRun {
        var run = golden
        run.claims = [claim("energy", "0.006", "kWh"), claim("carbon", "2.0", "gCO2e")]
        return run
    }

    private func claim(_ name: String, _ amount: String, _ unit: String) -> String {
        """
        {"scope":"pdu","from":"2026-01-15T10:00:00Z","to":"2026-01-15T10:06:00Z",\
        "\(name)":\(amount),"unit":"\(unit)","kind":"interval"}
        """
    }

    /// The register reads 3 Wh more at the end; two last digits of it and one of the claim's.
    @Test(arguments: [("0.012", true), ("0.013", false), ("99", false), ("0.002", false)])
    func aClaimFollowsItsRegister(_ amount: String, _ follows: Bool) {
        let causes = claiming.causes {
            $0.add("Metrics", "EnergykWh/Reading", at: [6], 3)
            $0.claims[0] = claim("energy", amount, "kWh")
        }
        #expect(
            causes
                == (follows
                    ? ["PDU energy +0.003 kWh; PDU claimed energy 0.006 → \(amount) kWh"]
                    : [
                        "PDU energy +0.003 kWh",
                        "PDU claimed energy 0.006 → \(amount) kWh",
                    ]))
    }

    /// Twice 3 Wh and a last digit of a grid at 910 g/kWh, and a last digit: 7.38 g.
    @Test(arguments: [("9.3", true), ("9.4", false)])
    func claimedCarbonFollowsItsRegister(_ amount: String, _ follows: Bool) {
        let causes = claiming.causes {
            $0.add("Metrics", "EnergykWh/Reading", at: [6], 3)
            $0.claims[1] = claim("carbon", amount, "gCO2e")
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
    }

    @Test func aClaimFollowsNoOthersRegister() {
        let causes = claiming.causes {
            $0.add("Outlets/1", "EnergykWh/Reading", at: [6], 3)
            $0.claims[0] = claim("energy", "0.007", "kWh")
        }
        #expect(causes.count == 2, "\(causes)")
    }

    /// A client that does not read the unit at the end can miss what passed since, and no more.
    @Test(arguments: [("0.003", true), ("0.012", false)])
    func aClaimFollowsPollsThatAreMissing(_ amount: String, _ follows: Bool) {
        let causes = claiming.causes {
            $0.unread = ["Metrics": [5, 6]]
            $0.claims[0] = claim("energy", amount, "kWh")
        }
        #expect(causes.count == (follows ? 1 : 2), "\(causes)")
        #expect(causes.first?.hasPrefix("GET of PDU 2 missing") ?? false, "\(causes)")
    }

    @Test func aMissingClaimIsSaid() {
        let causes = claiming.causes {
            $0.add("Metrics", "EnergykWh/Reading", at: [6], 3)
            $0.claims.removeLast()
        }
        #expect(causes == ["PDU energy +0.003 kWh", "PDU claim 1 missing"])
    }

    // MARK: Deliveries

    private var announcing: MeteredRun {
        var run = golden
        run.others = [MeteredRun.delivery(of: "CurrentAbove", origin: "Branches/A", at: 130)]
        return run
    }

    @Test func aLostDeliveryFollowsFromNoReading() {
        #expect(
            announcing.causes {
                $0.add("Branches/A", "PowerWatts/Reading", at: all, 10)
                $0.others = []
            } == ["branch A power +1 W", "event delivery 1 missing"])
    }

    @Test func aDeliveryMovesWithWhatItWatches() {
        #expect(
            announcing.causes {
                $0.add("Branches/A", "PowerWatts/Reading", at: all, 10)
                $0.others = [MeteredRun.delivery(of: "CurrentAbove", origin: "Branches/A", at: 110)]
            } == ["branch A power +1 W; event delivery 1 more, 1 missing"])
        #expect(
            announcing.causes {
                $0.add("Branches/B", "PowerWatts/Reading", at: all, 10)
                $0.others = [MeteredRun.delivery(of: "CurrentAbove", origin: "Branches/A", at: 110)]
            } == ["branch B power +1 W", "event delivery 1 more, 1 missing"])
    }

    // MARK: Requests

    @Test func aWriteExplainsWhatItWasSentTo() {
        func subscribing(_ context: String) -> RecordEntry {
            .exchange(
                Exchange(
                    instant: MeteredRun.start, direction: .request,
                    request: RequestMessage(
                        .post, "/redfish/v1/EventService/Subscriptions",
                        body: Array("{\"Context\":\"\(context)\"}".utf8)),
                    response: ResponseMessage(status: .created)))
        }
        var golden = golden
        golden.others = [subscribing("mine")]
        let causes = golden.causes {
            $0.others = [subscribing("other")]
            $0.unread = ["Outlets/2": [3]]
            $0.links["Branches/A"] = #""PlugType":"IEC""#
        }
        #expect(causes.count == 4, "\(causes)")
        #expect(causes.contains { $0.hasPrefix("/Context in POST of EventService/Subscriptions") })
        #expect(causes.contains { $0.hasPrefix("GET of outlet 2 1 missing") })
        #expect(causes.contains { $0.hasPrefix("branch A /PlugType") })
    }

    // MARK: Power that comes and goes

    @Test func anOutletWithoutPowerReadsNothing() {
        func trip(_ run: inout MeteredRun, at minute: Int64) {
            run.others = [
                .truth(
                    TruthRecord(
                        instant: MeteredRun.start + .minutes(minute) - .seconds(10), outlet: 0,
                        isPowered: false, cause: "breaker A"))
            ]
            for minute in Int(minute)...6 {
                run["Outlets/1", "PowerWatts/Reading"][minute] = "0"
                run["Outlets/1", "Voltage/Reading"][minute] = "0"
                run["Branches/A", "PowerWatts/Reading"][minute] = "0"
            }
        }
        var golden = golden
        trip(&golden, at: 4)
        let causes = golden.causes { trip(&$0, at: 2) }
        #expect(
            causes == [
                "power supply 1 more, 1 missing; outlet 1 power −100 W, voltage −230 V; "
                    + "branch A power −100 W"
            ])
    }
}
