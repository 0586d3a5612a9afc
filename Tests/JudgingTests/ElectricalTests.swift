import Findings
import JSONText
import Judging
import Testing

@Suite struct ElectricalTests {
    private func outlet(
        volts: String = "230.0", amperes: String = "2.00", watts: String = "414.0",
        apparent: String = "460.0", reactive: String = "200.5", factor: String = "0.90",
        percent: String = "20"
    ) -> Judged {
        Judged {
            $0.outlet(
                1,
                members: [
                    ("RatedCurrentAmps", 10), ("Voltage", .excerpt(volts)),
                    ("CurrentAmps", .excerpt(amperes)), ("PowerLoadPercent", .excerpt(percent)),
                    (
                        "PowerWatts",
                        .excerpt(
                            watts,
                            [
                                ("ApparentVA", .text(apparent)), ("ReactiveVAR", .text(reactive)),
                                ("PowerFactor", .text(factor)),
                            ])
                    ),
                ])
        }
    }

    @Test func aConsistentOutletPasses() {
        let judged = outlet()
        for rule in ["power-identity", "apparent-power", "power-factor", "load-percent"] {
            #expect(judged.verdict("electrical/\(rule)") == .pass, "\(rule)")
        }
        #expect(judged.groups[3].measure == "4 identities, 0 findings")
    }

    @Test func nothingToCompareIsNotExercised() {
        let judged = Judged { $0.outlet(1, watts: "5") }
        #expect(judged.verdict("electrical/power-identity") == .notExercised)
        #expect(judged.groups[3].measure == "0 identities, 0 findings")
    }

    /// 230 V ± 0.05 × 2 A ± 0.005 × 0.90 ± 0.005 is 410.6 W to 417.5 W.
    @Test(arguments: [
        ("417.4", Verdict.pass), ("417.6", .fail), ("410.7", .pass), ("410.5", .fail),
    ])
    func powerIsVoltageTimesCurrentTimesFactor(watts: String, verdict: Verdict) {
        #expect(outlet(watts: watts).verdict("electrical/power-identity") == verdict)
    }

    @Test func aFindingNamesPlaceAndRange() throws {
        let judged = outlet(watts: "460")
        let finding = try #require(judged["electrical/power-identity"]?.findings.first)
        #expect(
            finding.message == "outlet 1 shows 460 W at 230 V × 2 A × power factor 0.9")
        #expect(finding.pointer?.description == "/PowerWatts/Reading")
        #expect(finding.expected == "410.581473 to 417.431476 W")
    }

    @Test func apparentPowerIsTheHypotenuse() {
        #expect(outlet(reactive: "-200.5").verdict("electrical/apparent-power") == .pass)
        #expect(outlet(reactive: "46").verdict("electrical/apparent-power") == .fail)
    }

    @Test func thePowerFactorIsTheRatio() {
        #expect(outlet(factor: "0.91").verdict("electrical/power-factor") == .fail)
    }

    @Test func theLoadIsAShareOfTheRating() {
        #expect(outlet(percent: "20.2").verdict("electrical/load-percent") == .fail)
        #expect(
            outlet(percent: "46").finding("electrical/load-percent")
                == "outlet 1 shows 46 % of 10 A")
    }

    @Test func anOutletWithoutLoadIsConsistent() {
        let judged = outlet(
            amperes: "0.00", watts: "0.0", apparent: "0.0", reactive: "0.0", factor: "1.00",
            percent: "0")
        #expect(judged.groups[3].verdict == .pass)
    }

    @Test func belowTheMeteringFloorZeroStandsForMore() {
        var facts = DeviceFacts.small
        facts.resolutions[.current] = Resolution(
            stepMillionths: 10_000, floorMillionths: 50_000)
        func verdict(_ facts: DeviceFacts) -> Verdict? {
            Judged(facts) {
                $0.outlet(
                    1,
                    members: [
                        ("Voltage", .excerpt("230")), ("CurrentAmps", .excerpt("0")),
                        ("PowerWatts", .excerpt("9", [("PowerFactor", 1)])),
                    ])
            }.verdict("electrical/power-identity")
        }
        #expect(verdict(facts) == .pass)
        #expect(verdict(.small) == .fail)
    }

    @Test func linesAreJudgedEachByItself() {
        let judged = Judged {
            $0.get(
                "\(Snippet.unit)/Branches/A",
                [
                    "@odata.type": "#Circuit.v1_9_0.Circuit",
                    "PolyPhaseVoltage": ["Line1ToNeutral": .excerpt("230")],
                    "PolyPhaseCurrentAmps": [
                        "Line1": .excerpt("1"), "Neutral": .excerpt("9"),
                    ],
                    "PolyPhasePowerWatts": [
                        "Line1ToNeutral": .excerpt("100", [("PowerFactor", 1)])
                    ],
                ])
        }
        #expect(
            judged.finding("electrical/power-identity")
                == "branch A, Line1ToNeutral, shows 100 W at 230 V × 1 A × power factor 1")
    }

    @Test func anExcerptIsItsSensorAtTheSameInstant() {
        func story(_ sensor: String, after seconds: Int64 = 0) -> Judged {
            Judged {
                $0.outlet(1, watts: "100")
                $0.at(seconds)
                $0.sensor("Power1", "Power", sensor, units: "W")
            }
        }
        #expect(story("100.0").verdict("electrical/excerpt-equals-sensor") == .pass)
        #expect(story("101", after: 1).verdict("electrical/excerpt-equals-sensor") == .notExercised)
        #expect(
            story("101").finding("electrical/excerpt-equals-sensor")
                == "the Sensor of outlet 1 shows 101, its excerpt (line 2) 100 at the same instant")
    }
}
