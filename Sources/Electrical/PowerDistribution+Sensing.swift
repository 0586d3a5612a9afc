import VirtualTime

/// The next moment at which the model changes by itself.
struct Stop: Sendable {
    enum Reason: Sendable {
        /// Some delayed switching is due.
        case switching
        /// A tick found something.
        case sensing([SensingFinding])
        /// Nothing up to here; there is more to look at.
        case lookAhead
    }

    var instant: VirtualInstant
    var reason: Reason
    /// The sensing as it is then: after the tick that found something, before any switching.
    var sensing: Sensing
}

extension PowerDistribution {
    private static let lookAhead = VirtualDuration.hours(1)

    /// The first moment after the last one handled at which something happens, or up to which
    /// nothing does; nil if nothing ever will.
    func nextStop() -> Stop? {
        let due = nextSwitchingInstant
        if due == nil, sensing.rests(within: sensedBounds(fromTick: sensing.tick + 1, through: nil))
        {
            return nil
        }
        let ticksAhead = max(1, Self.lookAhead.milliseconds / interval)
        let lookAheadTick = (sensing.tick / ticksAhead + 1) * ticksAhead
        // Switching comes before the tick of the same instant.
        let lastTickBeforeDue = due.map { tick(at: $0 - .milliseconds(1)) } ?? .max
        var ahead = sensing
        let findings = sense(&ahead, through: min(lookAheadTick, lastTickBeforeDue))
        if !findings.isEmpty {
            return Stop(
                instant: instant(ofTick: ahead.tick), reason: .sensing(findings), sensing: ahead)
        }
        if let due, lastTickBeforeDue <= lookAheadTick {
            return Stop(instant: due, reason: .switching, sensing: ahead)
        }
        return Stop(instant: instant(ofTick: ahead.tick), reason: .lookAhead, sensing: ahead)
    }

    mutating func carryOut(_ stop: Stop, _ events: inout [ElectricalEvent]) {
        sensing = stop.sensing
        switch stop.reason {
        case .lookAhead:
            break
        case .switching:
            carryOutDueSwitching(at: stop.instant, &events)
        case .sensing(let findings):
            for finding in findings {
                switch finding {
                case .level(let alarm, let from, let reading):
                    report(alarm: alarm, from: from, reading: reading, at: stop.instant, &events)
                case .trip(let branch):
                    openBreaker(branch, to: .tripped, at: stop.instant, &events)
                }
            }
        }
    }

    /// Brings the sensing up to an instant before which nothing more happens.
    mutating func sense(until instant: VirtualInstant) {
        var ahead = sensing
        let findings = sense(&ahead, through: tick(at: instant))
        precondition(findings.isEmpty, "something was due before the instant")
        sensing = ahead
    }

    /// Takes ticks up to the first that finds something. Stretches that the bounds of loads and
    /// supply prove to be quiet are passed in one step; where they don't, the stretch is halved, in
    /// the end down to the single tick.
    private func sense(_ sensing: inout Sensing, through last: Int64) -> [SensingFinding] {
        var stride = last - sensing.tick
        while sensing.tick < last {
            stride = min(stride, last - sensing.tick)
            let next = sensing.tick + 1
            let bounds = sensedBounds(fromTick: next, through: sensing.tick + stride)
            if sensing.rests(within: bounds) {
                sensing.rest(ticks: stride)
                stride *= 2
            } else if stride > 1 {
                stride /= 2
            } else {
                let findings = sensing.take(bounds)
                if !findings.isEmpty { return findings }
            }
        }
        return []
    }

    /// What the sensing can see over ticks in which nothing is switched; nil as the last one means
    /// for ever.
    private func sensedBounds(fromTick first: Int64, through last: Int64?) -> SensedBounds {
        let from = offset(ofTick: first)
        let through = last.map(offset(ofTick:))
        var (leastMilliwatts, mostMilliwatts): (Int64, Int64) = (0, 0)
        var branchMilliamps = [ClosedRange<Int64>](repeating: 0...0, count: breakers.count)
        for phase in topology.branchesOfPhase.indices {
            var line =
                phase == 0 ? truth.selfConsumption.flowBounds(from: from, through: through) : .zero
            let branches = topology.branchesOfPhase[phase]
            let flows = branches.map { branch in
                var flow = PowerFlowBounds.zero
                for outlet in topology.outletsOfBranch[branch] {
                    flow += truth.outlets[outlet].flowBounds(from: from, through: through)
                }
                return flow
            }
            for flow in flows { line += flow }
            let voltage = supply.voltageBounds(
                ofLine: phase, from: from, through: through,
                carrying: line.apparentMillivoltamperes)
            for (branch, flow) in zip(branches, flows) {
                let apparent = flow.apparentMillivoltamperes
                let least = currentMilliamps(
                    apparent.lowerBound, atMillivolts: voltage.upperBound)
                let most = currentMilliamps(
                    apparent.upperBound, atMillivolts: voltage.lowerBound)
                branchMilliamps[branch] = least...most
            }
            leastMilliwatts += line.least.milliwatts
            mostMilliwatts += line.most.milliwatts
        }
        return SensedBounds(
            branchMilliamps: branchMilliamps, unitMilliwatts: leastMilliwatts...mostMilliwatts)
    }

    private func report(
        alarm index: Int, from level: ThresholdLevel, reading: Int64, at instant: VirtualInstant,
        _ events: inout [ElectricalEvent]
    ) {
        let alarm = sensing.alarms[index]
        events.append(
            ElectricalEvent(
                instant: instant,
                kind: .thresholdChanged(
                    point: alarm.point, quantity: alarm.quantity, from: level, to: alarm.level,
                    reading: reading,
                    threshold: alarm.threshold(crossedFrom: level))))
    }

    private var interval: Int64 { configuration.sensingInterval.milliseconds }

    private func offset(ofTick tick: Int64) -> VirtualDuration {
        configuration.sensingInterval * tick
    }

    private func instant(ofTick tick: Int64) -> VirtualInstant {
        start + offset(ofTick: tick)
    }

    /// The last tick at or before an instant.
    private func tick(at instant: VirtualInstant) -> Int64 {
        max(0, (instant - start).milliseconds) / interval
    }
}
