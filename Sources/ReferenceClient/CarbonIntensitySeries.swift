package import VirtualTime

/// The carbon intensity of the grid as a step function of time.
package struct CarbonIntensitySeries: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package var start: VirtualInstant
        /// Milligrams of CO2 equivalent per kilowatt-hour, valid until the next step.
        package var milligramsPerKilowattHour: Int64

        package init(start: VirtualInstant, milligramsPerKilowattHour: Int64) {
            self.start = start
            self.milligramsPerKilowattHour = milligramsPerKilowattHour
        }
    }

    /// In the order of time.
    package let steps: [Step]

    package init(steps: [Step]) {
        self.steps = steps.sorted { $0.start < $1.start }
    }

    struct Piece: Equatable {
        var duration: VirtualDuration
        var milligramsPerKilowattHour: Int64
    }

    /// The same as by clocks that are so far ahead.
    func shifted(by span: VirtualDuration) -> CarbonIntensitySeries {
        CarbonIntensitySeries(
            steps: steps.map {
                Step(
                    start: $0.start - span, milligramsPerKilowattHour: $0.milligramsPerKilowattHour)
            })
    }

    /// The span cut at the steps; nil where it begins before the first step, because there the
    /// intensity is unknown.
    func pieces(from start: VirtualInstant, to end: VirtualInstant) -> [Piece]? {
        guard var index = lastStep(startingBy: start) else { return nil }
        var pieces: [Piece] = []
        var cursor = start
        while cursor < end {
            let next = index + 1 < steps.count ? min(steps[index + 1].start, end) : end
            if cursor < next {
                pieces.append(
                    Piece(
                        duration: next - cursor,
                        milligramsPerKilowattHour: steps[index].milligramsPerKilowattHour))
            }
            cursor = next
            index += 1
        }
        return pieces
    }

    /// Whether the intensity changes at this very instant.
    func hasStep(at instant: VirtualInstant) -> Bool {
        lastStep(startingBy: instant).map { steps[$0].start == instant } ?? false
    }

    private func lastStep(startingBy instant: VirtualInstant) -> Int? {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].start <= instant { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}
