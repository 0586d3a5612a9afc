import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Of several mistakes that a claim might come from, the one that explains it exactly is named.
@Suite struct ClaimDiagnosisTests {
    private func broken(_ judged: Judged) -> [String] {
        judged.groups.flatMap(\.results).filter {
            $0.rule.id.hasPrefix("claims/") && [.fail, .warn].contains($0.verdict)
        }.map(\.rule.id)
    }

    /// A register that begins anew at 300 kWh and counts 0.083: the jump is some 3,600 times that.
    @Test func aJumpIsNoUnit() {
        func judge(_ energy: String) -> Judged {
            Judged {
                for (second, reading) in [(0, "300.000"), (60, "300.041"), (120, "0.042")] {
                    $0.at(Int64(second))
                    $0.outlet(1, kWh: reading)
                }
                $0.claim([
                    "scope": "outlet 1", "energy": .text(energy), "unit": "kWh",
                    "quality": "estimated",
                    "samples": [.string(Snippet.time(0)), .string(Snippet.time(120))],
                ])
            }
        }
        #expect(broken(judge("300.040")) == ["claims/N03-reset"])
        #expect(broken(judge("298.8")) == ["claims/N02-unit"])
    }

    /// The register's own value is not what passed, whatever multiple of it that may look like.
    @Test(arguments: ["interval", "cumulative"])
    func theRegisterItselfIsNoConsumption(_ kind: String) {
        let judged = Judged {
            for (second, reading) in [(0, "0.100"), (600, "0.200")] {
                $0.at(Int64(second))
                $0.metrics(kWh: reading)
            }
            $0.claim("pdu", "0.200", samples: [0, 600], kind: kind)
        }
        #expect(broken(judged) == ["claims/N15-restart"])
        #expect(
            judged.finding("N15-restart")?.hasSuffix(
                "the register itself, 0.2 kWh; its first reading is no consumption") == true)
    }

    @Test func levelsThatWereReadInPartAreAddedToo() {
        let judged = Judged {
            for (second, factor) in [(0, 0), (600, 1)] {
                $0.at(Int64(second))
                for number in 1...3 { $0.outlet(number, kWh: factor == 0 ? "0" : "0.050") }
                $0.mains(kWh: factor == 0 ? "0" : "0.455")
                $0.metrics(kWh: factor == 0 ? "0" : "0.455")
            }
            $0.claim("pdu", "1.060", samples: [0, 600])
        }
        #expect(broken(judged) == ["claims/N10-one-level"])
        #expect(
            judged.finding("N10-one-level")?.hasSuffix("3 of 4 outlets + mains + unit were added")
                == true)
    }

    // MARK: Power over time

    /// 100 W, and 2 kW in one of the polls by the minute; apparent power is a tenth more. The samples
    /// stand a third of a second after the second by which the client knows them.
    private func spiky(_ energy: String) -> Judged {
        var duties = ClientDuties()
        duties.sampleTolerance = .seconds(3)
        return Judged(.small, duties) {
            for minute in Int64(0)...10 {
                $0.at(milliseconds: minute * 60_000 + 330 + minute * 90)
                let power = minute == 5 ? ("2000", "2200") : ("100", "110")
                $0.outlet(
                    1, kWh: "0." + String(1000 + minute * 2).dropFirst(),
                    members: [
                        (
                            "PowerWatts",
                            .excerpt(power.0, [("ApparentVA", .text(power.1))])
                        )
                    ])
            }
            $0.claim([
                "scope": "outlet 1", "energy": .text(energy), "unit": "kWh",
                "quality": "estimated",
                "samples": [.string(Snippet.time(0)), .string(Snippet.time(601))],
            ])
        }
    }

    /// 601 s of 100 W, and 1,900 W over two halves of a minute, the second of 60 s.
    @Test(
        arguments: [
            ("0.048361111", "N01-energy-register", "the trapezoids over the power it read"),
            ("0.048600000", "N01-energy-register", "the trapezoids over the power it read"),
            ("0.053197222", "N14-real-energy", "the apparent power, integrated"),
        ] as [(String, String, String)])
    func trapezoidsStandAtWholeSeconds(_ energy: String, _ rule: String, _ words: String) {
        let judged = spiky(energy)
        #expect(broken(judged) == ["claims/\(rule)"])
        #expect(judged.finding(rule)?.hasSuffix(words) == true)
    }
}
