import VirtualTime

/// What looks at the current: the breakers' bimetals and the thresholds, on a fixed grid of ticks
/// after the start. Its state depends on the ticks alone, never on who asks or when.
struct Sensing: Sendable {
    /// Everything up to and including this tick has been taken.
    private(set) var tick: Int64 = 0
    private(set) var bimetals: [Bimetal]
    /// The branches' currents by index, then the unit's power.
    private(set) var alarms: [ThresholdAlarm]

    private let resolutions: ElectricalConfiguration.Resolutions
    private let dwellTicks: Int64

    init(_ configuration: ElectricalConfiguration) {
        resolutions = configuration.resolutions
        let interval = configuration.sensingInterval
        dwellTicks =
            (configuration.thresholdDwell.milliseconds + interval.milliseconds - 1)
            / interval.milliseconds
        bimetals = configuration.branches.map {
            Bimetal(curve: $0.breaker, ratedMilliamps: $0.ratedMilliamps, interval: interval)
        }
        alarms =
            configuration.branches.enumerated().map { index, branch in
                ThresholdAlarm(
                    point: .branch(index), quantity: .current, thresholds: branch.currentThresholds)
            } + [
                ThresholdAlarm(
                    point: .unit, quantity: .power, thresholds: configuration.unitPowerThresholds)
            ]
    }

    mutating func setThresholds(
        _ thresholds: ElectricalConfiguration.Thresholds?, of point: MeteringPoint,
        _ quantity: MonitoredQuantity
    ) {
        for index in alarms.indices
        where alarms[index].point == point && alarms[index].quantity == quantity {
            alarms[index].setThresholds(thresholds)
        }
    }

    /// Whether readings within these bounds change nothing but the heat of cooling bimetals.
    func rests(within bounds: SensedBounds) -> Bool {
        for branch in bimetals.indices
        where !bimetals[branch].cools(atMilliamps: bounds.branchMilliamps[branch].upperBound) {
            return false
        }
        return alarms.indices.allSatisfy { alarms[$0].rests(within: served(bounds, alarm: $0)) }
    }

    /// Passes ticks in which everything rests.
    mutating func rest(ticks: Int64) {
        tick += ticks
        for branch in bimetals.indices { bimetals[branch].cool(ticks: ticks) }
    }

    /// Takes the next tick's readings. Thresholds and breakers look at the same current: what a trip
    /// changes shows at the tick after.
    mutating func take(_ sample: SensedBounds) -> [SensingFinding] {
        tick += 1
        var findings: [SensingFinding] = []
        for index in alarms.indices {
            let reading = served(sample, alarm: index).lowerBound
            let before = alarms[index].level
            alarms[index].take(reading, tick: tick, dwellTicks: dwellTicks)
            if alarms[index].level != before {
                findings.append(.level(alarm: index, from: before, reading: reading))
            }
        }
        for branch in bimetals.indices
        where bimetals[branch].take(sample.branchMilliamps[branch].lowerBound) {
            findings.append(.trip(branch: branch))
        }
        return findings
    }

    // Rounding to a resolution and cutting off at the floor keep the order, so bounds stay bounds.
    private func served(_ bounds: SensedBounds, alarm index: Int) -> ClosedRange<Int64> {
        if case .branch(let branch) = alarms[index].point {
            let range = bounds.branchMilliamps[branch]
            let least = resolutions.served(currentMilliamps: range.lowerBound)
            return least...resolutions.served(currentMilliamps: range.upperBound)
        }
        let range = bounds.unitMilliwatts
        let least = resolutions.served(powerMilliwatts: range.lowerBound)
        return least...resolutions.served(powerMilliwatts: range.upperBound)
    }
}

/// What lies between the least and the most over some ticks; of a single tick both are the reading.
struct SensedBounds {
    var branchMilliamps: [ClosedRange<Int64>]
    var unitMilliwatts: ClosedRange<Int64>
}

/// What a tick brought to light.
enum SensingFinding: Sendable {
    /// A threshold alarm, by index, has left this level.
    case level(alarm: Int, from: ThresholdLevel, reading: Int64)
    case trip(branch: Int)
}

/// The heat in a breaker, as an integer that fills up: each tick adds the share of the curve's trip
/// time that has passed, and takes heat away while the current is one the breaker stands for ever.
struct Bimetal: Sendable {
    /// So many units of heat trip it.
    static let capacity: Int64 = 1_000_000_000_000

    /// From the point of tripping down to cold.
    static let coolingTime = VirtualDuration.minutes(10)

    private let curve: BreakerCurve
    private let ratedMilliamps: Int64
    private let interval: VirtualDuration
    private(set) var heat: Int64 = 0

    init(curve: BreakerCurve, ratedMilliamps: Int64, interval: VirtualDuration) {
        self.curve = curve
        self.ratedMilliamps = ratedMilliamps
        self.interval = interval
    }

    func cools(atMilliamps current: Int64) -> Bool {
        curve.tripMilliseconds(atMultipleThousandths: multiple(current)) == nil
    }

    mutating func cool(ticks: Int64) {
        guard heat > 0 else { return }
        let perTick = max(1, Self.capacity / Self.coolingTime.milliseconds * interval.milliseconds)
        heat = ticks > heat / perTick ? 0 : heat - ticks * perTick
    }

    /// Takes the current of one tick; true where the breaker trips.
    mutating func take(_ current: Int64) -> Bool {
        guard let time = curve.tripMilliseconds(atMultipleThousandths: multiple(current)) else {
            cool(ticks: 1)
            return false
        }
        // Rounded up, so that a constant current trips at the curve's time and not a tick later.
        let gain = (Self.capacity * interval.milliseconds + time - 1) / time
        heat = min(Self.capacity, heat + gain)
        return heat == Self.capacity
    }

    private func multiple(_ current: Int64) -> Int64 {
        floorDivide(current, times: 1000, by: ratedMilliamps)
    }
}

/// The upper thresholds of one reading. Each counts as crossed once the reading has been above it
/// for the dwell time, and no more as soon as the reading is not above it.
struct ThresholdAlarm: Sendable {
    private struct Threshold: Sendable {
        var value: Int64?
        var aboveSinceTick: Int64?
        var isCrossed = false

        func rests(within bounds: ClosedRange<Int64>) -> Bool {
            guard let value else { return !isCrossed }
            return isCrossed
                ? bounds.lowerBound > value
                : aboveSinceTick == nil && bounds.upperBound <= value
        }

        mutating func take(_ reading: Int64, tick: Int64, dwellTicks: Int64) {
            guard let value, reading > value else {
                aboveSinceTick = nil
                isCrossed = false
                return
            }
            let since = aboveSinceTick ?? tick
            aboveSinceTick = since
            isCrossed = isCrossed || tick - since >= dwellTicks
        }
    }

    let point: MeteringPoint
    let quantity: MonitoredQuantity
    private var caution: Threshold
    private var critical: Threshold

    init(
        point: MeteringPoint, quantity: MonitoredQuantity,
        thresholds: ElectricalConfiguration.Thresholds?
    ) {
        self.point = point
        self.quantity = quantity
        caution = Threshold(value: thresholds?.upperCaution)
        critical = Threshold(value: thresholds?.upperCritical)
    }

    mutating func setThresholds(_ thresholds: ElectricalConfiguration.Thresholds?) {
        caution.value = thresholds?.upperCaution
        critical.value = thresholds?.upperCritical
    }

    var level: ThresholdLevel {
        critical.isCrossed ? .critical : caution.isCrossed ? .caution : .normal
    }

    /// The threshold that was crossed on the way here from another level; back at normal, the lowest
    /// there is.
    func threshold(crossedFrom former: ThresholdLevel) -> Int64 {
        let isCritical = level == .critical || (former == .critical && level == .caution)
        let value = isCritical ? critical.value : caution.value
        return value ?? critical.value ?? 0
    }

    func rests(within bounds: ClosedRange<Int64>) -> Bool {
        caution.rests(within: bounds) && critical.rests(within: bounds)
    }

    mutating func take(_ reading: Int64, tick: Int64, dwellTicks: Int64) {
        caution.take(reading, tick: tick, dwellTicks: dwellTicks)
        critical.take(reading, tick: tick, dwellTicks: dwellTicks)
    }
}
