import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

@Suite struct EnergyTests {
    @Test func aRisingRegisterPasses() {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0")
            $0.outlet(1, kWh: "1.0")
            $0.outlet(1, kWh: "1.001")
        }
        #expect(judged.verdict("energy/monotonic") == .pass)
        #expect(judged.groups[1].measure == "1 register, 2 readings, 0 fell")
    }

    @Test func nothingShownIsNotExercised() {
        let judged = Judged { $0.outlet(1, watts: "5") }
        #expect(judged.verdict("energy/monotonic") == .notExercised)
        #expect(judged.verdict("energy/lifetime-monotonic") == .notExercised)
        #expect(judged.verdict("energy/register-follows-truth") == .notApplicable)
    }

    @Test func aFallWithoutResetIsFound() throws {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0")
            $0.at(60)
            $0.outlet(1, kWh: "0.2")
        }
        let finding = try #require(judged["energy/monotonic"]?.findings.first)
        #expect(
            finding.message
                == "outlet 1 fell from 1 kWh (line 2) to 0.2 kWh, and no reset was announced")
        #expect(finding.exchange?.line == 3)
        #expect(finding.exchange?.time == "PT1M")
        #expect(finding.pointer?.description == "/EnergykWh/Reading")
        #expect(finding.expected?.hasPrefix("at least 1 kWh") == true)
    }

    @Test func anAnnouncedResetPasses() {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0", reset: "2026-01-01T00:00:00Z")
            $0.at(60)
            $0.outlet(1, kWh: "0.0", reset: Snippet.time(30))
        }
        #expect(judged.verdict("energy/monotonic") == .pass)
        #expect(judged["energy/monotonic"]?.measure == "1 reading, 0 findings; 1 announced reset")
    }

    @Test func aSensorMayAnnounceTheResetOfItsExcerpt() {
        func story(_ reset: String) -> Judged {
            Judged {
                $0.sensor("Energy1", "EnergykWh", "1", units: "kW.h", reset: Snippet.time(-9))
                $0.outlet(1, kWh: "1.0")
                $0.at(60)
                $0.outlet(1, kWh: "0.0")
                $0.sensor("Energy1", "EnergykWh", "0", units: "kW.h", reset: reset)
            }
        }
        #expect(story(Snippet.time(30)).verdict("energy/monotonic") == .pass)
        #expect(story(Snippet.time(-9)).verdict("energy/monotonic") == .fail)
    }

    @Test func aSensorBelowItsExcerptIsFound() {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0")
            $0.at(60)
            $0.sensor("Energy1", "EnergyWh", "900", units: "W.h")
        }
        #expect(judged.finding("energy/monotonic")?.contains("to 0.9 kWh") == true)
    }

    @Test func aRolloverIsNoFall() {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.modulusMicrojoules = 36_000_000_000_000
        let judged = Judged(facts) {
            $0.outlet(1, kWh: "9.999")
            $0.outlet(1, kWh: "0.001")
        }
        #expect(judged.verdict("energy/monotonic") == .pass)
    }

    @Test func anAnswerTheScenarioFalsifiedIsSetAside() {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0")
            $0.outlet(1, kWh: "0", fault: "glitch")
            $0.outlet(1, kWh: "1.0")
        }
        #expect(judged.verdict("energy/monotonic") == .pass)
    }

    @Test func aLifetimeNeverFalls() {
        let clean = Judged {
            $0.outlet(1, kWh: "1.0", lifetime: "5.0", reset: Snippet.time(-9))
            $0.outlet(1, kWh: "0.0", lifetime: "5.0", reset: Snippet.time(0))
        }
        #expect(clean.verdict("energy/lifetime-monotonic") == .pass)
        let fell = Judged {
            $0.outlet(1, kWh: "1.0", lifetime: "5.0", reset: Snippet.time(-9))
            $0.outlet(1, kWh: "0.0", lifetime: "0.0", reset: Snippet.time(0))
        }
        #expect(
            fell.finding("energy/lifetime-monotonic")
                == "the lifetime of outlet 1 fell from 5 kWh to 0 kWh")
        #expect(
            fell["energy/lifetime-monotonic"]?.findings.first?.pointer?.description
                == "/EnergykWh/LifetimeReading")
    }

    @Test func aRegisterWithoutPowerStands() {
        func story(_ last: String) -> Judged {
            Judged {
                $0.outlet(1, kWh: "1.0")
                $0.at(10)
                $0.power(outlet: 1, false)
                $0.outlet(1, kWh: "1.1")
                $0.at(60)
                $0.outlet(1, kWh: last)
                $0.power(outlet: 1, true, cause: "restore")
                $0.at(90)
                $0.outlet(1, kWh: "1.2")
            }
        }
        #expect(story("1.1").verdict("energy/holds-when-off") == .pass)
        #expect(
            story("1.101").finding("energy/holds-when-off")
                == "outlet 1 has had no power since PT10S (breaker A), yet its register moved "
                + "from 1.1 kWh to 1.101 kWh")
    }

    /// 60 W for an hour is 60 Wh; half a quantum is 0.5 Wh.
    @Test(arguments: [
        ("0.060", Verdict.pass), ("0.0605", .pass), ("0.0595", .pass), ("0.060501", .fail),
        ("0.059499", .fail),
    ])
    func theRegisterFollowsTheTruth(kWh: String, verdict: Verdict) {
        let judged = Judged(truth: SteadyTruth(milliwatts: 60_000)) {
            $0.at(3600)
            $0.outlet(1, kWh: kWh)
        }
        #expect(judged.verdict("energy/register-follows-truth") == verdict)
    }

    @Test func latchGainStartAndResetWidenWhatIsAllowed() {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)] = RegisterFacts(
            quantumMicrojoules: 3_600_000_000, latch: .seconds(360),
            gainPartsPerMillion: 1_100_000, startMicrojoules: 3_600_000_000_000)
        func verdict(_ kWh: String, reset: Int64 = -1) -> Verdict? {
            Judged(facts, truth: SteadyTruth(milliwatts: 60_000)) {
                $0.at(3600)
                $0.outlet(1, kWh: kWh, reset: Snippet.time(reset))
            }.verdict("energy/register-follows-truth")
        }
        // 66 Wh counted, 59.4 Wh one latch ago, 1 kWh at the start.
        #expect(verdict("1.0665") == .pass)
        #expect(verdict("1.0589") == .pass)
        #expect(verdict("1.067") == .fail)
        #expect(verdict("1.058") == .fail)
        // Reset after half an hour: 33 Wh since, give or take a latch at either end.
        #expect(verdict("0.033", reset: 1800) == .pass)
        #expect(verdict("0.041", reset: 1800) == .fail)
    }
}
