import Electrical
import Findings
import JSONText
import Recordings
import VirtualTime

/// Holds the numbers of one resource against each other by the laws of alternating current. Every
/// number stands for the range that its resolution leaves; a law is kept where ranges meet.
final class ElectricalCheck: Check {
    private let facts: DeviceFacts
    private var excerpts: InstantTable
    private var sensors: InstantTable
    /// For each line, and the whole before them: where in `readings` each quantity stands.
    private var facets = FacetTable()

    private var power = RuleTally(ElectricalCheck.powerIdentity)
    private var apparent = RuleTally(ElectricalCheck.apparentPower)
    private var factor = RuleTally(ElectricalCheck.powerFactor)
    private var load = RuleTally(ElectricalCheck.loadPercent)
    private var equality = RuleTally(ElectricalCheck.excerptEqualsSensor)
    private var possible = RuleTally(ElectricalCheck.possible)

    init(_ facts: DeviceFacts) {
        self.facts = facts
        excerpts = InstantTable(PointNumbering(facts))
        sensors = InstantTable(PointNumbering(facts))
    }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else { return }
        guard !exchange.mayChangeLoad else { return forgetInstant() }
        guard !exchange.isFaulted else { return }
        for resource in exchange.resources {
            judgePossible(resource, in: exchange)
            guard !resource.readings.isEmpty else { continue }
            judgeEquality(resource, in: exchange)
            facets.fill(resource.readings)
            for facet in 0..<FacetTable.count {
                judgePower(facet, of: resource, in: exchange)
                judgeApparentPower(facet, of: resource, in: exchange)
                judgeFactor(facet, of: resource, in: exchange)
            }
            judgeLoad(resource, in: exchange)
        }
    }

    func observe(_ truth: TruthRecord) { forgetInstant() }

    private func range(_ reading: MeteredReading) -> Interval {
        Interval(shown: reading.value, facts.resolution(of: reading.quantity))
    }

    // MARK: Possible readings

    private func judgePossible(_ resource: ObservedResource, in exchange: ObservedExchange) {
        possible.check(resource.readings.count + resource.unread.count)
        for reading in resource.readings
        where !PossibleReadings.contains(reading) {
            possible.find(
                "\(name(resource, reading)) shows what no rack PDU can have",
                at: exchange.reference, pointer: resource.pointer(of: reading),
                expected: PossibleReadings.words(for: reading.quantity),
                seen: reading.quantity == .energy
                    ? kilowattHours(reading.value) : decimal(reading.value))
        }
        for number in resource.unread {
            possible.find(
                "\(resource.path) shows what no rack PDU can have", at: exchange.reference,
                expected: PossibleReadings.words(for: .energy), seen: number.text)
        }
    }

    // MARK: P = V · I · PF

    private func judgePower(
        _ facet: Int, of resource: ObservedResource, in exchange: ObservedExchange
    ) {
        guard let watts = facets[facet, .power, resource],
            let volts = facets[facet, .voltage, resource],
            let amperes = facets[facet, .current, resource]
        else { return }
        let factor: Interval
        if let shown = facets[facet, .powerFactor, resource] {
            factor = range(shown)
        } else if resource.object["VoltageType"]?.string == "DC" {
            factor = Interval(1_000_000, 1_000_000)
        } else {
            return
        }
        power.check()
        let product = range(volts) * range(amperes) * factor
        guard !product.intersects(range(watts) * 1_000_000_000_000) else { return }
        power.find(
            "\(name(resource, watts)) shows \(decimal(watts.value)) W at "
                + "\(decimal(volts.value)) V × \(decimal(amperes.value)) A"
                + (facets[facet, .powerFactor, resource].map {
                    " × power factor \(decimal($0.value))"
                } ?? ""),
            at: exchange.reference, pointer: resource.pointer(of: watts),
            expected: words(product, over: 1_000_000_000_000, "W"),
            seen: words(range(watts), over: 1, "W"))
    }

    // MARK: S² = P² + Q²

    private func judgeApparentPower(
        _ facet: Int, of resource: ObservedResource, in exchange: ObservedExchange
    ) {
        guard let apparentPower = facets[facet, .apparentPower, resource],
            let watts = facets[facet, .power, resource],
            let reactive = facets[facet, .reactivePower, resource]
        else { return }
        apparent.check()
        let sum = range(watts).squared + range(reactive).squared
        guard !sum.intersects(range(apparentPower).squared) else { return }
        apparent.find(
            "\(name(resource, apparentPower)) shows \(decimal(apparentPower.value)) VA beside "
                + "\(decimal(watts.value)) W and \(decimal(reactive.value)) var",
            at: exchange.reference, pointer: resource.pointer(of: apparentPower),
            expected: "a square of \(words(sum, over: 1_000_000, "VA²"))",
            seen: words(range(apparentPower).squared, over: 1_000_000, "VA²"))
    }

    // MARK: PF = P / S

    private func judgeFactor(
        _ facet: Int, of resource: ObservedResource, in exchange: ObservedExchange
    ) {
        guard let powerFactor = facets[facet, .powerFactor, resource],
            let watts = facets[facet, .power, resource],
            let apparentPower = facets[facet, .apparentPower, resource]
        else { return }
        factor.check()
        let product = range(powerFactor) * range(apparentPower)
        guard !product.intersects(range(watts) * 1_000_000) else { return }
        factor.find(
            "\(name(resource, powerFactor)) shows power factor \(decimal(powerFactor.value)) "
                + "beside \(decimal(watts.value)) W and \(decimal(apparentPower.value)) VA",
            at: exchange.reference, pointer: resource.pointer(of: powerFactor),
            expected: "a factor that makes \(words(range(watts), over: 1, "W"))",
            seen: words(product, over: 1_000_000, "W"))
    }

    // MARK: Load

    private func judgeLoad(_ resource: ObservedResource, in exchange: ObservedExchange) {
        guard let percent = facets[0, .loadPercent, resource],
            let (rating, used, unit) = loading(of: resource, percent)
        else { return }
        load.check()
        let claimed = range(percent) * rating
        let actual = used * 100_000_000
        guard !claimed.intersects(actual) else { return }
        load.find(
            "\(name(resource, percent)) shows \(decimal(percent.value)) % of "
                + "\(decimal(Int64(clamping: rating))) \(unit)",
            at: exchange.reference, pointer: resource.pointer(of: percent),
            expected: words(Interval(actual.low / rating, actual.high / rating), over: 1, "%"),
            seen: "\(decimal(percent.value)) %")
    }

    /// What 100 % is and what is used of it, both in millionths: the current of the most loaded
    /// line against the rated current, or the unit's apparent power against its capacity.
    private func loading(
        of resource: ObservedResource, _ percent: MeteredReading
    ) -> (rating: Int128, used: Interval, unit: String)? {
        if percent.point == .unit {
            guard let capacity = facts.capacityMilliVoltAmperes, capacity > 0,
                let used = facets[0, .apparentPower, resource]
            else { return nil }
            return (Int128(capacity) * 1000, range(used), "VA")
        }
        guard let rated = resource.object["RatedCurrentAmps"]?.number?.units(decimals: 6), rated > 0
        else { return nil }
        let currents = (0..<FacetTable.count).compactMap { facet in
            facets[facet, .current, resource].map(range)
        }
        guard let low = currents.map(\.low).max(), let high = currents.map(\.high).max() else {
            return nil
        }
        return (Int128(rated), Interval(low, high), "A")
    }

    private func name(_ resource: ObservedResource, _ reading: MeteredReading) -> String {
        let owner = reading.point?.name ?? resource.path
        return reading.member.map { "\(owner), \($0.rawValue)," } ?? owner
    }

    private func words(_ range: Interval, over scale: Int128, _ unit: String) -> String {
        "\(decimal(Int64(clamping: range.low / scale))) to "
            + "\(decimal(Int64(clamping: range.high / scale))) \(unit)"
    }

    // MARK: Excerpt and Sensor

    private func judgeEquality(_ resource: ObservedResource, in exchange: ObservedExchange) {
        if exchange.instant != (excerpts.instant ?? sensors.instant) { forgetInstant() }
        for reading in resource.readings where reading.isWhole {
            guard let point = reading.point else { continue }
            let other =
                reading.isSensor
                ? excerpts[point, reading.quantity] : sensors[point, reading.quantity]
            if let other {
                equality.check()
                if other.value != reading.value {
                    reportInequality(reading, of: resource, in: exchange, against: other)
                }
            }
            if reading.isSensor {
                sensors.put(reading, of: point, at: exchange.instant, line: exchange.line)
            } else {
                excerpts.put(reading, of: point, at: exchange.instant, line: exchange.line)
            }
        }
    }

    private func reportInequality(
        _ reading: MeteredReading, of resource: ObservedResource, in exchange: ObservedExchange,
        against other: InstantTable.Slot
    ) {
        let (mine, theirs) = reading.isSensor ? ("Sensor", "excerpt") : ("excerpt", "Sensor")
        func shown(_ value: Int64) -> String {
            reading.quantity == .energy ? kilowattHours(value) : decimal(value)
        }
        equality.find(
            "the \(mine) of \(name(resource, reading)) shows \(shown(reading.value)), its "
                + "\(theirs) (line \(other.line)) \(shown(other.value)) at the same instant",
            at: exchange.reference, pointer: resource.pointer(of: reading),
            expected: shown(other.value), seen: shown(reading.value))
    }

    private func forgetInstant() {
        excerpts.removeAll()
        sensors.removeAll()
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        let tallies = [power, apparent, factor, load, equality]
        let checked = tallies.reduce(0) { $0 + $1.checked }
        let findings = tallies.reduce(possible.findingCount) { $0 + $1.findingCount }
        return CheckGroup(
            name: "electrical consistency",
            measure: "\(checked.counted("identity", "identities")), "
                + findings.counted("finding"),
            results: tallies.map { $0.result("identity", "identities") }
                + [possible.result("reading")])
    }
}

/// Where the readings of each facet of a resource stand: facet 0 is the whole, 1 to 3 the lines.
/// One table, filled anew for each resource, so that no exchange allocates one.
private struct FacetTable {
    static let count = 4
    private static let quantities = MeteredQuantity.allCases.count
    private var indices = [Int](repeating: -1, count: count * quantities)

    mutating func fill(_ readings: [MeteredReading]) {
        for index in indices.indices { indices[index] = -1 }
        // What cannot be is a finding of its own, and no law tells more of it.
        for (index, reading) in readings.enumerated() where PossibleReadings.contains(reading) {
            switch reading.line {
            case nil: indices[reading.quantity.rawValue] = index
            case .line(let line):
                indices[(line + 1) * Self.quantities + reading.quantity.rawValue] = index
            case .lineToNextLine, .neutral: break
            }
        }
    }

    subscript(
        facet: Int, quantity: MeteredQuantity, resource: ObservedResource
    ) -> MeteredReading? {
        let index = indices[facet * Self.quantities + quantity.rawValue]
        return index < 0 ? nil : resource.readings[index]
    }
}
