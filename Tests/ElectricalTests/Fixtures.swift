import VirtualTime

@testable import Electrical

let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)  // 2026-01-15T10:00:00Z

/// 48 outlets, sixteen on each of the branches A, B and C, each branch on a line of its own.
func rackPDU(
    wiring: ElectricalConfiguration.Wiring = .threePhase5Wire,
    _ change: (inout ElectricalConfiguration) -> Void = { _ in }
) -> ElectricalConfiguration {
    let branches = ["A", "B", "C"].enumerated().map { index, name in
        ElectricalConfiguration.Branch(
            name: name, phase: index % wiring.lineCount,
            currentThresholds: .init(upperCaution: 12_800, upperCritical: 16_000))
    }
    let outlets = (0..<48).map { index in
        ElectricalConfiguration.Outlet(
            name: "\(index + 1)", branch: index / 16, onDelay: .seconds(Int64(index % 16) + 1),
            cycleDelay: .seconds(5), restoreDelay: .seconds(Int64(index % 16) + 2))
    }
    var configuration = ElectricalConfiguration(
        wiring: wiring, frequencyDriftMillihertz: 50, voltageDriftMillivolts: 3000,
        sourceImpedanceMilliohms: 120, selfConsumptionMilliwatts: 15_000,
        selfConsumptionPowerFactorThousandths: 600, branches: branches, outlets: outlets)
    change(&configuration)
    return configuration
}

func constantLoads(watts: Int64, powerFactorThousandths: Int64 = 950) -> [Load] {
    (0..<48).map { _ in
        Load(
            profile: .constant(milliwatts: watts * 1000),
            powerFactorThousandths: powerFactorThousandths)
    }
}

/// A few random holds and ramps, with steps and gaps between them.
func randomSegments(
    _ random: inout RandomStream, span: Int64, highestMilliwatts: Int64
) -> [LoadProfile.Segment] {
    var segments: [LoadProfile.Segment] = []
    var offset: Int64 = random.chance(1, in: 2) ? 0 : random.integer(in: 0...span / 4)
    for _ in 0..<random.integer(in: 0...6) {
        let end = offset + random.integer(in: 1...span / 4)
        let first = random.integer(in: 0...highestMilliwatts)
        let last = random.chance(1, in: 3) ? first : random.integer(in: 0...highestMilliwatts)
        segments.append(
            .init(
                start: .milliseconds(offset), startMilliwatts: first, end: .milliseconds(end),
                endMilliwatts: last))
        offset = random.chance(1, in: 3) ? end + random.integer(in: 1...span / 8) : end
    }
    return segments
}

func randomLoads(
    _ random: inout RandomStream, count: Int = 48, span: VirtualDuration,
    highestMilliwatts: Int64 = 400_000
) throws -> [Load] {
    try (0..<count).map { _ in
        let segments = randomSegments(
            &random, span: span.milliseconds, highestMilliwatts: highestMilliwatts)
        return Load(
            profile: try LoadProfile(segments: segments),
            powerFactorThousandths: random.integer(in: 500...1000))
    }
}

/// Commands at random instants, in order of time.
func randomCommands(
    _ random: inout RandomStream, count: Int, span: VirtualDuration
) -> [(instant: VirtualInstant, command: SwitchCommand)] {
    let offsets = (0..<count).map { _ in random.integer(in: 1...span.milliseconds) }.sorted()
    let powers: [SwitchCommand.Power] = [.on, .off, .powerCycle]
    return offsets.map { offset in
        // Often on the sensing grid, where the order of things at one instant matters.
        let aligned = random.chance(1, in: 3) ? offset / 1000 * 1000 : offset
        let branch = Int(random.integer(in: 0...2))
        let power = powers[Int(random.integer(in: 0...2))]
        let command: SwitchCommand =
            switch random.integer(in: 0...10) {
            case 0: .branch(branch, power)
            case 1: .breaker(branch, .reset)
            case 2: .breaker(branch, .open)
            case 3: .breaker(branch, .trip)
            case 4: .mains(isPowered: random.chance(2, in: 3))
            case 5: .breaker(branch, .reset)
            case 6:
                .module(
                    outlet: Int(random.integer(in: 0...47)), isPresent: random.chance(1, in: 2))
            default: .outlet(Int(random.integer(in: 0...47)), power)
            }
        return (start + .milliseconds(aligned), command)
    }.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
}

let allPoints: [MeteringPoint] =
    (0..<48).map { .outlet($0) } + (0..<3).map { .branch($0) } + (0..<3).map { .phase($0) }
    + [.mains, .unit]

extension PowerDistribution {
    /// A command that may be refused; then only what was due happens.
    mutating func attempt(
        _ command: SwitchCommand, at instant: VirtualInstant
    ) -> [ElectricalEvent] {
        do {
            return try self.command(command, at: instant)
        } catch {
            return advance(to: instant)
        }
    }
}
