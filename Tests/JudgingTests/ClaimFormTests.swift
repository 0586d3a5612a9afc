import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// What is no claim that could be judged is a finding, and satisfies nobody.
@Suite struct ClaimFormTests {
    /// Outlet 1 at 0 and 0.020 kWh, twenty minutes apart, and owed.
    private func judge(_ claims: JSONValue...) -> Judged {
        var duties = ClientDuties()
        duties.expectedClaims = [.point(.outlet(0))]
        return Judged(.small, duties) {
            for (second, reading) in [(0, "0"), (1200, "0.020")] {
                $0.at(Int64(second))
                $0.outlet(1, kWh: reading)
            }
            for claim in claims { $0.claim(claim) }
        }
    }

    /// A right claim, with members replaced or, where nil, left out.
    private func claim(_ changes: [(String, JSONValue?)] = []) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("scope", "outlet 1"), ("from", .string(Snippet.time(0))),
            ("to", .string(Snippet.time(1200))), ("energy", .text("0.020")), ("unit", "kWh"),
            ("kind", "interval"), ("quality", "measured"),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return .members(members)
    }

    @Test func aRightClaimHasNoFlaw() {
        let judged = judge(claim())
        #expect(judged.groups[7].verdict == .pass)
        #expect(judged.verdict("claims/complete") == .pass)
    }

    /// What is wrong, where, and what would be right.
    @Test(
        arguments: [
            (
                [("energy", nil), ("unit", nil)], "/energy",
                "the claim says neither energy nor carbon"
            ),
            ([("unit", "MWh")], "/unit", "the claim's unit is none of energy"),
            ([("unit", nil)], "/unit", "the claim does not say its unit"),
            ([("energy", "0.020")], "/energy", "the energy is no finite number"),
            ([("from", "yesterday")], "/from", "the claim's from is no time"),
            ([("from", 1_768_471_200)], "/from", "the claim's from is no time"),
            ([("to", "2026-01-15T10:20:00")], "/to", "the claim's to is no time"),
            ([("to", "2026-01-15 10:20:00Z")], "/to", "the claim's to is no time"),
            ([("from", nil)], "/from", "the claim does not say from when"),
            ([("to", "2026-01-15T09:00:00Z")], "/to", "the claim ends before it begins"),
            ([("samples", ["now", "then"])], "/samples", "a sample's time cannot be read"),
            ([("samples", "all")], "/samples", "a sample's time cannot be read"),
            ([("kind", "foo")], "/kind", "the claim's kind is not known"),
            (
                [("energy", nil), ("unit", "tCO2e"), ("carbon", 1)], "/unit",
                "the unit of the claim's carbon is none that is known"
            ),
            (
                [("carbon", 1)], "/carbonUnit",
                "the claim does not say the unit of its carbon"
            ),
            (
                [("carbon", "12.5"), ("carbonUnit", "gCO2e")], "/carbon",
                "the carbon is no finite number"
            ),
        ] as [([(String, JSONValue?)], String, String)])
    func whatCannotBeJudgedIsAFinding(
        _ changes: [(String, JSONValue?)], _ pointer: String, _ message: String
    ) {
        let judged = judge(claim(changes))
        let finding = judged["claims/invariants"]?.findings.first
        #expect(finding?.message == message)
        #expect(finding?.pointer?.description == pointer)
        #expect(judged["claims/invariants"]?.findings.count == 1)
        #expect(judged.finding("claims/complete") == "nothing is claimed for outlet 1")
        #expect(judged.verdict("N01-energy-register") == .notExercised)
    }

    /// A claim with a member too many, or an odd word, is judged all the same.
    @Test(
        arguments: [
            ([("enrgy", 5)], "'enrgy' is no member of a claim"),
            ([("quality", "meashured")], "the claim's quality is not known"),
            ([("carbon", .text("-1")), ("carbonUnit", "gCO2e")], "the carbon is negative"),
        ] as [([(String, JSONValue?)], String)])
    func whatIsOddIsAFindingToo(_ changes: [(String, JSONValue?)], _ message: String) {
        let judged = judge(claim(changes + [("energy", .text("0.5"))]))
        #expect(judged.finding("claims/invariants") == message)
        #expect(judged.verdict("N01-energy-register") == .fail)
        #expect(judged.verdict("claims/complete") == .pass)
    }

    @Test func carbonAloneIsNoEnergy() {
        let carbon = claim([("energy", nil), ("unit", "gCO2e"), ("carbon", 5)])
        let judged = judge(carbon)
        #expect(judged.verdict("claims/invariants") == .pass)
        #expect(judged.finding("claims/complete") == "no energy is claimed for outlet 1")
        #expect(judge(carbon, claim()).verdict("claims/complete") == .pass)
    }

    /// Null is right where nobody can know, and there alone.
    @Test func unknownIsOwedWhereNothingWasShown() {
        let unknown: JSONValue = ["scope": "outlet 1", "energy": nil, "quality": "unknown"]
        #expect(
            judge(unknown).finding("claims/complete")
                == "the energy of outlet 1 is claimed as unknown, yet its register was shown")
        var duties = ClientDuties()
        duties.expectedClaims = [.point(.outlet(0))]
        let unseen = Judged(.small, duties) {
            $0.outlet(1, kWh: "0")
            $0.claim(unknown)
        }
        #expect(unseen.verdict("claims/complete") == .pass)
    }

    @Test func aCumulativeClaimNeedsNoBeginning() {
        let judged = judge(claim([("kind", "cumulative"), ("from", nil), ("to", nil)]))
        #expect(judged.groups[7].verdict == .pass)
    }
}
