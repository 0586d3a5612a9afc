import Electrical
import Findings
import HTTPTypes
import Recordings
import VirtualTime

/// Adds the levels of the unit up, wherever a whole level was read at one instant: the outlets of
/// a branch, the branches and the unit's own consumption, the phases, the mains and the unit.
final class TotalsCheck: Check {
    static let power = Rule(
        "totals/power", .policy, .fail,
        "The power of a whole is the sum of its parts, within half a resolution of each number.",
        source: RuleSource.policy("physics; sums of real power are exact (B35)"))

    static let energy = Rule(
        "totals/energy", .policy, .fail,
        "The energy of a whole is the sum of its parts, within half a quantum, gain and latch of "
            + "each register.",
        source: RuleSource.policy("physics; registers count from the scenario's start (B35)"))

    static let rules = [power, energy]

    private let facts: DeviceFacts
    private let truth: (any EnergyTruth)?
    private var shown: InstantTable
    private var ownPower: OwnPower
    /// The last exchange that showed a number of the instant.
    private var last: Place?
    private var powerTally = RuleTally(TotalsCheck.power)
    private var energyTally = RuleTally(TotalsCheck.energy)
    /// The widest bound applied and the widest difference seen, with the bound it was held to.
    private var powerMargin = Margin()
    private var energyMargin = Margin()

    init(_ facts: DeviceFacts, truth: (any EnergyTruth)?) {
        self.facts = facts
        self.truth = truth
        shown = InstantTable(PointNumbering(facts))
        ownPower = OwnPower(start: facts.start)
    }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else { return }
        if exchange.instant != shown.instant { settle() }
        // A write may change the load between two readings of the same instant.
        guard !exchange.mayChangeLoad else { return settle() }
        guard !exchange.isFaulted else { return }
        var isAdded = false
        for resource in exchange.resources {
            for reading in resource.readings where reading.isWhole {
                guard let point = reading.point,
                    reading.quantity == .power || reading.quantity == .energy
                else { continue }
                shown.put(reading, of: point, at: exchange.instant, line: exchange.line)
                isAdded = true
            }
        }
        if isAdded { last = Place(exchange) }
    }

    func observe(_ truth: TruthRecord) {
        settle()
        if truth.outlet == nil { ownPower.note(isOn: truth.isPowered, at: truth.instant) }
    }

    /// Adds up what the instant has shown, and empties the table.
    private func settle() {
        guard !shown.isEmpty, let instant = shown.instant else { return }
        for sum in facts.sums {
            judgePower(sum)
            judgeEnergy(sum, at: instant)
        }
        shown.removeAll()
    }

    // MARK: totals/power

    private func judgePower(_ sum: LevelSum) {
        guard let whole = shown[sum.whole, .power] else { return }
        let resolution = facts.resolution(of: .power)
        let own = ownPower.isOn ? Int128(sum.selfConsumptionMilliwatts) * 1000 : 0
        var parts = Interval(own, own)
        var isOpenAbove = false
        for part in sum.parts {
            if isUnmetered(part) {
                isOpenAbove = true
                continue
            }
            guard let slot = shown[part, .power] else { return }
            parts = parts + Interval(shown: slot.value, resolution)
        }
        let seen = Interval(shown: whole.value, resolution)
        powerTally.check()
        powerMargin.add(parts, seen)
        guard seen.high < parts.low || (!isOpenAbove && seen.low > parts.high) else { return }
        let upper = isOpenAbove ? "more" : watts(parts.high)
        powerTally.find(
            "\(sum.whole.name) shows \(watts(Int128(whole.value))), which is not the sum of its "
                + "\(sum.parts.count) parts\(sum.selfWords)",
            at: last?.reference, expected: "\(watts(parts.low)) to \(upper)",
            seen: "\(watts(seen.low)) to \(watts(seen.high)) (line \(whole.line))")
    }

    private func isUnmetered(_ point: MeteringPoint) -> Bool {
        if case .outlet(let index) = point { facts.unmeteredOutlets.contains(index) } else { false }
    }

    // MARK: totals/energy

    private func judgeEnergy(_ sum: LevelSum, at instant: VirtualInstant) {
        guard let whole = shown[sum.whole, .energy],
            let seen = energySinceStart(whole, of: sum.whole)
        else { return }
        let spanOn = ownPower.spanOn(until: instant).milliseconds
        let own = Int128(sum.selfConsumptionMilliwatts) * Int128(spanOn)
        var parts = Interval(own, own)
        for part in sum.parts {
            if isUnmetered(part) {
                guard let truth else { return }
                let energy = Int128(truth.energyMicrojoules(of: part, at: instant))
                parts = parts + Interval(energy, energy)
            } else {
                guard let slot = shown[part, .energy],
                    let range = energySinceStart(slot, of: part)
                else { return }
                parts = parts + range
            }
        }
        energyTally.check()
        energyMargin.add(parts, seen)
        guard !parts.intersects(seen) else { return }
        energyTally.find(
            "\(sum.whole.name) has counted \(range(seen)) since the start, its "
                + "\(sum.parts.count) parts\(sum.selfWords) together \(range(parts))",
            at: last?.reference, expected: range(parts),
            seen: "\(range(seen)) (line \(whole.line))")
    }

    /// The energy that can have passed since the start, by what the register shows: half a quantum
    /// either side, the meter's gain taken out, and up to a latch of energy that is not yet shown.
    /// Nil once a reset has taken the start away.
    private func energySinceStart(
        _ slot: InstantTable.Slot, of point: MeteringPoint
    ) -> Interval? {
        guard let register = facts.registers[point] else { return nil }
        var value = slot.value
        let scripted = facts.registerStart(of: point, through: shown.instant ?? facts.start)
        if let lifetime = slot.reading.lifetime, scripted?.isReplacement != true {
            value = lifetime
        } else if scripted != nil {
            return nil
        } else if let resetTime = slot.reading.resetTime {
            guard let reset = VirtualInstant(iso8601: resetTime), reset <= facts.start else {
                return nil
            }
        }
        guard value >= register.startMicrojoules - register.quantumMicrojoules else { return nil }
        let half = Int128((register.quantumMicrojoules + 1) / 2)
        let counted = Int128(value - register.startMicrojoules)
        let gain = Int128(register.gainPartsPerMillion)
        return Interval(
            (counted - half) * 1_000_000 / gain - 1,
            (counted + half) * 1_000_000 / gain + 1 + unshownEnergy(slot, point, register))
    }

    /// What may have passed since the register last took a value: latch × slope, the slope being
    /// the power shown at the same instant, or the truth where there is one.
    private func unshownEnergy(
        _ slot: InstantTable.Slot, _ point: MeteringPoint, _ register: RegisterFacts
    ) -> Int128 {
        guard register.latch > .zero, let instant = shown.instant else { return 0 }
        if let truth {
            let before = max(instant - register.latch, facts.start)
            return Int128(truth.energyMicrojoules(of: point, at: instant))
                - Int128(truth.energyMicrojoules(of: point, at: before))
        }
        guard let power = shown[point, .power] else { return 0 }
        return Int128(power.value) * Int128(register.latch.milliseconds) / 1000
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        settle()
        let levels = powerTally.checked + energyTally.checked
        return CheckGroup(
            name: "totals reconciliation",
            measure: levels.counted("sum of whole levels", "sums of whole levels") + ", "
                + (powerTally.findingCount + energyTally.findingCount).counted("finding"),
            results: [
                powerTally.result("sum", numbers: powerMargin.words { watts($0) }),
                energyTally.result(
                    "sum", numbers: energyMargin.words { kilowattHours(Int64(clamping: $0)) }),
            ])
    }
}

extension LevelSum {
    fileprivate var selfWords: String {
        selfConsumptionMilliwatts == 0
            ? "" : " and \(decimal(selfConsumptionMilliwatts * 1000)) W of its own"
    }
}

private func watts(_ microwatts: Int128) -> String {
    "\(decimal(Int64(clamping: microwatts))) W"
}

private func range(_ energy: Interval) -> String {
    "\(kilowattHours(Int64(clamping: energy.low))) to "
        + kilowattHours(Int64(clamping: energy.high))
}

/// For how long the unit has had input power to take its own consumption from.
private struct OwnPower {
    private(set) var isOn = true
    private var since: VirtualInstant
    private var spanBefore = VirtualDuration.zero

    init(start: VirtualInstant) {
        since = start
    }

    mutating func note(isOn: Bool, at instant: VirtualInstant) {
        spanBefore = spanOn(until: instant)
        since = instant
        self.isOn = isOn
    }

    func spanOn(until instant: VirtualInstant) -> VirtualDuration {
        isOn ? spanBefore + (instant - since) : spanBefore
    }
}

/// Which exchange it was; the texts of a reference are made only for a finding.
private struct Place {
    private let line: Int
    private let elapsed: VirtualDuration
    private let method: String
    private let target: String

    init(_ exchange: ObservedExchange) {
        line = exchange.line
        elapsed = exchange.elapsed
        method = exchange.method.rawValue
        target = exchange.target
    }

    var reference: ExchangeReference {
        ExchangeReference(line: line, time: elapsed.iso8601, method: method, target: target)
    }
}

/// How far wholes and sums were apart at most, beside the bound that they had to keep.
private struct Margin {
    private var difference: Int128 = 0
    private var bound: Int128 = 0

    mutating func add(_ parts: Interval, _ whole: Interval) {
        let apart = (parts.low + parts.high - whole.low - whole.high) / 2
        let allowed = (parts.high - parts.low + whole.high - whole.low) / 2
        difference = max(difference, Int128(apart.magnitude))
        bound = max(bound, allowed)
    }

    func words(_ format: (Int128) -> String) -> String {
        "largest difference \(format(difference)), largest bound \(format(bound))"
    }
}
