import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Devices and clients may say any number: none of them ends the judge.
@Suite struct HostileNumberTests {
    /// What 64 bits of microjoules hold, about 2,562,047 kWh.
    private static let most = "2562047.788015"

    /// A register of outlet 1 that shows these, ten minutes apart, and then the claims.
    private func register(
        _ readings: [String], _ duties: ClientDuties = ClientDuties(),
        _ claims: (inout Snippet) -> Void = { _ in }
    ) -> Judged {
        Judged(.small, duties) {
            for (index, reading) in readings.enumerated() {
                $0.at(Int64(index) * 600)
                $0.outlet(1, kWh: reading)
            }
            claims(&$0)
        }
    }

    @Test func outletsClaimedBeyond64BitsAreMoreThanTheirUnit() {
        let judged = Judged(.small) {
            for second in [0, 600] as [Int64] {
                $0.at(second)
                $0.metrics(kWh: "\(second / 600)")
            }
            $0.claim("outlet 1", "2000000", from: 0, to: 600)
            $0.claim("outlet 2", "2000000", from: 0, to: 600)
            $0.claim("pdu", "1", from: 0, to: 600)
        }
        let messages = judged["claims/invariants"]?.findings.map(\.message) ?? []
        #expect(
            messages.contains(
                "2 outlets are claimed at 4000000 kWh together, the whole unit at less"))
    }

    @Test func aReadingThatSwingsIsAFindingEachTime() {
        let judged = register(["2500000", "-2500000", "2500000", "-2500000", "2500000"]) {
            $0.claim("outlet 1", "1", from: 0, to: 2400)
        }
        #expect(judged.verdict("electrical/possible-reading") == .fail)
        #expect(judged.verdict("energy/monotonic") == .fail)
    }

    /// Each reset begins with more than the last, and all of it would be energy.
    @Test func resetsThatAddUpBeyond64BitsAreHeldAgainstClaims() {
        let judged = register(["0", Self.most, "0", Self.most, "0", Self.most]) {
            for energy in ["0", Self.most, "-\(Self.most)"] {
                $0.claim("outlet 1", energy, from: 0, to: 3000)
            }
        }
        #expect(judged.verdict("N01-energy-register") == .fail)
    }

    @Test func cumulativeClaimsMayFallAndRiseByAnything() {
        var duties = ClientDuties()
        duties.sampleTolerance = .seconds(3)
        let judged = register(["0", "0", "0"], duties) {
            $0.power(outlet: 1, false)
            for (second, energy) in [(600, "-\(Self.most)"), (1200, Self.most)] as [(Int64, String)]
            {
                $0.at(second)
                $0.claim("outlet 1", energy, to: second, kind: "cumulative")
            }
        }
        #expect(judged.verdict("claims/invariants") == .fail)
    }

    @Test func claimsOfAnySizeAreExplainedOrNot() {
        for readings in [
            ["0", Self.most], [Self.most, "0"], ["1", "2"], [Self.most, Self.most],
        ] {
            let judged = register(readings) {
                for energy in [Self.most, "-\(Self.most)", "1e-300", "0"] {
                    $0.claim("outlet 1", energy, from: 0, to: 600, carbon: "9223372036854.775807")
                }
            }
            #expect(judged.finding("claims/invariants") == "the energy is negative")
        }
    }

    @Test func lawsOfAlternatingCurrentHoldForPossibleReadingsOnly() {
        let huge: [(String, JSONValue)] = [
            ("Voltage", .excerpt("9e12")), ("CurrentAmps", .excerpt("9e12")),
        ]
        let judged = Judged(.small) {
            $0.at(0)
            $0.get(
                "\(Snippet.unit)/Outlets/1",
                .metered(
                    "#Outlet.v1_4_4.Outlet", kWh: nil, watts: nil,
                    members: huge + [
                        (
                            "PowerWatts",
                            .excerpt("9e12", [("PowerFactor", 9_000_000), ("ApparentVA", 9)])
                        )
                    ]))
        }
        #expect(judged.verdict("electrical/possible-reading") == .fail)
        #expect(judged.verdict("electrical/power-identity") == .notExercised)
    }

    /// The sums of power over all that time need more than 64 bits.
    @Test func powerOverCenturiesIsAdded() {
        let judged = Judged(.small) {
            for second in [0, 600, 200_000_000_000] as [Int64] {
                $0.at(second)
                $0.outlet(1, kWh: second == 0 ? "0" : "1", watts: "100000")
            }
            $0.claim("outlet 1", "5", from: 0, to: 200_000_000_000)
        }
        #expect(judged.verdict("N01-energy-register") == .fail)
    }

    @Test func aRegisterBeyondItsModulusIsNoRollover() {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.modulusMicrojoules = 36_000_000_000_000_000
        let judged = Judged(facts, truth: SteadyTruth(milliwatts: 100_000_000)) {
            for (second, reading) in [(0, Self.most), (600, "-\(Self.most)"), (1200, Self.most)] {
                $0.at(Int64(second))
                $0.outlet(1, kWh: reading)
            }
        }
        #expect(judged.verdict("energy/register-follows-truth") == .fail)
    }
}
