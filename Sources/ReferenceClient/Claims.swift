import JSONText
import VirtualTime

/// Energy of one scope over one interval, as far as it is known.
struct EnergyClaim: Equatable {
    enum Quality: String {
        case measured
        case estimated
    }

    var start: VirtualInstant
    var end: VirtualInstant
    var microwattHours: Int64
    /// In 10^-12 g; nil where it is unknown.
    var picograms: Int128?
    var quality: Quality
    /// The sample times that the figure rests on, in the order of time.
    var energySamples: [VirtualInstant]
    var carbonSamples: [VirtualInstant]

    /// Several claims as one, which is an estimate: their samples are not of one register.
    static func sum(of claims: [EnergyClaim]) -> EnergyClaim? {
        guard var sum = claims.first else { return nil }
        for claim in claims.dropFirst() {
            sum.start = min(sum.start, claim.start)
            sum.end = max(sum.end, claim.end)
            sum.microwattHours += claim.microwattHours
            sum.picograms = sum.picograms.flatMap { first in
                claim.picograms.map { first + $0 }
            }
            sum.energySamples = inOrder(sum.energySamples + claim.energySamples)
            sum.carbonSamples = inOrder(sum.carbonSamples + claim.carbonSamples)
        }
        if claims.count > 1 { sum.quality = .estimated }
        return sum
    }

    /// One JSON line: kilowatt-hours with all digits there are.
    func energyLine(scope: String) -> JSONValue {
        [
            "scope": .string(scope), "from": .string(start.iso8601), "to": .string(end.iso8601),
            "energy": .number(JSONNumber(units: microwattHours, decimals: 9)), "unit": "kWh",
            "kind": "interval", "quality": .string(quality.rawValue),
            "samples": .array(energySamples.map { .string($0.iso8601) }),
        ]
    }

    /// One JSON line: grams of CO2 equivalent, rounded to the milligram.
    func carbonLine(scope: String) -> JSONValue? {
        guard let picograms else { return nil }
        let milligrams = Int64(clamping: roundedQuotient(picograms, 1_000_000_000))
        return [
            "scope": .string(scope), "from": .string(start.iso8601), "to": .string(end.iso8601),
            "carbon": .number(JSONNumber(units: milligrams, decimals: 3)), "unit": "gCO2e",
            "kind": "interval", "quality": .string(quality.rawValue),
            "method": "location-based, register difference per intensity step",
            "samples": .array(carbonSamples.map { .string($0.iso8601) }),
        ]
    }
}

extension Meter {
    /// What is known of this point, or nil where fewer than two values were.
    func claim() -> EnergyClaim? {
        let hasIncrement = usesRegister ? ledger.hasIncrement : powerIntegral.hasIncrement
        let first = usesRegister ? ledger.firstInstant : powerIntegral.firstInstant
        let last = usesRegister ? ledger.lastInstant : powerIntegral.lastInstant
        guard hasIncrement, let first, let last else { return nil }
        let energy = usesRegister ? ledger.microwattHours : powerIntegral.microwattHours
        let keys = usesRegister ? ledger.keyInstants : []
        var picograms = hasIntensity && carbon.isComplete ? carbon.picograms : nil
        if let flat = flatPicograms(of: energy, from: first, to: last) { picograms = flat }
        return EnergyClaim(
            start: first, end: last, microwattHours: energy, picograms: picograms,
            quality: usesRegister && !ledger.isEstimated ? .measured : .estimated,
            energySamples: inOrder([first, last] + keys),
            carbonSamples: inOrder([first, last] + keys + carbon.keyInstants))
    }
}

extension EnergyAggregator {
    /// Claims for every metered outlet and for every unit.
    mutating func makeClaims() {
        for index in plant.meters.indices { plant.meters[index].settle() }
        var unmeteredCount = 0
        for meter in plant.meters where meter.kind == .outlet {
            if let claim = meter.claim() {
                make(claim, scope: meter.uri)
            } else if meter.hasRegister {
                actions.append(.claim(unknownLine(scope: meter.uri)))
            } else {
                unmeteredCount += 1
            }
        }
        if configuration.misbehaviour.contains(.addsLinesToTotal) {
            for meter in plant.meters where meter.kind == .mains {
                if let claim = meter.claim() { make(claim, scope: meter.uri) }
            }
        }
        if unmeteredCount > 0 { log("\(unmeteredCount) outlets are unmetered and not claimed") }
        // A unit that stood in the place of the only one there is now counts with it.
        let isOnlyOne = plant.units.count { !$0.isGone } <= 1
        let parts = isOnlyOne ? [Array(plant.units.indices)] : plant.units.indices.map { [$0] }
        for part in parts where !part.isEmpty {
            let scope = isOnlyOne ? "pdu" : plant.units[part[0]].uri
            if let claim = EnergyClaim.sum(of: part.compactMap { unitClaim($0) }) {
                make(claim, scope: scope)
            } else {
                actions.append(.claim(unknownLine(scope: scope)))
            }
        }
    }

    /// The unit's own register, or the mains; sums of branches or outlets only where there is
    /// neither, because unmetered outlets and the unit's own consumption are not in them.
    private mutating func unitClaim(_ unit: Int) -> EnergyClaim? {
        let levels = Meter.Kind.allCases.map { kind in
            plant.meters.filter { $0.unit == unit && $0.kind == kind }.compactMap { $0.claim() }
        }
        if configuration.misbehaviour.contains(.sumsAllLevels) {
            return EnergyClaim.sum(of: levels.flatMap { $0 })
        }
        let isOutlet = configuration.misbehaviour.contains(.sumsOutlets)
        guard let level = isOutlet ? 3 : levels.firstIndex(where: { !$0.isEmpty }) else {
            return nil
        }
        var claim = EnergyClaim.sum(of: levels[level])
        if level >= 2 {
            let parts = Meter.Kind.allCases[level].rawValue
            log("\(plant.units[unit].uri): its energy is the sum of its \(parts)")
            claim?.quality = .estimated
        }
        return claim
    }

    private mutating func make(_ claim: EnergyClaim, scope: String) {
        actions.append(.claim(claim.energyLine(scope: scope)))
        if let line = claim.carbonLine(scope: scope) { actions.append(.claim(line)) }
    }

    private func unknownLine(scope: String) -> JSONValue {
        ["scope": .string(scope), "kind": "interval", "unit": "kWh", "quality": "unknown"]
    }

    /// The last claim: every record received, and how many of them were told apart.
    func eventsLine() -> JSONValue {
        [
            "scope": "events", "received": .number(JSONNumber(events.received)),
            "distinct": .number(JSONNumber(events.distinct)),
            "duplicates": .number(JSONNumber(events.duplicates)),
            "incidents": .number(JSONNumber(events.incidents)),
            "foreign": .number(JSONNumber(events.foreignDeliveries)),
        ]
    }
}

private func inOrder(_ instants: [VirtualInstant]) -> [VirtualInstant] {
    var result: [VirtualInstant] = []
    for instant in instants.sorted() where instant != result.last { result.append(instant) }
    return result
}
