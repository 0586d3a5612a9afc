package import VirtualTime

// Readings are true values, not rounded beyond the unit they are given in. Points must exist.
extension PowerDistribution {
    /// What a meter at a point sees at an instant; ``Reading/unpowered`` where there is no voltage.
    package func reading(of point: MeteringPoint, at instant: VirtualInstant) -> Reading {
        let offset = knownOffset(of: instant)
        switch point {
        case .outlet(let outlet):
            guard truth.outlets[outlet].isPowered(at: offset) else { return .unpowered }
            let line = topology.phaseOfBranch[topology.branchOfOutlet[outlet]]
            return reading(
                flow: truth.flow(ofOutlet: outlet, at: offset),
                voltage: self.line(line, at: offset).voltage, at: offset)
        case .branch(let branch):
            guard circuits[branch].supply.isPowered(at: offset) else { return .unpowered }
            return reading(
                flow: truth.flow(ofBranch: branch, at: offset),
                voltage: line(topology.phaseOfBranch[branch], at: offset).voltage, at: offset)
        case .phase(let index):
            guard truth.selfConsumption.isPowered(at: offset) else { return .unpowered }
            let line = line(index, at: offset)
            return reading(flow: line.flow, voltage: line.voltage, at: offset)
        case .mains, .unit:
            guard truth.selfConsumption.isPowered(at: offset) else { return .unpowered }
            var total = Line(flow: .zero, voltage: 0)
            for index in 0..<topology.lineCount {
                let line = line(index, at: offset)
                total.flow += line.flow
                total.voltage += line.voltage
            }
            return reading(
                flow: total.flow, voltage: total.voltage, lineCount: Int64(topology.lineCount),
                at: offset)
        }
    }

    /// A reading as the device shows it: at its resolutions, and nothing below its metering floor.
    package func served(_ reading: Reading) -> Reading {
        reading.served(by: configuration.resolutions)
    }

    /// Between a line and the next one: 0 is L1 to L2, 2 is L3 to L1. Lines are taken to stand a
    /// third of a turn apart, so it is √(a² + b² + a·b).
    package func lineToLineMillivolts(from index: Int, at instant: VirtualInstant) -> Int64 {
        let offset = knownOffset(of: instant)
        guard isMainsPowered(at: offset), topology.lineCount > 1 else { return 0 }
        let first = UInt128(line(index, at: offset).voltage)
        let second = UInt128(line((index + 1) % topology.lineCount, at: offset).voltage)
        return Int64(integerSquareRoot(first * first + second * second + first * second))
    }

    /// The current in the neutral conductor; of a unit with one line that of the line itself.
    package func neutralMilliamps(at instant: VirtualInstant) -> Int64 {
        let offset = knownOffset(of: instant)
        guard isMainsPowered(at: offset) else { return 0 }
        let currents = (0..<topology.lineCount).map { index in
            let line = line(index, at: offset)
            return LineCurrent(
                activeMilliamps: currentMilliamps(line.flow.milliwatts, atMillivolts: line.voltage),
                reactiveMilliamps: currentMilliamps(
                    line.flow.millivars, atMillivolts: line.voltage))
        }
        return Electrical.neutralMilliamps(currents)
    }

    /// The largest deviation of a line's current from their mean, over that mean; 0 without load.
    package func currentUnbalancePartsPerMillion(at instant: VirtualInstant) -> Int64 {
        unbalancePartsPerMillion(lineReadings(at: instant).map(\.currentMilliamps))
    }

    /// The largest deviation of a line-to-neutral voltage from their mean, over that mean.
    package func voltageUnbalancePartsPerMillion(at instant: VirtualInstant) -> Int64 {
        unbalancePartsPerMillion(lineReadings(at: instant).map(\.voltageMillivolts))
    }

    /// Current over rated current; of mains and unit that of the most loaded line.
    package func loadPartsPerMillion(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        func load(of point: MeteringPoint, rated: Int64) -> Int64 {
            let current = reading(of: point, at: instant).currentMilliamps
            return floorDivide(current, times: 1_000_000, by: rated)
        }
        switch point {
        case .outlet(let outlet):
            return load(of: point, rated: configuration.outlets[outlet].ratedMilliamps)
        case .branch(let branch):
            return load(of: point, rated: configuration.branches[branch].ratedMilliamps)
        case .phase:
            return load(of: point, rated: configuration.mainsRatedMilliamps)
        case .mains, .unit:
            let loads = (0..<topology.lineCount).map {
                load(of: .phase($0), rated: configuration.mainsRatedMilliamps)
            }
            return loads.max() ?? 0
        }
    }

    /// What was really used at a point from the start to an instant. A branch's is the exact sum of
    /// its outlets', a line's of its branches'; L1, mains and unit include the unit's own
    /// consumption.
    package func energyMicrojoules(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        truth.energyMicrojoules(of: point, at: start + knownOffset(of: instant))
    }

    /// The offset of an instant about which nothing can change any more.
    func knownOffset(of instant: VirtualInstant) -> VirtualDuration {
        precondition(stop.map { instant < $0.instant } ?? true, "advance to the instant first")
        return instant - start
    }

    private struct Line {
        var flow: PowerFlow
        var voltage: Int64
    }

    private func line(_ index: Int, at offset: VirtualDuration) -> Line {
        let flow = truth.flow(ofPhase: index, at: offset)
        return Line(
            flow: flow,
            voltage: supply.voltageMillivolts(
                ofLine: index, at: offset, carrying: flow.apparentMillivoltamperes))
    }

    private func isMainsPowered(at offset: VirtualDuration) -> Bool {
        truth.selfConsumption.isPowered(at: offset)
    }

    private func lineReadings(at instant: VirtualInstant) -> [Reading] {
        (0..<topology.lineCount).map { reading(of: .phase($0), at: instant) }
    }

    /// - Parameter voltage: The sum over the lines.
    private func reading(
        flow: PowerFlow, voltage: Int64, lineCount: Int64 = 1, at offset: VirtualDuration
    ) -> Reading {
        let apparent = flow.apparentMillivoltamperes
        let hasPowerFactor = apparent > 0 && configuration.wiring != .directCurrent
        return Reading(
            voltageMillivolts: roundedQuotient(voltage, by: lineCount),
            currentMilliamps: currentMilliamps(apparent, atMillivolts: voltage),
            powerMilliwatts: flow.milliwatts, apparentMillivoltamperes: apparent,
            reactiveMillivars: flow.millivars,
            powerFactorThousandths: hasPowerFactor
                ? roundedQuotient(flow.milliwatts * 1000, by: apparent) : nil,
            frequencyMillihertz: supply.frequencyMillihertz(at: offset))
    }
}
