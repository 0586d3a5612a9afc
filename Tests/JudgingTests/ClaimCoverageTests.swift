import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Claims keep to the time that was read, say each stretch of it once, and leave none out.
@Suite struct ClaimCoverageTests {
    /// Outlet 1, which counts 0.010 kWh a minute, read by the minute for twenty minutes.
    private func judge(
        tolerance: Int64 = 0, without gap: Range<Int64> = 0..<0,
        _ claims: (inout Snippet) -> Void
    ) -> Judged {
        var duties = ClientDuties()
        duties.sampleTolerance = .seconds(tolerance)
        duties.polls = [PollDuty([.outlet(0)], every: .minutes(1), slack: .minutes(20))]
        duties.expectedClaims = [.point(.outlet(0))]
        return Judged(.small, duties) {
            for minute in Int64(0)...20 where !gap.contains(minute) {
                $0.at(minute * 60)
                $0.outlet(1, kWh: energy(minute))
            }
            claims(&$0)
        }
    }

    private func energy(_ minutes: Int64) -> String {
        "0." + String(1000 + minutes * 10).dropFirst()
    }

    private func broken(_ judged: Judged) -> [String] {
        judged.groups.flatMap(\.results).filter {
            $0.rule.id.hasPrefix("claims/") && [.fail, .warn].contains($0.verdict)
        }.map(\.rule.id)
    }

    // MARK: The time that was read

    @Test(arguments: [(0, 1200), (-60, 1260), (5, 1195)] as [(Int64, Int64)])
    func aPollBeforeAndAfterTheSamplesIsWithinReach(_ from: Int64, _ to: Int64) {
        #expect(broken(judge { $0.claim("outlet 1", "0.200", from: from, to: to) }) == [])
    }

    /// Years and hours away, the register tells nothing, and no energy is right.
    @Test(arguments: ["123456", "0.200", "0"])
    func beyondNothingIsRight(_ energy: String) {
        for (from, to) in [(-1_000_000, 1200), (0, 3000), (100_000, 101_200)] as [(Int64, Int64)] {
            let judged = judge { $0.claim("outlet 1", energy, from: from, to: to) }
            #expect(broken(judged).first == "claims/invariants")
            #expect(
                judged.finding("claims/invariants")?.hasSuffix(
                    "it was read from PT0S to PT20M only")
                    == true)
        }
    }

    @Test(
        arguments: [(3600, "1 h earlier"), (-28800, "8 h later"), (19800, "5.5 h earlier")]
            as [(Int64, String)])
    func theClockOfAZoneIsNamed(_ offset: Int64, _ words: String) {
        let times = judge { $0.claim("outlet 1", "0.200", from: offset, to: offset + 1200) }
        #expect(broken(times) == ["claims/N18-utc-hours"])
        #expect(times.finding("N18-utc-hours")?.contains("which is right \(words)") == true)
        let samples = judge {
            $0.claim("outlet 1", "0.200", samples: [offset, offset + 1200])
        }
        #expect(broken(samples) == ["claims/N18-utc-hours"])
        // The times of a zone do not excuse any energy.
        let wrong = judge { $0.claim("outlet 1", "2", from: offset, to: offset + 1200) }
        #expect(broken(wrong) == ["claims/invariants"])
    }

    @Test func aSampleThatIsNamedWasRead() {
        let judged = judge(tolerance: 3) { $0.claim("outlet 1", "0.200", samples: [0, 90, 1200]) }
        #expect(
            judged.finding("claims/invariants")
                == "outlet 1 names a sample of PT1M30S, when no answer showed a reading")
        #expect(
            broken(judge(tolerance: 3) { $0.claim("outlet 1", "0.200", samples: [0, 62, 1200]) })
                == [])
    }

    // MARK: Each stretch once

    /// One claim a step, over so many steps each.
    private func steps(
        _ snippet: inout Snippet, over count: Int64 = 1, skipping: (Int64) -> Bool = { _ in false }
    ) {
        for minute in Int64(0)...(20 - count) where !skipping(minute) {
            snippet.claim(
                "outlet 1", count == 1 ? "0.010" : "0.020",
                samples: [minute * 60, (minute + count) * 60])
        }
    }

    @Test func claimsThatFollowEachOtherAreRight() {
        #expect(broken(judge { steps(&$0) }) == [])
    }

    @Test func intervalsThatOverlapAreClaimedTwice() {
        let judged = judge { steps(&$0, over: 2) }
        #expect(broken(judged) == ["claims/invariants"])
        #expect(
            judged.finding("claims/invariants")
                == "outlet 1 is claimed twice from PT1M to PT2M, by line 23 too, and so 17 times more; "
                + "its register counted 0.18 kWh then, once")
    }

    @Test func theSameClaimAgainIsClaimedTwice() {
        let judged = judge {
            for _ in 1...3 { $0.claim("outlet 1", "0.200", samples: [0, 1200]) }
        }
        #expect(broken(judged) == ["claims/invariants"])
    }

    /// A running total is no repetition, whatever it says of its kind.
    @Test(arguments: ["interval", "cumulative"])
    func aRunningTotalIsClaimedOnce(_ kind: String) {
        func totals(_ count: Int64) -> [String] {
            broken(
                judge {
                    for minute in 1...count {
                        $0.claim(
                            "outlet 1", energy(minute), samples: [0, minute * 60], kind: kind)
                    }
                })
        }
        #expect(totals(20) == [])
        #expect(totals(19) == [])
        #expect(totals(12) == ["claims/complete"])
    }

    /// Each claim is half a quantum too much, and right by itself.
    @Test func intervalsComeToTheRegistersDifference() {
        let judged = judge {
            for minute in Int64(0)..<20 {
                $0.claim("outlet 1", "0.0105", samples: [minute * 60, (minute + 1) * 60])
            }
        }
        #expect(broken(judged) == ["claims/N01-energy-register"])
        #expect(
            judged.finding("N01-energy-register")
                == "the 20 claims for outlet 1 come to 0.21 kWh together; its register counted "
                + "0.2 kWh over that time")
    }

    // MARK: None left out

    @Test func aHoleIsInNoClaim() {
        let judged = judge { steps(&$0) { $0 % 3 == 2 } }
        #expect(broken(judged) == ["claims/N08-gap"])
        #expect(
            judged.finding("N08-gap")
                == "no claim for outlet 1 is about PT2M to PT3M, nor about 5 stretches more; its "
                + "register counted 0.06 kWh then")
    }

    /// Who leaves the gap between two polls out loses what the register counted in it.
    @Test(
        arguments: [("drop", ["claims/N08-gap"]), ("keep", []), ("measured", ["claims/N08-gap"])]
            as [(String, [String])])
    func theGapBelongsToTheTotal(_ conduct: String, _ rules: [String]) {
        let judged = judge(without: 6..<15) {
            for minute in Int64(0)...19 where !(5...14).contains(minute) {
                $0.claim("outlet 1", "0.010", samples: [minute * 60, minute * 60 + 60])
            }
            guard conduct != "drop" else { return }
            $0.claim([
                "scope": "outlet 1", "energy": .text("0.100"), "unit": "kWh",
                "from": .string(Snippet.time(300)), "to": .string(Snippet.time(900)),
                "quality": conduct == "keep" ? "estimated" : "measured",
            ])
        }
        #expect(broken(judged) == rules)
        #expect(
            judged.verdict("N08-gap")
                == (conduct == "drop" ? .fail : conduct == "keep" ? .pass : .warn))
    }

    @Test func whoStopsClaimingIsIncomplete() {
        let judged = judge { $0.claim("outlet 1", "0.010", samples: [0, 60]) }
        #expect(broken(judged) == ["claims/complete"])
        #expect(
            judged.finding("claims/complete")
                == "outlet 1 is claimed from PT0S to PT1M; it was read from PT0S to PT20M, and 0.19 kWh "
                + "of its register are in no claim")
        // The hour that is not over is not yet claimed by who claims by the hour.
        let byFives = judge {
            for minute in [0, 5, 10] as [Int64] {
                $0.claim("outlet 1", "0.050", samples: [minute * 60, minute * 60 + 300])
            }
        }
        #expect(broken(byFives) == [])
    }
}
