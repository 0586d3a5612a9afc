import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Readings count at their ReadingTime, and what is no register is not claimed.
@Suite struct ReadingTimeTests {
    /// Outlet 1 with 600 W, polled every 30 s for 12 min by excerpt and Sensor; its meter takes a
    /// value every six minutes.
    private func judge(
        _ duties: ClientDuties = ClientDuties(), sensorFirst: Bool = false,
        _ claims: (inout Snippet) -> Void
    ) -> Judged {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.latch = .minutes(6)
        return Judged(facts, duties, truth: SteadyTruth(milliwatts: 600_000)) {
            for second in stride(from: Int64(0), through: 720, by: 30) {
                $0.at(second)
                let latch = second / 360
                let shown = ["5", "5.06", "5.12"][Int(latch)]
                if !sensorFirst { $0.outlet(1, kWh: shown, watts: "600") }
                $0.sensor(
                    "Energy1", "EnergykWh", shown, units: "kW.h", readingTime: latch * 360)
                if sensorFirst { $0.outlet(1, kWh: shown, watts: "600") }
            }
            claims(&$0)
        }
    }

    private static let rule = "claims/N09-reading-time"

    @Test func aHalfMinuteIsNotSix() {
        // From the answer before to the one that showed a new value: all of it, or none.
        let spike = judge { $0.claim("outlet 1", "0.06", samples: [330, 360]) }
        #expect(spike.verdict(Self.rule) == .fail)
        #expect(spike.verdict("claims/N01-energy-register") == .pass)
        let nothing = judge { $0.claim("outlet 1", "0", samples: [60, 330]) }
        #expect(nothing.verdict(Self.rule) == .fail)
        // What passed is known where the power is: 5 Wh in half a minute.
        let interpolated = judge { $0.claim("outlet 1", "0.005", samples: [330, 360]) }
        #expect(interpolated.verdict(Self.rule) == .warn)
        let right = judge { $0.claim("outlet 1", "0.12", samples: [0, 360, 720]) }
        #expect(right.verdict(Self.rule) == .pass)
    }

    /// Nothing is no multiple of anything.
    @Test func nothingIsNoSlipBetweenUnits() {
        let judged = judge { $0.claim("outlet 1", "0", samples: [30, 60]) }
        #expect(judged.verdict(Self.rule) == .fail)
        #expect(judged.verdict("claims/N02-unit") == .pass)
    }

    /// Without its Sensor's ReadingTime the register is right from answer to answer, and 60 Wh in half
    /// a minute are 7.2 kW all the same.
    @Test(
        arguments: [
            ("0.06", 330, "measured", Verdict.warn), ("0.06", 330, "estimated", .notApplicable),
            ("0.06", 0, "measured", .notApplicable), ("0", 300, "measured", .notApplicable),
        ] as [(String, Int64, String, Verdict)])
    func whatWasHeldIsNotUsedAtOnce(
        _ energy: String, _ from: Int64, _ quality: String, _ verdict: Verdict
    ) {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.latch = .minutes(6)
        let to: Int64 = energy == "0" ? 330 : 360
        let judged = Judged(facts) {
            for second in stride(from: Int64(0), through: 360, by: 30) {
                $0.at(second)
                $0.outlet(1, kWh: second == 360 ? "5.06" : "5", watts: "600")
            }
            $0.claim([
                "scope": "outlet 1", "energy": .text(energy), "unit": "kWh",
                "quality": .string(quality),
                "samples": [.string(Snippet.time(from)), .string(Snippet.time(to))],
            ])
        }
        #expect(judged.verdict(Self.rule) == verdict)
        #expect(judged.verdict("claims/N01-energy-register") == .pass)
        if verdict == .warn {
            #expect(
                judged.finding(Self.rule)
                    == "outlet 1 is claimed at 0.06 kWh measured in PT30S, 7.2 kW on average; no "
                    + "answer showed more than 0.6 kW, and the register takes a new value every PT6M "
                    + "only")
        }
    }

    /// Twenty findings of a rule are kept, and its failures are among them.
    @Test func warningsHideNoFailure() {
        let judged = judge {
            for _ in 1...25 { $0.claim("outlet 1", "0.005", samples: [330, 360]) }
            $0.claim("outlet 1", "0.06", samples: [330, 360])
        }
        #expect(judged[Self.rule]?.findings.count == 20)
        #expect(judged[Self.rule]?.findings.contains { $0.level == .fail } == true)
    }

    /// A golden knows no order within a moment.
    @Test(arguments: [false, true])
    func energyIsUsedUpToItsReadingTime(sensorFirst: Bool) {
        var duties = ClientDuties()
        duties.carbonIntensity = [
            CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 100_000),
            CarbonStep(from: Snippet.start + .seconds(540), milligramsPerKilowattHour: 700_000),
        ]
        func verdict(_ grams: String) -> Verdict? {
            judge(duties, sensorFirst: sensorFirst) {
                $0.claim([
                    "scope": "outlet 1", "carbon": .text(grams), "unit": "gCO2e",
                    "samples": [.string(Snippet.time(0)), .string(Snippet.time(720))],
                ])
            }.verdict(Self.rule)
        }
        // 60 Wh at 100 g/kWh, then 30 at 100 and 30 at 700; or all of the second 60 at 700.
        #expect(verdict("30") == .pass)
        #expect(verdict("48") == .fail)
    }

    @Test func aDifferenceIsNoRegister() {
        var facts = DeviceFacts.small
        facts.relativeReadings = [.outlet(0): "differences"]
        func judged(_ energy: String, _ quality: JSONValue) -> Judged {
            Judged(facts) {
                for second in stride(from: Int64(0), through: 120, by: 60) {
                    $0.at(second)
                    $0.outlet(1, kWh: second == 60 ? "0.01" : "0.005", watts: "600")
                }
                $0.claim([
                    "scope": "outlet 1", "energy": .text(energy), "unit": "kWh",
                    "quality": quality,
                    "samples": [.string(Snippet.time(0)), .string(Snippet.time(120))],
                ])
            }
        }
        let rule = "claims/N20-reading-basis"
        #expect(judged("0.005", "measured").verdict(rule) == .fail)
        #expect(judged("0.02", "measured").verdict(rule) == .fail)
        #expect(judged("0.02", "estimated").verdict(rule) == .pass)
        #expect(judged("0.03", "estimated").verdict(rule) == .fail)
        // Falls of what is no register are nobody's fault.
        #expect(judged("0.02", "estimated").verdict("energy/monotonic") == .notExercised)
    }
}
