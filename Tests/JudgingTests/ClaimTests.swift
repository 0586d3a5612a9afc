import Electrical
import Findings
import JSONText
import Judging
import Recordings
import Testing
import VirtualTime

@Suite struct ClaimTests {
    /// Outlet 1 at 0, 0.010 and 0.020 kWh, ten minutes apart.
    private func outlet(
        _ duties: ClientDuties = ClientDuties(), truth: (any EnergyTruth)? = nil,
        _ claims: (inout Snippet) -> Void
    ) -> Judged {
        Judged(.small, duties, truth: truth) {
            for (second, reading) in [(0, "0"), (600, "0.010"), (1200, "0.020")] {
                $0.at(Int64(second))
                $0.outlet(1, kWh: reading)
            }
            claims(&$0)
        }
    }

    @Test func withoutClaimsNothingIsExercised() {
        let judged = outlet { _ in }
        #expect(judged.groups[7].verdict == .notExercised)
        #expect(judged.verdict("claims/complete") == .notApplicable)
    }

    @Test func aLineThatIsNoClaimIsAFinding() {
        let record = ClaimRecord(
            malformedLine: 7, reason: "it is no JSON text", text: "kWh 5", at: Snippet.start)
        let judged = outlet { $0.claim(record.claim) }
        #expect(
            judged.finding("claims/invariants")
                == "line 7 of what the client claims is no claim: it is no JSON text")
    }

    // MARK: N01

    /// Nobody's clock is exactly the device's: a stated sample is the one that is near.
    @Test func aSampleStatedALittleOffIsTheOneNearby() {
        func verdict(_ tolerance: Int64, _ energy: String) -> Verdict? {
            var duties = ClientDuties()
            duties.sampleTolerance = .seconds(tolerance)
            return outlet(duties) { $0.claim("outlet 1", energy, samples: [3, 597]) }
                .verdict("N01-energy-register")
        }
        #expect(verdict(3, "0.010") == .pass)
        #expect(verdict(3, "0.0121") == .fail)
        // Without tolerance it lies between two samples, and all between them may be.
        #expect(verdict(0, "0.003") == .pass)
        #expect(verdict(3, "0.003") == .fail)
        // Where two samples may be meant, either may.
        #expect(verdict(700, "0") == .pass)
        #expect(verdict(700, "0.020") == .pass)
    }

    /// `Date` is cut to the second; the truth shown is that of the samples that are compared.
    @Test func theTruthIsThatOfTheSamplesThatAreCompared() {
        var duties = ClientDuties()
        duties.sampleTolerance = .seconds(3)
        let judged = outlet(duties, truth: SteadyTruth(milliwatts: 60_000)) {
            $0.claim("outlet 1", "0.1", samples: [3, 597])
        }
        #expect(
            judged.finding("N01-energy-register")?.hasSuffix(
                "its register counted 0.01 kWh (truly 0.01 kWh)") == true)
    }

    /// A quantum of 0.001 kWh: pass within it, warn within two.
    @Test(arguments: [
        ("0.020", Verdict.pass), ("0.021", .pass), ("0.019", .pass), ("0.0211", .warn),
        ("0.022", .warn), ("0.0221", .fail), ("0.0179", .fail),
    ])
    func energyIsTheRegistersDifference(energy: String, verdict: Verdict) {
        let judged = outlet { $0.claim("outlet 1", energy, samples: [0, 1200]) }
        #expect(judged.verdict("N01-energy-register") == verdict)
    }

    @Test func theFindingShowsClaimRegisterTruthAndBound() {
        let judged = outlet(truth: SteadyTruth(milliwatts: 60_000)) {
            $0.claim("outlet 1", "0.1", samples: [0, 1200])
        }
        #expect(
            judged.finding("N01-energy-register")
                == "outlet 1 is claimed at 0.1 kWh from PT0S to PT20M; its register counted "
                + "0.02 kWh (truly 0.02 kWh)")
        #expect(
            judged["N01-energy-register"]?.findings.first?.expected
                == "0.019 kWh to 0.021 kWh (bound 0.001 kWh); fed by outlet 1 from 0 kWh (line 2) "
                + "to 0.02 kWh (line 4)")
    }

    @Test func boundsByTheClockAllowForTheDistanceToTheSamples() {
        func verdict(_ energy: String) -> Verdict? {
            outlet { $0.claim("outlet 1", energy, from: 300, to: 900) }
                .verdict("N01-energy-register")
        }
        #expect(verdict("0.010") == .pass)
        #expect(verdict("0.021") == .pass)
        #expect(verdict("0.0231") == .fail)
    }

    @Test func cumulativeClaimsCountFromTheFirstSample() {
        let judged = outlet {
            $0.claim("outlet 1", "0.010", to: 600, kind: "cumulative")
            $0.claim("outlet 1", "0.020", to: 1200, kind: "cumulative")
        }
        #expect(judged.groups[7].verdict == .pass)
    }

    @Test func aResetWithALifetimeIsExact() {
        let judged = Judged {
            $0.outlet(1, kWh: "0.500", lifetime: "1.500", reset: Snippet.time(-9))
            $0.at(600)
            $0.outlet(1, kWh: "0.005", lifetime: "1.510", reset: Snippet.time(300))
            $0.claim("outlet 1", "0.010", samples: [0, 600])
            $0.claim("outlet 1", "0.005", samples: [0, 600])
        }
        #expect(judged["N04-lifetime"]?.findings.count == 1)
        #expect(judged["N04-lifetime"]?.findings.first?.exchange?.line == 5)
    }

    @Test func aResetThatHidEnergyIsNotMeasured() {
        func story(_ quality: String) -> Judged {
            Judged {
                $0.outlet(1, kWh: "0.100", reset: Snippet.time(-9))
                $0.at(600)
                $0.outlet(1, kWh: "0.110", reset: Snippet.time(-9))
                $0.at(1200)
                $0.outlet(1, kWh: "0.005", reset: Snippet.time(900))
                $0.claim([
                    "scope": "outlet 1", "energy": .text("0.015"), "unit": "kWh",
                    "samples": [.string(Snippet.time(0)), .string(Snippet.time(1200))],
                    "quality": .string(quality),
                ])
            }
        }
        #expect(story("measured").verdict("N03-reset") == .warn)
        #expect(story("estimated").verdict("N03-reset") == .pass)
    }

    @Test func aFalsifiedReadingIsNoSample() {
        let judged = Judged {
            $0.outlet(1, kWh: "5.000")
            $0.at(60)
            $0.outlet(1, kWh: "0", fault: "glitch")
            $0.at(120)
            $0.outlet(1, kWh: "5.002")
            $0.claim("outlet 1", "0.002", samples: [0, 120])
        }
        #expect(judged.verdict("N01-energy-register") == .pass)
    }

    // MARK: N02 and N10

    @Test(arguments: [
        ("20", "1,000 × too high: Wh read as kWh?"),
        ("0.00002", "1,000 × too low: kWh read as Wh?"),
        ("72", "3,600 × too high: J read as Wh?"),
        ("72000", "3,600,000 × too high: J read as kWh?"),
    ])
    func aSlipBetweenUnitsIsNamed(energy: String, words: String) {
        let judged = outlet { $0.claim("outlet 1", energy, samples: [0, 1200]) }
        #expect(judged.finding("N02-unit")?.hasSuffix(words) == true)
        #expect(judged.verdict("N01-energy-register") == .pass)
    }

    @Test func anyDeclaredUnitWillDo() {
        let judged = outlet {
            $0.claim("outlet 1", "20", unit: "Wh", samples: [0, 1200])
            $0.claim("outlet 1", "72000", unit: "J", samples: [0, 1200])
        }
        #expect(judged.verdict("N02-unit") == .pass)
        #expect(judged.verdict("N01-energy-register") == .pass)
    }

    private func unit(_ energy: String, outlets: Bool = true) -> Judged {
        Judged {
            for (second, factor) in [(0, 0), (600, 1)] {
                $0.at(Int64(second))
                if outlets {
                    for number in 1...4 { $0.outlet(number, kWh: factor == 0 ? "0" : "0.100") }
                }
                $0.mains(kWh: factor == 0 ? "0" : "0.450")
                $0.metrics(kWh: factor == 0 ? "0" : "0.450")
            }
            $0.claim("pdu", energy, samples: [0, 600])
        }
    }

    @Test func theUnitIsCountedAtOneLevel() {
        #expect(unit("0.450").verdict("N10-one-level") == .pass)
        #expect(unit("0.4").verdict("N10-one-level") == .pass)
        #expect(unit("0.4").verdict("N11-total-from-metrics") == .fail)
        #expect(
            unit("0.850").finding("N10-one-level")
                == "pdu is claimed at 0.85 kWh from PT0S to PT10M; its register counted 0.45 kWh: "
                + "outlets + mains were added")
        #expect(
            unit("0.900", outlets: false).finding("N10-one-level")?
                .hasSuffix("mains + unit were added") == true)
        #expect(
            unit("1.350", outlets: false).finding("N10-one-level")?
                .hasSuffix("3 × the unit's energy") == true)
    }

    // MARK: N12

    @Test func nothingIsUsedWithoutPower() {
        func story(_ energy: String) -> Judged {
            Judged {
                $0.outlet(1, kWh: "1.0")
                $0.at(10)
                $0.power(outlet: 1, false)
                for second in [60, 120] {
                    $0.at(Int64(second))
                    $0.outlet(1, kWh: "1.001")
                }
                $0.claim("outlet 1", energy, samples: [60, 120])
            }
        }
        #expect(story("0").verdict("N12-holds-when-off") == .pass)
        #expect(
            story("0.0005").finding("N12-holds-when-off")
                == "outlet 1 has had no power since PT10S, yet 0.0005 kWh are claimed from PT1M "
                + "to PT2M")
    }

    @Test func aCumulativeClaimStandsWithoutPower() {
        let judged = Judged {
            $0.outlet(1, kWh: "1.0")
            $0.at(10)
            $0.power(outlet: 1, false)
            for second in [60, 120] {
                $0.at(Int64(second))
                $0.outlet(1, kWh: "1.001")
                $0.claim(
                    "outlet 1", second == 60 ? "0.0010" : "0.0015", to: Int64(second),
                    kind: "cumulative")
            }
        }
        #expect(judged.verdict("N12-holds-when-off") == .fail)
    }

    // MARK: N19

    /// 1 kW for an hour at 700 g, 3 kW for an hour at 100 g, read every half hour.
    private func carbon(_ grams: String, scope: String = "outlet 1") -> Judged {
        var duties = ClientDuties()
        duties.carbonIntensity = [
            CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 700_000),
            CarbonStep(from: Snippet.start + .hours(1), milligramsPerKilowattHour: 100_000),
        ]
        return Judged(.small, duties) {
            for (half, reading) in ["0", "0.5", "1.0", "2.5", "4.0"].enumerated() {
                $0.at(Int64(half) * 1800)
                $0.outlet(1, kWh: reading)
            }
            $0.claim(scope, "4.0", samples: [0, 7200], carbon: grams)
        }
    }

    @Test func carbonCountsAtTheTimeOfUse() {
        #expect(carbon("1000").verdict("N19-carbon-by-hour") == .pass)
        #expect(carbon("1000.8").verdict("N19-carbon-by-hour") == .fail)
        #expect(
            carbon("1600").finding("N19-carbon-by-hour")
                == "outlet 1 is claimed at 1600 gCO2e, the energy times the average intensity "
                + "(1600 gCO2e); intensity counts at the time of use")
        #expect(carbon("1").finding("N19-carbon-by-hour")?.contains("1,000 × too low") == true)
    }

    /// Energy and carbon may be claimed in lines of their own.
    @Test(arguments: [("1000", Verdict.pass), ("1600", .fail)])
    func carbonAloneIsJudgedToo(_ grams: String, _ verdict: Verdict) {
        var duties = ClientDuties()
        duties.carbonIntensity = [
            CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 700_000),
            CarbonStep(from: Snippet.start + .hours(1), milligramsPerKilowattHour: 100_000),
        ]
        let judged = Judged(.small, duties) {
            for (hour, reading) in ["0", "1.0", "4.0"].enumerated() {
                $0.at(Int64(hour) * 3600)
                $0.outlet(1, kWh: reading)
            }
            $0.claim("outlet 1", nil, unit: "gCO2e", samples: [0, 7200], carbon: grams)
        }
        #expect(judged.verdict("N19-carbon-by-hour") == verdict)
        let finding = judged.finding("N19-carbon-by-hour")
        #expect(finding?.contains("the energy times the average intensity") ?? (verdict == .pass))
    }

    @Test func aStepBetweenTwoSamplesLeavesItsEnergyOpen() {
        var duties = ClientDuties()
        duties.carbonIntensity = [
            CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 700_000),
            CarbonStep(from: Snippet.start + .minutes(30), milligramsPerKilowattHour: 100_000),
        ]
        func verdict(_ grams: String) -> Verdict? {
            Judged(.small, duties) {
                $0.outlet(1, kWh: "0")
                $0.at(3600)
                $0.outlet(1, kWh: "1.0")
                $0.claim("outlet 1", "1.0", samples: [0, 3600], carbon: grams)
            }.verdict("N19-carbon-by-hour")
        }
        #expect(verdict("400") == .pass)
        #expect(verdict("98") == .fail)
        #expect(verdict("702") == .fail)
    }

    @Test func withoutASeriesCarbonIsNotJudged() {
        let judged = outlet { $0.claim("outlet 1", "0.020", samples: [0, 1200], carbon: "9") }
        #expect(judged.verdict("N19-carbon-by-hour") == .notApplicable)
    }

    // MARK: Invariants

    @Test func claimsHaveAFormAndASign() {
        func finding(_ claim: JSONValue) -> String? {
            outlet { $0.claim(claim) }.finding("claims/invariants")
        }
        #expect(
            finding(["scope": "outlet 1", "energy": 1]) == "the claim does not say its unit")
        #expect(
            finding(["scope": "outlet 1", "energy": "NaN", "unit": "kWh"])
                == "the energy is no finite number")
        #expect(
            finding(["scope": "outlet 1", "energy": .text("-0.1"), "unit": "kWh"])
                == "the energy is negative")
        #expect(
            finding(["scope": "rack 7", "energy": 1, "unit": "kWh"])
                == "the claim has no scope that the device knows")
        #expect(finding(["scope": "outlet 1", "energy": nil]) == nil)
    }

    @Test func aCumulativeClaimNeverFalls() {
        let judged = outlet {
            $0.claim("outlet 1", "0.020", to: 1200, kind: "cumulative")
            $0.claim("outlet 1", "0.019", to: 1200, kind: "cumulative")
        }
        #expect(
            judged.finding("claims/invariants")
                == "the cumulative energy of outlet 1 fell from 0.02 kWh (line 5)")
    }

    @Test func nothingIsClaimedThatWasNeverShown() {
        let judged = outlet {
            $0.claim("outlet 2", "0", samples: [0, 1200])
            $0.claim(["scope": "outlet 3", "energy": nil])
        }
        #expect(
            judged.finding("claims/invariants")
                == "energy is claimed for outlet 2, of which no reading was ever shown")
        #expect(judged["claims/invariants"]?.findings.count == 1)
    }

    /// Nothing passes between one reading and itself.
    @Test func oneReadingIsNoStretch() {
        let judged = Judged {
            $0.outlet(1, kWh: "5", watts: "100")
            $0.claim("outlet 1", "0.5", samples: [0, 1200])
        }
        #expect(
            judged.finding("claims/invariants")
                == "energy is claimed for outlet 1, of which one reading alone was ever shown")
    }

    @Test func outletsAddUpToNoMoreThanTheUnit() {
        func story(_ unit: String) -> Judged {
            Judged {
                for reading in ["0", "0.100"] {
                    for number in 1...2 { $0.outlet(number, kWh: reading) }
                    $0.metrics(kWh: reading)
                    $0.at(600)
                }
                for number in 1...2 { $0.claim("outlet \(number)", "0.1", samples: [0, 600]) }
                $0.claim("pdu", unit, samples: [0, 600])
            }
        }
        #expect(story("0.197").verdict("claims/invariants") == .pass)
        #expect(
            story("0.196").finding("claims/invariants")
                == "2 outlets are claimed at 0.2 kWh together, the whole unit at less")
    }

    @Test func whatTheScenarioAsksForIsClaimed() {
        var duties = ClientDuties()
        duties.expectedClaims = [.point(.outlet(0)), .point(.unit), .events]
        let some = outlet(duties) { $0.claim("outlet 1", "0.020", samples: [0, 1200]) }
        #expect(
            some["claims/complete"]?.findings.map(\.message)
                == ["nothing is claimed for pdu", "nothing is claimed for events"])
        #expect(outlet(duties) { _ in }.finding("claims/complete") == "the client claimed nothing")
    }
}
