import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Laws that hold for every device whose numbers are the truth, rounded: none of them is blamed,
/// and a number moved past its bound always is.
@Suite struct PropertyTests {
    private static let cases = 500

    private func rounded(_ value: Int64, to step: Int64) -> Int64 {
        (value + step / 2) / step * step
    }

    private func text(_ millionths: Int64) -> String {
        JSONNumber(units: millionths, decimals: 6).text
    }

    @Test(.timeLimit(.minutes(1))) func trueNumbersRoundedObeyTheElectricalLaws() {
        var random = RandomStream(seed: 1, label: "electrical laws")
        let judged = Judged { snippet in
            for index in 0..<Self.cases {
                let volts = random.integer(in: 200_000_000...250_000_000)
                let amperes = random.integer(in: 0...16_000_000)
                let factor = random.integer(in: 100_000...1_000_000)
                let apparent = Int64(Int128(volts) * Int128(amperes) / 1_000_000)
                let watts = Int64(Int128(apparent) * Int128(factor) / 1_000_000)
                let reactive = Int64(
                    (Double(apparent) * Double(apparent) - Double(watts) * Double(watts))
                        .squareRoot())
                snippet.at(Int64(index))
                snippet.outlet(
                    1,
                    members: [
                        ("Voltage", .excerpt(text(rounded(volts, to: 100_000)))),
                        ("CurrentAmps", .excerpt(text(rounded(amperes, to: 10_000)))),
                        (
                            "PowerWatts",
                            .excerpt(
                                text(rounded(watts, to: 100_000)),
                                [
                                    ("ApparentVA", .text(text(rounded(apparent, to: 100_000)))),
                                    ("ReactiveVAR", .text(text(rounded(reactive, to: 100_000)))),
                                    ("PowerFactor", .text(text(rounded(factor, to: 10_000)))),
                                ])
                        ),
                    ])
            }
        }
        #expect(judged.groups[3].measure == "1,500 identities, 0 findings")
    }

    @Test(.timeLimit(.minutes(1))) func trueSumsRoundedReconcileAndAStepBeyondTheBoundDoesNot() {
        var random = RandomStream(seed: 2, label: "totals")
        func story(movedBy steps: Int64) -> Judged {
            Judged { snippet in
                for index in 0..<Self.cases {
                    let first = random.integer(in: 0...3_000_000_000)
                    let second = random.integer(in: 0...3_000_000_000)
                    let sum = rounded(first + second, to: 100_000)
                    snippet.at(Int64(index))
                    snippet.outlet(1, watts: text(rounded(first, to: 100_000)))
                    snippet.outlet(2, watts: text(rounded(second, to: 100_000)))
                    snippet.branch("A", watts: text(sum + steps * 100_000))
                }
            }
        }
        #expect(story(movedBy: 0).verdict("totals/power") == .pass)
        // Rounding takes up to 0.15 W, so moving by 0.3 W is past every bound.
        let moved = story(movedBy: 3)["totals/power"]
        #expect(moved?.measure.hasPrefix("500 sums, 500 findings") == true)
    }

    @Test(.timeLimit(.minutes(1))) func roundedRegistersFollowTheTruthAndClaimsFromThemPass() {
        var random = RandomStream(seed: 3, label: "registers")
        let quantum: Int64 = 3_600_000_000
        let truth = SteadyTruth(milliwatts: 1_234_567)
        let judged = Judged(truth: truth) { snippet in
            var second: Int64 = 0
            var samples: [(second: Int64, reading: Int64)] = []
            for _ in 0..<Self.cases {
                second += random.integer(in: 1...300)
                let energy = truth.energyMicrojoules(
                    of: .outlet(0), at: Snippet.start + .seconds(second))
                let reading = rounded(energy, to: quantum)
                samples.append((second, reading))
                snippet.at(second)
                snippet.outlet(1, kWh: text(reading / 3_600_000))
            }
            for _ in 0..<Self.cases {
                let from = Int(random.integer(in: 0...Int64(Self.cases - 2)))
                let to = Int(random.integer(in: Int64(from + 1)...Int64(Self.cases - 1)))
                let moved = random.integer(in: -1...1) * quantum
                let energy = max(0, samples[to].reading - samples[from].reading + moved)
                snippet.claim(
                    "outlet 1", text(energy / 3_600_000),
                    samples: [samples[from].second, samples[to].second])
            }
        }
        #expect(judged.verdict("energy/register-follows-truth") == .pass)
        #expect(judged.verdict("energy/monotonic") == .pass)
        #expect(judged.verdict("N01-energy-register") == .pass)
        #expect(judged["N01-energy-register"]?.measure == "500 claims, 0 findings")
    }

    @Test(.timeLimit(.minutes(1))) func theSameRecordingGivesTheSameVerdict() {
        func groups() -> [CheckGroup] {
            var duties = ClientDuties()
            duties.expectedClaims = [.point(.unit), .point(.outlet(2))]
            duties.polls = [
                PollDuty([.outlet(0), .outlet(1)], every: .seconds(5), slack: .zero)
            ]
            var random = RandomStream(seed: 4, label: "chaos")
            return Judged(.small, duties, truth: SteadyTruth(milliwatts: 9)) { snippet in
                snippet.subscribe()
                for step in 0..<200 {
                    snippet.at(Int64(step))
                    let number = Int(random.integer(in: 1...4))
                    let reading = text(random.integer(in: 0...9_000_000))
                    switch random.integer(in: 0...6) {
                    case 0: snippet.login(session: step)
                    case 1: snippet.power(outlet: number, random.chance(1, in: 2))
                    case 2: snippet.deliver(reading, origin: "\(Snippet.unit)/Outlets/\(number)")
                    case 3: snippet.claim("outlet \(number)", reading, samples: [0, Int64(step)])
                    case 4: snippet.get("\(Snippet.unit)/Outlets/\(number)", status: 401)
                    default: snippet.outlet(number, kWh: reading, watts: reading)
                    }
                }
            }.groups
        }
        #expect(groups() == groups())
    }
}
