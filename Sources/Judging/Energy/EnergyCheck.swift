import Electrical
import Findings
import JSONText
import Recordings
import VirtualTime

/// Watches every energy register that the wire shows, in excerpts and in Sensors.
final class EnergyCheck: Check {
    private let facts: DeviceFacts
    private let oracle: RegisterOracle?
    private var registers: [RegisterKey: RegisterWatch] = [:]
    /// Across excerpt and Sensor, by metering point.
    private var points: [MeteringPoint: RegisterWatch] = [:]
    /// Falls of a register without a reset time of its own, which another payload may yet announce.
    private var unannounced: [MeteringPoint: [UnannouncedFall]] = [:]
    private var outages: [Int: Outage] = [:]

    private var monotonic = RuleTally(EnergyCheck.monotonic)
    private var lifetime = RuleTally(EnergyCheck.lifetimeMonotonic)
    private var holds = RuleTally(EnergyCheck.holdsWhenOff)
    private var follows = RuleTally(EnergyCheck.followsTruth)
    private var resets = 0
    private var fell = 0
    /// Falls that the scenario scripted.
    private var scripted = 0

    init(_ facts: DeviceFacts, truth: (any EnergyTruth)?) {
        self.facts = facts
        oracle = truth.map { RegisterOracle(facts: facts, truth: $0) }
    }

    func observe(_ exchange: ObservedExchange) {
        guard !exchange.isFaulted else { return }
        for resource in exchange.resources {
            for reading in resource.readings where reading.quantity == .energy {
                let point = reading.isWhole ? reading.point : nil
                let key = RegisterKey(path: resource.path, point: reading.point, line: reading.line)
                let own = registers[key]
                let shared = point.flatMap { points[$0] }
                let shown = ShownRegister(
                    reading: reading, resource: resource, exchange: exchange, point: point,
                    resetTime: reading.resetTime ?? (shared ?? own)?.resetTime)
                judgeFall(shown, own: own, shared: shared)
                judgeLifetime(shown, after: own)
                judgeOutage(shown)
                judgeTruth(shown)
                registers[key] = RegisterWatch(shown, after: own)
                if let point { points[point] = RegisterWatch(shown, after: shared) }
            }
        }
    }

    func observe(_ truth: TruthRecord) {
        guard let outlet = truth.outlet else { return }
        outages[outlet] =
            truth.isPowered ? nil : Outage(since: truth.instant, cause: truth.cause)
    }

    // MARK: energy/monotonic and energy/lifetime-monotonic

    /// Holds a register against its own past first; where that is in order, against what other
    /// payloads showed of the same metering point.
    private func judgeFall(
        _ shown: ShownRegister, own: RegisterWatch?, shared: RegisterWatch?
    ) {
        if let point = shown.point { settle(point, with: shown) }
        if let own, shown.reading.value < own.value {
            judgeFall(shown, after: own)
        } else if let last = shared ?? own {
            judgeFall(shown, after: last)
        }
    }

    private func judgeFall(_ shown: ShownRegister, after last: RegisterWatch) {
        monotonic.check()
        guard shown.reading.value < last.value, !isRollover(shown, after: last) else { return }
        if isScripted(shown, after: last) {
            scripted += 1
            return
        }
        if announces(shown.resetTime, after: last.resetTime, shownAt: last.instant) {
            resets += 1
            return
        }
        let finding = fallFinding(shown, after: last)
        if shown.reading.resetTime == nil, let point = shown.point {
            unannounced[point, default: []].append(
                UnannouncedFall(last: last, finding: finding))
        } else {
            report(finding)
        }
    }

    /// Whether the scenario made the register begin anew without the device telling anybody.
    private func isScripted(_ shown: ShownRegister, after last: RegisterWatch) -> Bool {
        scriptedStart(of: shown, after: last.instant) != nil
    }

    private func scriptedStart(
        of shown: ShownRegister, after instant: VirtualInstant
    ) -> ScriptedRegisterStart? {
        shown.point.flatMap {
            facts.registerStart(of: $0, after: instant, through: shown.exchange.instant)
        }
    }

    /// Whether a reset time tells of a reset that one which was known before does not.
    private func announces(
        _ resetTime: String?, after known: String?, shownAt instant: VirtualInstant
    ) -> Bool {
        guard let resetTime else { return false }
        if let known { return resetTime != known }
        return VirtualInstant(iso8601: resetTime).map { $0 > instant } ?? false
    }

    private func isRollover(_ shown: ShownRegister, after last: RegisterWatch) -> Bool {
        guard let point = shown.point, let modulus = facts.registers[point]?.modulusMicrojoules
        else {
            return false
        }
        return Int128(last.value) - Int128(shown.reading.value) > modulus / 2
    }

    private func fallFinding(_ shown: ShownRegister, after last: RegisterWatch) -> Finding {
        let resetTime = shown.reading.resetTime ?? "absent"
        return Finding(
            ruleID: monotonic.rule.id, level: monotonic.rule.level,
            message: "\(shown.name) fell from \(kilowattHours(last.value)) (line \(last.line)) "
                + "to \(kilowattHours(shown.reading.value)), and no reset was announced",
            exchange: shown.exchange.reference, pointer: shown.pointer,
            expected: "at least \(kilowattHours(last.value)), or a SensorResetTime other than "
                + (last.resetTime ?? "absent"),
            seen: "\(kilowattHours(shown.reading.value)), SensorResetTime \(resetTime)")
    }

    /// A reset time that moved, in whatever payload, announces the falls that waited for it.
    private func settle(_ point: MeteringPoint, with shown: ShownRegister) {
        guard let waiting = unannounced[point], let resetTime = shown.reading.resetTime else {
            return
        }
        let open = waiting.filter {
            !announces(resetTime, after: $0.last.resetTime, shownAt: $0.last.instant)
        }
        resets += waiting.count - open.count
        unannounced[point] = open.isEmpty ? nil : open
    }

    private func report(_ finding: Finding) {
        fell += 1
        monotonic.take(finding)
    }

    private func judgeLifetime(_ shown: ShownRegister, after own: RegisterWatch?) {
        guard let now = shown.reading.lifetime, let last = own?.lifetime else { return }
        lifetime.check()
        guard now < last else { return }
        if let own, scriptedStart(of: shown, after: own.instant)?.isReplacement ?? false { return }
        lifetime.find(
            "the lifetime of \(shown.name) fell from \(kilowattHours(last)) "
                + "to \(kilowattHours(now))",
            at: shown.exchange.reference,
            pointer: shown.resource.pointer(
                of: shown.reading, beside: .lifetime),
            expected: "at least \(kilowattHours(last))", seen: kilowattHours(now))
    }

    // MARK: energy/holds-when-off

    private func judgeOutage(_ shown: ShownRegister) {
        guard case .outlet(let outlet)? = shown.point, var outage = outages[outlet] else {
            return
        }
        let latch = facts.registers[.outlet(outlet)]?.latch ?? .zero
        guard shown.exchange.instant >= outage.since + latch else { return }
        defer { outages[outlet] = outage }
        let isScripted = scriptedStart(of: shown, after: outage.heldAt ?? outage.since) != nil
        guard let held = outage.held, outage.resetTime == shown.resetTime, !isScripted else {
            outage.held = shown.reading.value
            outage.heldAt = shown.exchange.instant
            outage.resetTime = shown.resetTime
            return
        }
        holds.check()
        guard held != shown.reading.value else { return }
        holds.find(
            "\(shown.name) has had no power since \((outage.since - facts.start).iso8601) "
                + "(\(outage.cause)), yet its register moved from \(kilowattHours(held)) "
                + "to \(kilowattHours(shown.reading.value))",
            at: shown.exchange.reference, pointer: shown.pointer,
            expected: kilowattHours(held), seen: kilowattHours(shown.reading.value))
    }

    // MARK: energy/register-follows-truth

    private func judgeTruth(_ shown: ShownRegister) {
        guard let oracle, let point = shown.point else { return }
        judgeTruth(
            shown.reading.value, of: point, shown, pointer: shown.pointer, oracle,
            range: oracle.range(
                of: point, at: shown.exchange.instant, resetTime: shown.resetTime))
        guard let lifetime = shown.reading.lifetime else { return }
        judgeTruth(
            lifetime, of: point, shown,
            pointer: shown.resource.pointer(of: shown.reading, beside: .lifetime), oracle,
            range: oracle.range(of: point, at: shown.exchange.instant, isLifetime: true))
    }

    private func judgeTruth(
        _ value: Int64, of point: MeteringPoint, _ shown: ShownRegister,
        pointer: @autoclosure () -> JSONPointer, _ oracle: RegisterOracle,
        range: ClosedRange<Int64>?
    ) {
        guard let range else { return }
        follows.check()
        guard !oracle.admits(value, in: range, of: point) else { return }
        follows.find(
            "\(shown.name) shows \(kilowattHours(value)), which its true energy does not allow",
            at: shown.exchange.reference, pointer: pointer(),
            expected: "\(kilowattHours(range.lowerBound)) to \(kilowattHours(range.upperBound))",
            seen: kilowattHours(value))
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        for point in PointNumbering(facts).points {
            for fall in unannounced[point] ?? [] { report(fall.finding) }
        }
        let measure =
            "\(registers.count.counted("register")), \(monotonic.checked.counted("reading")), "
            + "\(grouped(fell)) fell"
        return CheckGroup(
            name: "energy monotonicity", measure: measure,
            results: [
                monotonic.result(
                    "reading",
                    numbers: resets.counted("announced reset")
                        + (scripted > 0
                            ? ", \(scripted.counted("fall")) that the scenario scripts" : "")),
                lifetime.result("reading"),
                holds.result("reading without power", "readings without power"),
                follows.result("reading", isApplicable: oracle != nil),
            ])
    }
}
