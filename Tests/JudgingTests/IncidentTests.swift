import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// What befalls a register, and which rule names the reader that takes it for energy.
@Suite struct IncidentTests {
    private struct Read {
        var second: Int64
        /// Nil is a null.
        var kilowattHours: String?
        /// Whether the scenario changed the answer.
        var isFaulted = false

        init(_ second: Int64, _ kilowattHours: String?, isFaulted: Bool = false) {
            self.second = second
            self.kilowattHours = kilowattHours
            self.isFaulted = isFaulted
        }
    }

    /// Outlet 1, read and then claimed from the first to the last reading.
    private func judge(
        _ reads: [Read], facts: DeviceFacts = .small, duties: ClientDuties = ClientDuties(),
        claim energy: String, quality: String = "estimated"
    ) -> Judged {
        Judged(facts, duties) {
            for read in reads {
                $0.at(read.second)
                let fault = read.isFaulted ? "glitch" : nil
                if let reading = read.kilowattHours {
                    $0.outlet(1, kWh: reading, fault: fault)
                } else {
                    let null = JSONValue.members([("Reading", .null)])
                    $0.outlet(1, members: [("EnergykWh", null)], fault: fault)
                }
            }
            let ends = [reads[0].second, reads[reads.count - 1].second]
            $0.claim([
                "scope": "outlet 1", "energy": .text(energy), "unit": "kWh",
                "quality": .string(quality),
                "samples": .array(ends.map { .string(Snippet.time($0)) }),
            ])
        }
    }

    /// The claims' rules that are broken.
    private func broken(_ judged: Judged) -> [String] {
        judged.groups.flatMap(\.results).filter {
            $0.rule.id.hasPrefix("claims/") && [.fail, .warn].contains($0.verdict)
        }.map(\.rule.id)
    }

    @Test(
        arguments: [
            ("4.997", "claims/N05-jitter"), ("0", "claims/N06-glitch"),
            ("1.5", "claims/N06-glitch"), (nil, "claims/P01-null-is-unknown"),
        ] as [(String?, String)])
    func aReturnIsNoEnergy(_ wrong: String?, _ rule: String) {
        let readings = [Read(0, "5"), Read(60, wrong, isFaulted: true), Read(120, "5.002")]
        #expect(broken(judge(readings, claim: "0.002", quality: "measured")) == [])
        #expect(broken(judge(readings, claim: "5.002", quality: "measured")) == [rule])
    }

    /// Who takes the fall for a reset claims the register up to the wrong answer.
    @Test(arguments: [("57.169", "claims/N05-jitter"), ("12", "claims/N06-glitch")])
    func aFallIsNoReset(_ wrong: String, _ rule: String) {
        let judged = Judged {
            for (second, reading, fault) in [
                (0, "57.170", nil), (30, wrong, "glitch"), (60, "57.180", nil),
            ] as [(Int64, String, String?)] {
                $0.at(second)
                $0.outlet(1, kWh: reading, fault: fault)
            }
            $0.claim("outlet 1", wrong, samples: [0, 30])
        }
        #expect(broken(judged) == [rule])
        if rule == "claims/N05-jitter" {
            #expect(
                judged.finding(rule)?.hasSuffix("the fall to 57.169 kWh was taken for a reset")
                    == true)
        }
    }

    /// On a fast clock the claim's samples are not known well, and the claim is the register after the
    /// wrong answer all the same.
    @Test func aReturnIsNoEnergyOnAFastClock() {
        var duties = ClientDuties()
        duties.sampleTolerance = .seconds(20)
        let judged = Judged(.small, duties) {
            for (second, reading, fault) in [
                (0, "57.380", nil), (10, "57.400", nil), (40, "0", "glitch"), (58, "57.441", nil),
                (68, "57.461", nil),
            ] as [(Int64, String, String?)] {
                $0.at(second)
                $0.outlet(1, kWh: reading, fault: fault)
            }
            $0.claim("outlet 1", "57.441", samples: [40, 58])
        }
        #expect(broken(judged) == ["claims/N06-glitch"])
    }

    @Test func aWrapCountsOn() {
        var facts = DeviceFacts.small
        facts.registers[.outlet(0)]?.modulusMicrojoules = 36_000_000_000_000
        let readings = [Read(0, "9.98"), Read(60, "0.01")]
        #expect(broken(judge(readings, facts: facts, claim: "0.03", quality: "measured")) == [])
        // Who does not know the modulus counts from zero, and says so.
        #expect(broken(judge(readings, facts: facts, claim: "0.01", quality: "estimated")) == [])
        #expect(
            broken(judge(readings, facts: facts, claim: "0.01", quality: "measured"))
                == ["claims/N07-rollover"])
        #expect(broken(judge(readings, facts: facts, claim: "9.97")) == ["claims/N07-rollover"])
    }

    @Test func whatPassedInAGapBelongsToTheTotal() {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .minutes(1), slack: .minutes(20))]
        let readings = [
            Read(0, "0"), Read(60, "0.005"), Read(600, "0.05"), Read(660, "0.055"),
        ]
        func rules(_ energy: String, _ quality: String) -> [String] {
            broken(judge(readings, duties: duties, claim: energy, quality: quality))
        }
        #expect(rules("0.055", "estimated") == [])
        #expect(rules("0.055", "measured") == ["claims/N08-gap"])
        #expect(rules("0.01", "estimated") == ["claims/N08-gap"])
        let finding = judge(readings, duties: duties, claim: "0.055", quality: "measured")[
            "N08-gap"]?.findings.first
        #expect(
            finding?.message
                == "outlet 1 is claimed as measured over a gap in its samples, of PT9M from PT1M on"
        )
        #expect(
            finding?.expected
                == "another quality, such as estimated, where samples are more than PT2M30S apart")
    }

    /// On a fast clock a poll may come late by what the clock makes of the machine's delay.
    @Test func aPollThatThePaceDelaysIsNoGap() {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .minutes(1), slack: .minutes(20))]
        let readings = [Read(0, "0"), Read(155, "0.013"), Read(215, "0.018")]
        func rules() -> [String] {
            broken(judge(readings, duties: duties, claim: "0.018", quality: "measured"))
        }
        #expect(rules() == ["claims/N08-gap"])
        duties.sampleTolerance = .seconds(5)
        #expect(rules() == [])
    }

    @Test func aResetIsNoWrapAtAModulusThatNobodyTold() {
        let judged = judge(
            [Read(0, "312.544"), Read(60, "312.545"), Read(120, "0.002")], claim: "429184.1876")
        #expect(broken(judged) == ["claims/N03-reset"])
        #expect(
            judged.finding("N03-reset")?.hasSuffix(
                "the reset was taken for a wrap at 2^32 × 0.0001 kWh") == true)
    }

    @Test func anotherUnitHasRegistersOfItsOwn() {
        var facts = DeviceFacts.small
        facts.registerStarts = [
            ScriptedRegisterStart(
                .outlet(0), at: Snippet.start + .seconds(90),
                readingMicrojoules: 7_200_000_000_000, isReplacement: true)
        ]
        let readings = [
            Read(0, "9"), Read(60, "9.001"), Read(120, "2.001"), Read(180, "2.002"),
        ]
        #expect(broken(judge(readings, facts: facts, claim: "0.002")) == [])
        #expect(
            broken(judge(readings, facts: facts, claim: "0.002", quality: "measured"))
                == ["claims/N16-replaced-unit"])
        #expect(
            broken(judge(readings, facts: facts, claim: "2.003")) == ["claims/N16-replaced-unit"])
        #expect(
            broken(judge(readings, facts: facts, claim: "7.002")) == ["claims/N16-replaced-unit"])
        #expect(judge(readings, facts: facts, claim: "0.002").verdict("energy/monotonic") == .pass)
    }

    @Test func anOutletThatWasAbsentIsAnother() {
        var facts = DeviceFacts.small
        facts.registerStarts = [
            ScriptedRegisterStart(
                .outlet(0), at: Snippet.start + .seconds(90),
                readingMicrojoules: 36_000_000_000_000, isReplacement: true, isReturn: true)
        ]
        let readings = [Read(0, "9"), Read(60, "9.001"), Read(120, "10"), Read(180, "10.001")]
        #expect(broken(judge(readings, facts: facts, claim: "0.002")) == [])
        let taken = judge(readings, facts: facts, claim: "1.001")
        #expect(broken(taken) == ["claims/P08-absent"])
        #expect(taken.verdict("claims/P08-absent") == .fail)
        let certain = judge(readings, facts: facts, claim: "0.002", quality: "measured")
        #expect(certain.verdict("claims/P08-absent") == .warn)
    }

    /// A fall that the scenario scripts is none of the device's making; any other is.
    @Test func onlyScriptedFallsArePassedOver() {
        var facts = DeviceFacts.small
        facts.registerStarts = [
            ScriptedRegisterStart(.outlet(0), at: Snippet.start + .seconds(90))
        ]
        func verdict(_ last: String) -> Verdict? {
            judge(
                [Read(60, "9"), Read(120, "0.001"), Read(180, last)], facts: facts, claim: "0.002"
            ).verdict("energy/monotonic")
        }
        #expect(verdict("0.002") == .pass)
        #expect(verdict("0") == .fail)
    }

    @Test func aClientGoesOnAfterARestart() {
        var duties = ClientDuties()
        let restart = Snippet.start + .seconds(90)
        duties.absences = [ClientAbsence(from: restart, until: restart)]
        func rules(_ energy: String, from second: Int64) -> [String] {
            broken(
                Judged(.small, duties) {
                    for (second, reading) in [(0, "7"), (60, "7.01"), (120, "7.02"), (180, "7.03")]
                    {
                        $0.at(Int64(second))
                        $0.outlet(1, kWh: reading)
                        if second == 60 { $0.claim("outlet 1", "0.01", samples: [0, 60]) }
                    }
                    $0.claim("outlet 1", energy, samples: [second, 180])
                })
        }
        #expect(rules("0.03", from: 0) == [])
        #expect(rules("0.02", from: 60) == [])
        #expect(rules("0.01", from: 120) == ["claims/N15-restart"])
        #expect(rules("7.03", from: 120).contains("claims/N15-restart"))
        #expect(rules("7.05", from: 0) == ["claims/N15-restart"])
    }

    @Test(
        arguments: [
            ("1e308", nil, "1e308"), ("-5", nil, "-5 kWh"), ("1", "-250", "-250"),
            ("1", "250000", "250000"),
        ] as [(String, String?, String)])
    func whatNoRackPDUCanShow(_ kWh: String, _ watts: String?, _ seen: String) {
        let judged = Judged { $0.outlet(1, kWh: kWh, watts: watts) }
        #expect(judged.verdict("electrical/possible-reading") == .fail)
        #expect(judged["electrical/possible-reading"]?.findings.first?.seen == seen)
        let clean = Judged { $0.outlet(1, kWh: "56438.113", watts: "2990.5") }
        #expect(clean.verdict("electrical/possible-reading") == .pass)
    }
}
