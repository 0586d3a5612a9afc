import Testing
import VirtualTime

@testable import Electrical

/// What happens is a function of configuration, loads, seed and commands, and of nothing else.
@Suite struct DeterminismTests {
    private static let span = VirtualDuration.minutes(40)

    @Test(.timeLimit(.minutes(1)), arguments: 0..<8)
    func nobodyCanTellHowOftenSomebodyAsked(seed: Int) throws {
        var random = RandomStream(seed: UInt64(seed), label: "polling")
        let configuration = rackPDU { configuration in
            configuration.thresholdDwell = .seconds(random.integer(in: 0...5))
            configuration.meter.energyLatch = .seconds(random.integer(in: 0...90))
        }
        let loads = try randomLoads(&random, span: Self.span, highestMilliwatts: 450_000)
        let commands = randomCommands(&random, count: 25, span: Self.span)
        let fresh = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)

        var asIs = fresh
        var events: [ElectricalEvent] = []
        for (instant, command) in commands {
            events += asIs.attempt(command, at: instant)
        }
        events += asIs.advance(to: start + Self.span)

        var polled = fresh
        var polledEvents: [ElectricalEvent] = []
        var now = start
        func poll(until end: VirtualInstant) {
            while now < end {
                let step = random.integer(in: 1...90_000)
                now = min(end, now + .milliseconds(step))
                // As a driver would: never past what is next.
                if random.chance(1, in: 2), let next = polled.nextEventInstant {
                    now = min(now, next)
                }
                polledEvents += polled.advance(to: now)
                _ = polled.reading(of: .mains, at: now)
                _ = polled.register(of: .branch(0), at: now)
            }
        }
        for (instant, command) in commands {
            poll(until: instant)
            polledEvents += polled.attempt(command, at: instant)
        }
        poll(until: start + Self.span)

        #expect(polledEvents == events)
        #expect(events.map(\.instant) == events.map(\.instant).sorted())
        for _ in 0..<50 {
            let instant = start + .milliseconds(random.integer(in: 0...Self.span.milliseconds))
            for point in allPoints where random.chance(1, in: 8) {
                #expect(
                    asIs.reading(of: point, at: instant) == polled.reading(of: point, at: instant))
                #expect(
                    asIs.energyMicrojoules(of: point, at: instant)
                        == polled.energyMicrojoules(of: point, at: instant))
            }
        }
        let end = start + Self.span
        for point in allPoints {
            #expect(asIs.register(of: point, at: end) == polled.register(of: point, at: end))
        }
        for outlet in 0..<48 { #expect(asIs.outletState(outlet) == polled.outletState(outlet)) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<3)
    func passingQuietStretchesMissesNothing(seed: Int) throws {
        var random = RandomStream(seed: UInt64(seed), label: "brute force")
        let dwell = random.integer(in: 0...4)
        let configuration = rackPDU { configuration in
            configuration.thresholdDwell = .seconds(dwell)
            configuration.unitPowerThresholds = .init(upperCaution: 9_000_000)
            configuration.voltageDriftInterval = .seconds(random.integer(in: 20...400))
            for index in configuration.outlets.indices {
                configuration.outlets[index].onDelay = .zero
            }
        }
        let loads = try randomLoads(&random, span: Self.span, highestMilliwatts: 500_000)
        let commands = (0..<30).map { _ in
            TickByTick.Command(
                offset: .milliseconds(random.integer(in: 0...24_000) * 100),
                branch: Int(random.integer(in: 0...2)), closes: random.chance(4, in: 5))
        }.sorted { $0.offset < $1.offset }

        var unit = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)
        var events: [ElectricalEvent] = []
        for command in commands {
            events += try unit.command(
                .breaker(command.branch, command.closes ? .reset : .open),
                at: start + command.offset)
        }
        events += unit.advance(to: start + Self.span)
        let sensed = events.filter { event in
            switch event.kind {
            case .breakerTripped, .thresholdChanged: true
            default: false
            }
        }
        var tickByTick = TickByTick(
            configuration, loads: loads, seed: UInt64(seed), commands: commands)
        #expect(sensed == tickByTick.events(until: Self.span))
        #expect(sensed.count > 5)
    }

    @Test func heatOutlastsThePausesBetweenOverloads() throws {
        // 1.6 times the rating for 200 s, then nothing for 190 s, again and again: no overload alone
        // reaches the curve's 540 s, but each leaves a little more heat than the pause takes away.
        let pulse = try LoadProfile(
            changes: (Int64(0)..<40).flatMap { index -> [LoadProfile.Change] in
                let begin = VirtualDuration.seconds(390 * index + 10)
                return [
                    .step(at: begin, milliwatts: 368_000),
                    .step(at: begin + .seconds(200), milliwatts: 0),
                ]
            })
        let loads = (0..<48).map { _ in Load(profile: pulse) }
        let configuration = rackPDU { configuration in
            configuration.voltageDriftMillivolts = 0
            configuration.sourceImpedanceMilliohms = 0
        }
        var unit = PowerDistribution(
            configuration: configuration, loads: loads, seed: 1, start: start)
        let trips = unit.advance(to: start + .hours(4)).filter {
            if case .breakerTripped = $0.kind { true } else { false }
        }
        var tickByTick = TickByTick(configuration, loads: loads, seed: 1, commands: [])
        let expected = tickByTick.events(until: .hours(4)).filter {
            if case .breakerTripped = $0.kind { true } else { false }
        }
        #expect(trips == expected)
        #expect(trips.count == 3 && trips[0].instant > start + .minutes(30))
    }

    @Test func constantLoadsAreQuietForEver() {
        var unit = PowerDistribution(
            configuration: rackPDU(), loads: constantLoads(watts: 100), seed: 1, start: start)
        #expect(unit.nextEventInstant == nil)
        #expect(unit.advance(to: start + .hours(24 * 365)).isEmpty)
    }

    @Test func theSeedMovesTheSupplyAndNothingElse() {
        let units = [UInt64(1), 1, 2].map {
            PowerDistribution(
                configuration: rackPDU(), loads: constantLoads(watts: 100), seed: $0, start: start)
        }
        let readings = units.map { $0.reading(of: .outlet(0), at: start + .minutes(7)) }
        #expect(readings[0] == readings[1])
        #expect(readings[0].voltageMillivolts != readings[2].voltageMillivolts)
        #expect(readings[0].powerMilliwatts == readings[2].powerMilliwatts)
    }

    @Test func theModelLooksAheadAtMostAnHour() throws {
        let ramp = try LoadProfile(
            changes: [.ramp(at: .hours(5), toMilliwatts: 900_000, over: .hours(1))])
        let loads = (0..<48).map { _ in Load(profile: ramp) }
        var unit = PowerDistribution(
            configuration: rackPDU(), loads: loads, seed: 1, start: start)
        var now = start
        while let next = unit.nextEventInstant, unit.breakerState(0) == .normal {
            #expect(next > now && next <= now + .hours(1))
            now = next
            _ = unit.advance(to: now)
        }
        #expect(unit.breakerState(0) == .tripped)
    }
}

/// The sensing written down anew, second by second and without a single shortcut.
private struct TickByTick {
    struct Command {
        var offset: VirtualDuration
        var branch: Int
        var closes: Bool
    }

    let configuration: ElectricalConfiguration
    let loads: [Load]
    let supply: Supply
    var commands: [Command]
    var isOpen = [false, false, false]
    var heat: [Int64] = [0, 0, 0]
    var ticksAbove: [[Int64]] = Array(repeating: [0, 0], count: 4)
    var levels: [ThresholdLevel] = Array(repeating: .normal, count: 4)

    init(
        _ configuration: ElectricalConfiguration, loads: [Load], seed: UInt64, commands: [Command]
    ) {
        self.commands = commands
        self.configuration = configuration
        self.loads = loads
        supply = Supply(configuration, seed: seed)
    }

    mutating func events(until span: VirtualDuration) -> [ElectricalEvent] {
        var events: [ElectricalEvent] = []
        for second in 1...span.milliseconds / 1000 {
            let offset = VirtualDuration.seconds(second)
            // A command at the instant of a tick comes after it.
            while let command = commands.first, command.offset < offset {
                isOpen[command.branch] = !command.closes
                commands.removeFirst()
            }
            let (currents, power) = sample(at: offset)
            for index in 0..<4 {
                let reading =
                    index < 3
                    ? currents[index].rounded(toMultipleOf: 10) : power.rounded(toMultipleOf: 100)
                if let kind = look(at: reading, alarm: index) {
                    events.append(ElectricalEvent(instant: start + offset, kind: kind))
                }
            }
            for branch in 0..<3 where trips(branch, at: currents[branch]) {
                isOpen[branch] = true
                events.append(
                    ElectricalEvent(instant: start + offset, kind: .breakerTripped(branch: branch)))
            }
        }
        return events
    }

    private func sample(at offset: VirtualDuration) -> (currents: [Int64], power: Int64) {
        let ownLoad = Load(
            profile: .constant(milliwatts: configuration.selfConsumptionMilliwatts),
            powerFactorThousandths: configuration.selfConsumptionPowerFactorThousandths)
        var currents: [Int64] = []
        var total = configuration.selfConsumptionMilliwatts
        for branch in 0..<3 {
            var real: Int64 = 0
            var reactive: Int64 = 0
            for outlet in branch * 16..<branch * 16 + 16 where !isOpen[branch] {
                let power = loads[outlet].profile.powerMilliwatts(at: offset)
                real += power
                reactive += loads[outlet].reactiveMillivars(atMilliwatts: power)
            }
            total += real
            let own = branch == 0 ? configuration.selfConsumptionMilliwatts : 0
            let apparentOfLine = hypotenuse(
                real + own, reactive + ownLoad.reactiveMillivars(atMilliwatts: own))
            let voltage = supply.voltageMillivolts(
                ofLine: branch, at: offset, carrying: apparentOfLine)
            currents.append((hypotenuse(real, reactive) * 1000 + voltage / 2) / voltage)
        }
        return (currents, total)
    }

    private mutating func look(at reading: Int64, alarm: Int) -> ElectricalEvent.Kind? {
        let thresholds = alarm < 3 ? [12_800, 16_000] : [9_000_000, Int64.max]
        let dwell = configuration.thresholdDwell.milliseconds / 1000
        for index in 0..<2 {
            ticksAbove[alarm][index] =
                reading > thresholds[index] ? ticksAbove[alarm][index] + 1 : 0
        }
        let level: ThresholdLevel =
            ticksAbove[alarm][1] > dwell
            ? .critical : ticksAbove[alarm][0] > dwell ? .caution : .normal
        guard level != levels[alarm] else { return nil }
        defer { levels[alarm] = level }
        return .thresholdChanged(
            point: alarm < 3 ? .branch(alarm) : .unit, quantity: alarm < 3 ? .current : .power,
            from: levels[alarm], to: level, reading: reading,
            threshold: thresholds[
                level == .critical || (levels[alarm] == .critical && level == .caution) ? 1 : 0])
    }

    private mutating func trips(_ branch: Int, at current: Int64) -> Bool {
        let time = BreakerCurve.typeC.tripMilliseconds(
            atMultipleThousandths: current * 1000 / 16_000)
        guard let time else {
            heat[branch] = max(0, heat[branch] - 1_666_666_000)
            return false
        }
        heat[branch] += (1_000_000_000_000_000 + time - 1) / time
        guard heat[branch] >= 1_000_000_000_000 else { return false }
        heat[branch] = 1_000_000_000_000
        return true
    }
}
