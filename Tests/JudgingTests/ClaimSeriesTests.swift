import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// What the claims of a point tell together: mistakes that a short claim is too coarse for, and none
/// that one short claim seems to tell.
@Suite struct ClaimSeriesTests {
    private static let count: Int64 = 20

    /// Outlets 1 and 2 and the unit read every ten seconds: outlet 1 counts from 0.04 kWh in steps of
    /// a quantum, outlet 2 does so three times in all, and the unit six quanta a poll. Then each is
    /// claimed poll by poll, as what its register counted in watt hours makes.
    private func judge(
        carbon: Bool = false,
        _ energy: (_ point: String, _ poll: Int64, _ wattHours: Int64) -> String
    ) -> Judged {
        var duties = ClientDuties()
        if carbon {
            duties.carbonIntensity = [
                CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 100_000)
            ]
        }
        let readings: [(scope: String, wattHours: (Int64) -> Int64)] = [
            ("outlet 1", { 40 + $0 }), ("outlet 2", { 700 + min($0, 3) }),
            ("pdu", { 900 + 6 * $0 }),
        ]
        return Judged(.small, duties) {
            for poll in 0...Self.count {
                $0.at(poll * 10)
                $0.outlet(1, kWh: Self.kilowattHours(readings[0].wattHours(poll)))
                $0.outlet(2, kWh: Self.kilowattHours(readings[1].wattHours(poll)))
                $0.mains(kWh: Self.kilowattHours(readings[2].wattHours(poll)))
                $0.metrics(kWh: Self.kilowattHours(readings[2].wattHours(poll)))
            }
            for (scope, wattHours) in readings {
                for poll in 0..<Self.count {
                    let used = wattHours(poll + 1) - wattHours(poll)
                    $0.claim(
                        scope, energy(scope, poll, used), samples: [poll * 10, poll * 10 + 10],
                        carbon: carbon ? "\(used / 10).\(used % 10)" : nil)
                }
            }
        }
    }

    private static func kilowattHours(_ wattHours: Int64) -> String {
        "\(wattHours / 1000).\(String(1000 + wattHours % 1000).dropFirst())"
    }

    /// Energy in millionths of kilowatt hours.
    private static func kilowattHours(millionths: Int64) -> String {
        "\(millionths / 1_000_000).\(String(1_000_000 + millionths % 1_000_000).dropFirst())"
    }

    private func broken(_ judged: Judged) -> [String] {
        judged.groups.flatMap(\.results).filter {
            $0.rule.id.hasPrefix("claims/") && [.fail, .warn].contains($0.verdict)
        }.map(\.rule.id)
    }

    @Test func rightClaimsTellTheUnitTogether() {
        let judged = judge { Self.kilowattHours($2) }
        #expect(broken(judged) == [])
        #expect(judged.verdict("N02-unit") == .pass)
    }

    /// A quantum times the factor is anything from nothing to twice that. At 60 quanta a poll's claim
    /// is the register's own value, by chance.
    @Test(
        arguments: [
            (1000, "1,000 × too high: Wh read as kWh?"), (3600, "3,600 × too high: J read as Wh?"),
            (60, "60 × too high: kW·min read as kWh?"),
        ] as [(Int64, String)])
    func aSlipBetweenUnitsShowsInTheSum(factor: Int64, words: String) {
        let judged = judge { Self.kilowattHours(millionths: $2 * 1000 * factor) }
        #expect(broken(judged) == ["claims/N02-unit"])
        // Three quanta are too few to tell, but the other outlet's slip is theirs too.
        #expect(judged["N02-unit"]?.measure.hasSuffix("43 findings") == true)
        #expect(
            judged.finding("N02-unit")?.hasSuffix("over the 20 claims for outlet 1, \(words)")
                == true)
    }

    /// What is much too little is right within a quantum, poll by poll.
    @Test func whatIsMuchTooLittleShowsInTheSum() {
        let judged = judge { Self.kilowattHours(millionths: $2) }
        #expect(broken(judged) == ["claims/N02-unit"])
        #expect(
            judged["N02-unit"]?.findings.map(\.message).contains(
                "the 20 claims for outlet 1 come to 0.00002 kWh together; its register counted "
                    + "0.02 kWh over that time: 1,000 × too low: kWh read as Wh?") == true)
    }

    /// 26 Wh for 6 are some four times the unit's energy, which the other claims are not.
    @Test func oneClaimIsNoHabit() {
        let judged = judge { point, poll, used in
            Self.kilowattHours(point == "pdu" && poll == Self.count - 1 ? used + 20 : used)
        }
        #expect(broken(judged) == ["claims/N01-energy-register"])
        #expect(
            judged.finding("N01-energy-register")
                == "pdu is claimed at 0.026 kWh from PT3M10S to PT3M20S; its register counted "
                + "0.006 kWh")
    }

    /// 2 Wh that come to 4 in single precision are no double count.
    @Test func whatIsNoHabitMayHaveAnotherCause() {
        let judged = Judged {
            for poll in Int64(0)...20 {
                $0.at(poll * 10)
                $0.metrics(kWh: Self.kilowattHours(56_438_511 + 2 * poll))
            }
            for poll in Int64(0)..<20 {
                let ends = [poll, poll + 1].map { Float(56438.511 + 0.002 * Double($0)) }
                let micro = Int64((Double(ends[1] - ends[0]) * 1_000_000).rounded())
                $0.claim(
                    "pdu", Self.kilowattHours(millionths: micro),
                    samples: [poll * 10, poll * 10 + 10])
            }
        }
        #expect(broken(judged) == ["claims/N17-digits"])
    }

    /// Mains and unit show the same energy.
    @Test func levelsThatAreAlwaysAddedAreAHabit() {
        let judged = judge { point, _, used in
            Self.kilowattHours(point == "pdu" ? 2 * used : used)
        }
        #expect(broken(judged) == ["claims/N10-one-level"])
        #expect(
            judged.finding("N10-one-level")?.hasSuffix(
                "over the 20 claims for pdu, mains + unit were added") == true)
    }

    // MARK: The report's line

    @Test func theLineShowsWhatTheClaimsComeToTogether() {
        let judged = judge(carbon: true) { Self.kilowattHours($2) }
        #expect(
            judged.groups[7].measure
                == "60 claims, 0 findings; pdu 0.12 kWh in 20 claims, register 0.119 kWh to 0.121 kWh; "
                + "12 gCO2e in 20 claims, possible 11.9 gCO2e to 12.101 gCO2e")
    }

    @Test func ofRunningTotalsTheLineShowsTheLast() {
        let judged = Judged {
            for poll in Int64(0)...2 {
                $0.at(poll * 600)
                $0.metrics(kWh: "0.\(poll)")
            }
            for poll in Int64(1)...2 {
                $0.claim("pdu", "0.\(poll)", samples: [0, poll * 600], kind: "cumulative")
            }
        }
        #expect(
            judged.groups[7].measure
                == "2 claims, 0 findings; pdu 0.2 kWh, register 0.199 kWh to 0.201 kWh")
    }
}
