import Electrical
import Findings
import Judging
import Testing
import VirtualTime

@Suite struct TotalsTests {
    private func branch(_ outlet2: String, _ whole: String, unmetered: Bool = false) -> Judged {
        var facts = DeviceFacts.small
        if unmetered { facts.unmeteredOutlets = [1] }
        return Judged(facts) {
            $0.outlet(1, watts: "100.0")
            if !unmetered { $0.outlet(2, watts: outlet2) }
            $0.branch("A", watts: whole)
        }
    }

    /// Three numbers, each good to 0.05 W.
    @Test(arguments: [
        ("300.1", Verdict.pass), ("299.9", .pass), ("300.2", .fail), ("299.8", .fail),
    ])
    func powerAddsUpWithinTheResolutions(whole: String, verdict: Verdict) {
        #expect(branch("200.0", whole).verdict("totals/power") == verdict)
    }

    @Test func theFindingSaysTheBound() throws {
        let result = try #require(branch("200.0", "310")["totals/power"])
        #expect(
            result.findings.first?.message
                == "branch A shows 310 W, which is not the sum of its 2 parts")
        #expect(result.findings.first?.expected == "299.9 W to 300.1 W")
        #expect(
            result.measure
                == "1 sum, 1 finding; largest difference 10 W, largest bound 0.15 W")
    }

    @Test func anUnmeteredOutletLeavesTheSumOpenAbove() {
        #expect(branch("", "150", unmetered: true).verdict("totals/power") == .pass)
        #expect(branch("", "90", unmetered: true).verdict("totals/power") == .fail)
    }

    @Test func theUnitsOwnConsumptionCounts() {
        func verdict(_ mains: String) -> Verdict? {
            Judged {
                $0.branch("A", watts: "100")
                $0.branch("B", watts: "50")
                $0.mains(watts: mains)
            }.verdict("totals/power")
        }
        #expect(verdict("165") == .pass)
        #expect(verdict("150") == .fail)
    }

    @Test func onlyWholeLevelsOfOneInstantAreAdded() {
        let apart = Judged {
            $0.outlet(1, watts: "100")
            $0.outlet(2, watts: "200")
            $0.at(1)
            $0.branch("A", watts: "999")
        }
        #expect(apart.verdict("totals/power") == .notExercised)
        let incomplete = Judged {
            $0.outlet(1, watts: "100")
            $0.branch("A", watts: "999")
        }
        #expect(incomplete.verdict("totals/power") == .notExercised)
        let switched = Judged {
            $0.outlet(1, watts: "100")
            $0.outlet(2, watts: "200")
            $0.power(outlet: 1, false)
            $0.branch("A", watts: "200")
        }
        #expect(switched.verdict("totals/power") == .notExercised)
    }

    /// Three registers, each good to 0.5 Wh.
    @Test(arguments: [("0.0315", Verdict.pass), ("0.0316", .fail), ("0.0284", .fail)])
    func energyAddsUpWithinTheQuanta(whole: String, verdict: Verdict) {
        let judged = Judged {
            $0.at(600)
            $0.outlet(1, kWh: "0.010")
            $0.outlet(2, kWh: "0.020")
            $0.branch("A", kWh: whole)
        }
        #expect(judged.verdict("totals/energy") == verdict)
    }

    @Test func registersCountFromTheStart() {
        var facts = DeviceFacts.small
        facts.registers[.branch(0)]?.startMicrojoules = 3_600_000_000_000
        let judged = Judged(facts) {
            $0.outlet(1, kWh: "0.010")
            $0.outlet(2, kWh: "0.020")
            $0.branch("A", kWh: "1.030")
        }
        #expect(judged.verdict("totals/energy") == .pass)
    }

    @Test func theLatchAllowsForItsSlope() {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.latch = .seconds(360)
        func verdict(_ whole: String) -> Verdict? {
            Judged(facts) {
                $0.at(3600)
                $0.outlet(1, kWh: "0.090", watts: "100")
                $0.outlet(2, kWh: "0")
                $0.branch("A", kWh: whole)
            }.verdict("totals/energy")
        }
        // Up to 10 Wh may have passed unseen in six minutes at 100 W.
        #expect(verdict("0.100") == .pass)
        #expect(verdict("0.103") == .fail)
    }

    @Test func aResetTakesTheStartAway() {
        let judged = Judged {
            $0.at(600)
            $0.outlet(1, kWh: "0", reset: Snippet.time(500))
            $0.outlet(2, kWh: "0.020")
            $0.branch("A", kWh: "0.030")
        }
        #expect(judged.verdict("totals/energy") == .notExercised)
    }

    @Test func aLoginInBetweenDoesNotDisturb() {
        let judged = Judged {
            $0.outlet(1, watts: "100")
            $0.login()
            $0.outlet(2, watts: "200")
            $0.branch("A", watts: "300")
        }
        #expect(judged.verdict("totals/power") == .pass)
    }
}
