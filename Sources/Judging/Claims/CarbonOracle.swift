import VirtualTime

/// What carbon an energy claim comes to, by the intensity of the time of use.
///
/// Between two samples of the register nobody knows when the energy passed, so it counts at the
/// least and at the greatest intensity of that stretch: what a client may interpolate lies between.
struct CarbonOracle {
    let steps: [CarbonStep]

    /// The intensities of a clock that is so far ahead of UTC.
    func shifted(by span: VirtualDuration) -> CarbonOracle {
        CarbonOracle(
            steps: steps.map {
                CarbonStep(
                    from: $0.from - span, milligramsPerKilowattHour: $0.milligramsPerKilowattHour)
            })
    }

    /// The intensities of a clock that is so far ahead of UTC and knows one day only, which follows
    /// itself; nil where the series is no day.
    func turned(by span: VirtualDuration) -> CarbonOracle? {
        let day = VirtualDuration.hours(24)
        guard let first = steps.first?.from, let last = steps.last?.from, last - first < day else {
            return nil
        }
        let days = [-1, 0, 1].flatMap { number in
            steps.map {
                CarbonStep(
                    from: $0.from + day * Int64(number) - span,
                    milligramsPerKilowattHour: $0.milligramsPerKilowattHour)
            }
        }
        return CarbonOracle(steps: days)
    }

    /// The average of the steps, mg/kWh, however long each lasts.
    var mean: Int128 {
        steps.reduce(Int128(0)) { $0 + Int128($1.milligramsPerKilowattHour) }
            / Int128(max(1, steps.count))
    }

    /// Milligrams allowed for the energy of one history between two of its samples; the register's
    /// quanta count at the greatest intensity.
    func range(
        _ history: RegisterHistory, from: VirtualInstant, to: VirtualInstant, quantum: Int64
    ) -> Interval? {
        guard !steps.isEmpty, let span = history.span(from: from, to: to) else { return nil }
        var low: Int128 = 0
        var high: Int128 = 0
        for index in span.first..<max(span.first, span.last) {
            let stretch = self.stretch(history, index)
            low += stretch.low
            high += stretch.high
        }
        let whole = intensities(from: from, to: to)
        let slack = Int128(quantum * span.segments) * Int128(whole.upperBound)
        // Where the claim's instants are no samples, the stretches they cut count on either side.
        let below = Int128(max(0, span.nearest - span.low)) * Int128(whole.upperBound)
        let above = Int128(max(0, span.high - span.nearest)) * Int128(whole.upperBound)
        return Interval(
            max(0, low - slack - below) / microjoulesPerKilowattHour,
            (high + slack + above) / microjoulesPerKilowattHour + 1)
    }

    /// What the energy between a sample and the next can come to, in microjoules times mg/kWh.
    private func stretch(_ history: RegisterHistory, _ index: Int) -> Interval {
        let (from, to) = (history.instants[index], history.instants[index + 1])
        let energy = Int128(history.energy[index + 1] - history.energy[index])
        let intensity = intensities(from: from, to: to)
        let possible = Interval(
            energy * Int128(intensity.lowerBound), energy * Int128(intensity.upperBound))
        guard intensity.lowerBound < intensity.upperBound, history.isStretchDated(index) else {
            return possible
        }
        // All of it at the last intensity, less the change at each step times what had passed then.
        let inside = firstStep(at: from) + 1..<max(firstStep(at: from) + 1, firstStep(at: to) + 1)
        let changes = inside.filter { steps[$0].from < to }
        let last = changes.last ?? firstStep(at: from)
        let whole = energy * Int128(steps[last].milligramsPerKilowattHour)
        var bounds = Interval(whole, whole)
        for step in changes {
            let register = history.between(index, at: steps[step].from)
            let passed = Interval(
                Int128(register.low - history.energy[index]),
                Int128(register.high - history.energy[index]))
            let change = Int128(
                steps[step].milligramsPerKilowattHour - steps[step - 1].milligramsPerKilowattHour)
            let (one, other) = (passed.low * change, passed.high * change)
            bounds = Interval(bounds.low - max(one, other), bounds.high - min(one, other))
        }
        return Interval(max(possible.low, bounds.low), min(possible.high, bounds.high))
    }

    /// What the same energy comes to at the average intensity over time, in milligrams: the usual
    /// mistake.
    func flatAverage(
        energyMicrojoules: Int128, from: VirtualInstant, to: VirtualInstant
    ) -> Int128 {
        let span = (to - from).milliseconds
        guard span > 0 else { return 0 }
        var weighted: Int128 = 0
        for (index, step) in steps.enumerated() {
            let begin = index == 0 ? from : max(step.from, from)
            let end = index + 1 < steps.count ? min(steps[index + 1].from, to) : to
            guard end > begin else { continue }
            weighted += Int128((end - begin).milliseconds) * Int128(step.milligramsPerKilowattHour)
        }
        return energyMicrojoules * weighted / Int128(span) / microjoulesPerKilowattHour
    }

    /// The least and greatest intensity between two instants, mg/kWh.
    func intensities(from: VirtualInstant, to: VirtualInstant) -> ClosedRange<Int64> {
        var low = Int64.max
        var high = Int64.min
        for index in firstStep(at: from)..<steps.count {
            guard index == firstStep(at: from) || steps[index].from < to else { break }
            low = min(low, steps[index].milligramsPerKilowattHour)
            high = max(high, steps[index].milligramsPerKilowattHour)
        }
        return low...high
    }

    private func firstStep(at instant: VirtualInstant) -> Int {
        max(0, (steps.firstIndex { $0.from > instant } ?? steps.count) - 1)
    }
}

private let microjoulesPerKilowattHour: Int128 = 3_600_000_000_000
