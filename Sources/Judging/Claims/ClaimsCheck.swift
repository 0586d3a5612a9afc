import Electrical
import Findings
import JSONText
import Recordings
import VirtualTime

/// Holds what the client says against what the registers showed it.
final class ClaimsCheck: Check {
    let facts: DeviceFacts
    let duties: ClientDuties
    let truth: (any EnergyTruth)?
    let carbon: CarbonOracle
    private let points: [String: MeteringPoint]
    var account: RegisterAccount
    private var claims = 0
    private var completeness = ClaimCompleteness()
    /// The stretches of time that claims of energy are about.
    var coverage = ClaimCoverage()
    /// Each outlet's last cumulative claim, and each scope's.
    private var cumulative: [MeteringPoint: Claim] = [:]
    private var outages: [Int: VirtualInstant] = [:]
    private var report = ClaimReport()
    /// Claims of the unit's carbon, in milligrams.
    var unitCarbon = ClaimCoverage()
    /// Each point's last claim of energy.
    var lastClaims: [MeteringPoint: Claim] = [:]
    /// Claims of energy that the register does not bear out; carbon that follows from them is no
    /// fault of its own.
    var wrongClaims: [MeteringPoint: Claim] = [:]
    /// Claims that are not the register's difference, in order.
    var wrongEnergies: [WrongClaim] = []

    var energyTallies = EnergyRule.allCases.map { RuleTally($0.rule) }
    var hoursTally = RuleTally(ClaimsCheck.utcHours)
    var carbonTally = RuleTally(ClaimsCheck.carbonByHour)
    var invariantTally = RuleTally(ClaimsCheck.invariants)
    var completeTally = RuleTally(ClaimsCheck.complete)

    /// - Parameter replayed: Of a replay, what counts as the time of a sample.
    init(
        _ facts: DeviceFacts, _ duties: ClientDuties, truth: (any EnergyTruth)?,
        replayed: SampleTime = .date
    ) {
        self.facts = facts
        self.duties = duties
        self.truth = truth
        carbon = CarbonOracle(steps: duties.carbonIntensity)
        points = Self.scopes(facts)
        account = RegisterAccount(facts, duties, truth: truth, replayed: replayed)
    }

    /// What a URI in a claim means: whose readings stand there or, of the unit, right below.
    private static func scopes(_ facts: DeviceFacts) -> [String: MeteringPoint] {
        var scopes = normalized(facts.resources)
        for (path, point) in scopes where point == .unit {
            guard let slash = path.lastIndex(of: "/") else { continue }
            scopes[String(path[..<slash])] = .unit
        }
        return scopes
    }

    func observe(_ exchange: ObservedExchange) {
        if exchange.isFromClient { account.observe(exchange) }
    }

    func observe(_ truth: TruthRecord) {
        guard let outlet = truth.outlet else { return }
        outages[outlet] = truth.isPowered ? nil : truth.instant
    }

    func observe(_ record: ClaimRecord, line: Int) {
        claims += 1
        if record.claim["scope"]?.string == "events" {
            completeness.noteEvents()
            return
        }
        if let problem = record.malformation {
            invariantTally.check()
            invariantTally.find(
                "line \(problem.line) of what the client claims is no claim: \(problem.reason)",
                at: reference(line, record.instant), expected: "a JSON object with a scope",
                seen: problem.text)
            return
        }
        guard let claim = Claim(record, line: line, facts: facts, points: points) else {
            invariantTally.check()
            invariantTally.find(
                "the claim has no scope that the device knows", at: reference(line, record.instant),
                expected: "pdu, mains, branch A, outlet 7 or a resource's URI",
                seen: record.claim["scope"]?.compactText ?? "absent")
            return
        }
        guard judgeForm(claim) else { return }
        completeness.note(claim)
        guard judgeReach(claim) else { return }
        if let energy = claim.energyMicrojoules {
            judgeUnknown(claim)
            if !judgeOff(claim, energy: energy) { judgeEnergy(claim, energy: energy) }
            judgeBasis(claim, energy: energy)
            judgeCumulative(claim, energy: energy)
            add(claim, energy: energy)
            lastClaims[claim.point] = claim
            coverage.add(claim, amount: energy, isWrong: wrongClaims[claim.point] != nil)
        }
        judgeCarbon(claim)
    }

    subscript(rule: EnergyRule) -> RuleTally {
        get { energyTallies[rule.rawValue] }
        set { energyTallies[rule.rawValue] = newValue }
    }

    func reference(_ line: Int, _ instant: VirtualInstant) -> ExchangeReference {
        ExchangeReference(
            line: line, time: (instant - facts.start).iso8601, method: "CLAIM", target: "claim")
    }

    func reference(_ claim: Claim) -> ExchangeReference {
        ExchangeReference(
            line: claim.line, time: (claim.instant - facts.start).iso8601, method: "CLAIM",
            target: claim.name)
    }

    // MARK: claims/invariants

    /// - Returns: Whether the claim can be judged by what it says.
    private func judgeForm(_ claim: Claim) -> Bool {
        invariantTally.check()
        let flaws = ClaimForm(claim.json).flaws
        for flaw in flaws {
            breach(claim, flaw.message, flaw.expected, at: flaw.member, seen: flaw.seen)
        }
        return flaws.allSatisfy(\.isHarmless)
    }

    private func judgeUnknown(_ claim: Claim) {
        guard account.level(for: claim.point).isEmpty, !account.isReadTwice(claim.point) else {
            return
        }
        let readings = account.isKnown(claim.point) ? "one reading alone" : "no reading"
        breach(
            claim, "energy is claimed for \(claim.name), of which \(readings) was ever shown",
            "no number, or null", at: "energy")
    }

    func breach(
        _ claim: Claim, _ message: String, _ expected: String, at name: String,
        seen: String? = nil
    ) {
        invariantTally.find(
            message, at: reference(claim), pointer: JSONPointer(tokens: [name]),
            expected: expected, seen: seen ?? claim.json[name]?.compactText ?? "absent")
    }

    private func judgeCumulative(_ claim: Claim, energy: Int64) {
        guard claim.isCumulative else { return }
        defer { cumulative[claim.point] = claim }
        guard let last = cumulative[claim.point], let before = last.energyMicrojoules,
            energy < before
        else { return }
        breach(
            claim,
            "the cumulative energy of \(claim.name) fell from \(kilowattHours(before)) "
                + "(line \(last.line))",
            "at least \(kilowattHours(before))", at: "energy")
    }

    /// Outlets and unit of one report, of the same stretch of time, are held against each other.
    private func add(_ claim: Claim, energy: Int64) {
        if !report.covers(claim) {
            settleReport()
            report = ClaimReport(claim)
        }
        let quantum = facts.registers[claim.point]?.quantumMicrojoules ?? 0
        report.add(
            claim, energy: energy, quantum: quantum, isWrong: wrongClaims[claim.point] != nil)
    }

    private func settleReport() {
        guard let unit = report.unit, let energy = unit.energyMicrojoules, report.outlets > 0,
            !report.isWrong
        else { return }
        invariantTally.check()
        guard report.outletEnergy > Int128(energy) + report.tolerance else { return }
        breach(
            unit,
            "\(report.outlets) outlets are claimed at \(kilowattHours(report.outletEnergy)) "
                + "together, the whole unit at less",
            "at least \(kilowattHours(report.outletEnergy - report.tolerance))", at: "energy")
    }

    // MARK: claims/N12-holds-when-off

    /// While an outlet has no power and its register stands, it has used nothing.
    ///
    /// - Returns: Whether the claim was found wrong.
    private func judgeOff(_ claim: Claim, energy: Int64) -> Bool {
        guard case .outlet(let outlet) = claim.point, let since = outages[outlet] else {
            return false
        }
        var before: Int64 = 0
        var from = claim.from
        if claim.isCumulative {
            guard let last = cumulative[claim.point], let value = last.energyMicrojoules else {
                return false
            }
            before = value
            from = last.to
        }
        let latch = facts.registers[claim.point]?.latch ?? .zero
        guard from >= since + latch, claim.to > from,
            let span = account[claim.point].span(from: from, to: claim.to), span.high == 0
        else { return false }
        self[.holdsWhenOff].check()
        guard energy > before else { return false }
        wrongClaims[claim.point] = claim
        self[.holdsWhenOff].find(
            "\(claim.name) has had no power since \((since - facts.start).iso8601), yet "
                + "\(kilowattHours(Int128(energy) - Int128(before))) are claimed from "
                + "\((from - facts.start).iso8601) to \((claim.to - facts.start).iso8601)",
            at: reference(claim), expected: kilowattHours(before), seen: kilowattHours(energy))
        return true
    }

    // MARK: claims/complete

    private func settleComplete() {
        guard !duties.expectedClaims.isEmpty else { return }
        completeTally.check(duties.expectedClaims.count)
        guard claims > 0 else {
            completeTally.find(
                "the client claimed nothing", at: nil,
                expected: "claims for \(duties.expectedClaims.count) scopes", seen: "none")
            return
        }
        for scope in duties.expectedClaims {
            guard let lack = completeness.lack(of: scope, account) else { continue }
            completeTally.find(
                lack.message, at: nil, expected: "a claim for \(scope.name)", seen: lack.seen)
        }
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        settleReport()
        settleEnergy()
        settleComplete()
        let tallies = energyTallies + [hoursTally, carbonTally]
        let findings = tallies.reduce(invariantTally.findingCount + completeTally.findingCount) {
            $0 + $1.findingCount
        }
        return CheckGroup(
            name: "client claims",
            measure: "\(claims.counted("claim")), \(findings.counted("finding"))"
                + unitSummary,
            results: EnergyRule.allCases.map { rule in
                self[rule].result(
                    rule.subject.singular, rule.subject.plural,
                    isApplicable: rule.bindsAlways || self[rule].checked > 0)
            } + [
                hoursTally.result(
                    "claim", isApplicable: carbon.steps.count > 1 || hoursTally.checked > 0),
                carbonTally.result("claim", isApplicable: !carbon.steps.isEmpty),
                invariantTally.result("claim"),
                completeTally.result("scope", isApplicable: !duties.expectedClaims.isEmpty),
            ])
    }
}

/// The claims that were made at one instant about one stretch of time.
private struct ClaimReport {
    private var first: Claim?
    private(set) var unit: Claim?
    private(set) var outlets = 0
    /// Claims may say any number, and many of them: their sums need not fit 64 bits.
    private(set) var outletEnergy: Int128 = 0
    /// One quantum for each register.
    private(set) var tolerance: Int128 = 0
    /// Whether an outlet among them is known to be wrong by itself.
    private(set) var isWrong = false

    init() {}

    init(_ first: Claim) { self.first = first }

    func covers(_ claim: Claim) -> Bool {
        guard let first else { return false }
        return first.instant == claim.instant && first.from == claim.from && first.to == claim.to
            && first.isCumulative == claim.isCumulative
    }

    mutating func add(_ claim: Claim, energy: Int64, quantum: Int64, isWrong: Bool) {
        switch claim.point {
        case .outlet:
            if isWrong { self.isWrong = true }
            outlets += 1
            outletEnergy += Int128(energy)
        case .unit: unit = claim
        default: return
        }
        tolerance += Int128(quantum)
    }
}
