package import VirtualTime

/// The real power a load draws over scenario time: piecewise linear, in milliwatts, over the offset
/// from the scenario's start.
///
/// Power and energy are closed-form, so what is read at one moment never depends on what was read
/// before. Power holds its last value after the last segment and across gaps; before the first
/// segment it has that segment's first value. Where two segments meet, the later one counts.
package struct LoadProfile: Sendable, Hashable {
    /// From `start` up to, not including, `end`.
    package struct Segment: Sendable, Hashable {
        package var start: VirtualDuration
        package var startMilliwatts: Int64
        package var end: VirtualDuration
        package var endMilliwatts: Int64

        package init(
            start: VirtualDuration, startMilliwatts: Int64, end: VirtualDuration,
            endMilliwatts: Int64
        ) {
            self.start = start
            self.startMilliwatts = startMilliwatts
            self.end = end
            self.endMilliwatts = endMilliwatts
        }
    }

    /// No load draws more than 100 kW; the bound keeps a load's energy within 64 bits for a year.
    package static let powerLimitMilliwatts: Int64 = 100_000_000

    /// No profile changes later than a year after the start.
    package static let offsetLimit = VirtualDuration.hours(366 * 24)

    // Contiguous, the first at offset 0, the last constant and without an end.
    private let pieces: [Piece]

    /// - Throws: ``LoadProfileError`` for a segment that is empty, begins before the one before it
    ///   has ended, or leaves the bounds of power and time.
    package init(segments: [Segment]) throws(LoadProfileError) {
        var pieces: [Piece] = []
        var energy = Int64(0)
        func append(_ segment: Segment) {
            let piece = Piece(segment, doubleEnergyBefore: energy)
            energy = piece.doubleEnergy(at: segment.end.milliseconds)
            pieces.append(piece)
        }
        var end = VirtualDuration.zero
        var level = segments.first?.startMilliwatts ?? 0
        for (index, segment) in segments.enumerated() {
            try Self.check(segment, index: index, after: end)
            if segment.start > end {
                append(
                    Segment(
                        start: end, startMilliwatts: level, end: segment.start,
                        endMilliwatts: level))
            }
            append(segment)
            (end, level) = (segment.end, segment.endMilliwatts)
        }
        pieces.append(Piece(holding: level, from: end.milliseconds, doubleEnergyBefore: energy))
        self.pieces = pieces
    }

    /// The same power for ever; a power outside the bounds counts as the nearest bound.
    package static func constant(milliwatts: Int64) -> LoadProfile {
        LoadProfile(constant: min(max(0, milliwatts), powerLimitMilliwatts))
    }

    private init(constant milliwatts: Int64) {
        pieces = [Piece(holding: milliwatts, from: 0, doubleEnergyBefore: 0)]
    }

    static func check(
        _ segment: Segment, index: Int, after end: VirtualDuration
    ) throws(LoadProfileError) {
        guard segment.start < segment.end else { throw .emptySegment(index: index) }
        guard segment.start >= end else { throw .overlappingSegments(index: index) }
        guard segment.end <= offsetLimit else { throw .offsetOutOfRange(index: index) }
        let powers = 0...powerLimitMilliwatts
        guard powers.contains(segment.startMilliwatts), powers.contains(segment.endMilliwatts)
        else { throw .powerOutOfRange(index: index) }
    }

    /// The power at an offset, rounded down to whole milliwatts; before the start that of the start.
    package func powerMilliwatts(at offset: VirtualDuration) -> Int64 {
        let milliseconds = max(0, offset.milliseconds)
        return piece(at: milliseconds).power(at: milliseconds)
    }

    /// The energy from the start up to an offset: the integral of the power, rounded down to whole
    /// microjoules (1 mW · 1 ms = 1 µJ). It never falls, and is 0 before the start.
    package func energyMicrojoules(to offset: VirtualDuration) -> Int64 {
        let milliseconds = max(0, offset.milliseconds)
        return piece(at: milliseconds).doubleEnergy(at: milliseconds) >> 1
    }

    /// The lowest and the highest power from one offset up to and including another; nil means for
    /// ever.
    func powerBounds(
        from first: VirtualDuration, through last: VirtualDuration?
    ) -> ClosedRange<Int64> {
        let start = max(0, first.milliseconds)
        let end = max(start, last?.milliseconds ?? .max)
        var index = index(at: start)
        var lowest = pieces[index].power(at: start)
        var highest = lowest
        while true {
            let piece = pieces[index]
            let powerAtEnd = end < piece.end ? piece.power(at: end) : piece.endPower
            lowest = min(lowest, powerAtEnd, piece.power(at: max(start, piece.start)))
            highest = max(highest, powerAtEnd, piece.power(at: max(start, piece.start)))
            index += 1
            guard index < pieces.count, pieces[index].start <= end else { return lowest...highest }
        }
    }

    /// The highest power at the milliseconds from one offset up to and including another, and the
    /// end of a stretch at which it is first met.
    package func peak(
        from first: VirtualDuration, through last: VirtualDuration
    ) -> (milliwatts: Int64, offset: VirtualDuration) {
        let start = max(0, first.milliseconds)
        let end = max(start, last.milliseconds)
        var peak = (milliwatts: powerMilliwatts(at: first), offset: start)
        for piece in pieces[index(at: start)...index(at: end)] {
            // A straight stretch is highest at one of its ends.
            for offset in [max(start, piece.start), min(end, piece.end - 1)] {
                let power = piece.power(at: offset)
                if power > peak.milliwatts { peak = (power, offset) }
            }
        }
        return (peak.milliwatts, .milliseconds(peak.offset))
    }

    private func piece(at milliseconds: Int64) -> Piece {
        pieces[index(at: milliseconds)]
    }

    // The last piece that has begun. Pieces of traces and walks are evenly long as a rule, so the
    // first guess is right for them; the rest is binary search.
    private func index(at milliseconds: Int64) -> Int {
        let last = pieces.count - 1
        let lastStart = pieces[last].start
        guard milliseconds < lastStart else { return last }
        let guess = Int(milliseconds * Int64(last) / lastStart)
        if pieces[guess].start <= milliseconds, milliseconds < pieces[guess + 1].start {
            return guess
        }
        var low = 0
        var high = last
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].start <= milliseconds { low = middle } else { high = middle }
        }
        return low
    }
}

/// Why segments make no load profile; `index` counts the segments from 0.
package enum LoadProfileError: Error, Hashable {
    case emptySegment(index: Int)
    case overlappingSegments(index: Int)
    case powerOutOfRange(index: Int)
    case offsetOutOfRange(index: Int)
    /// The period has no millisecond for each of its points, or there would be too many points.
    case periodTooShort
}

/// One linear stretch. A duration of 0 marks the last one, which is constant and never ends.
private struct Piece: Sendable, Hashable {
    let start: Int64
    let duration: Int64
    let startPower: Int64
    let rise: Int64
    /// A whole segment holds a multiple of half a microjoule, so prefix sums count halves.
    let doubleEnergyBefore: Int64

    init(_ segment: LoadProfile.Segment, doubleEnergyBefore: Int64) {
        start = segment.start.milliseconds
        duration = segment.end.milliseconds - segment.start.milliseconds
        startPower = segment.startMilliwatts
        rise = segment.endMilliwatts - segment.startMilliwatts
        self.doubleEnergyBefore = doubleEnergyBefore
    }

    init(holding power: Int64, from start: Int64, doubleEnergyBefore: Int64) {
        self.start = start
        duration = 0
        startPower = power
        rise = 0
        self.doubleEnergyBefore = doubleEnergyBefore
    }

    var end: Int64 { duration == 0 ? .max : start + duration }

    var endPower: Int64 { startPower + rise }

    func power(at milliseconds: Int64) -> Int64 {
        guard rise != 0 else { return startPower }
        return startPower + floorDivide(rise * (milliseconds - start), by: duration)
    }

    // Twice the integral is 2·p₀·τ + Δp·τ²/d; its floor, halved and floored again, is the floor of
    // the integral itself.
    func doubleEnergy(at milliseconds: Int64) -> Int64 {
        let elapsed = milliseconds - start
        let rectangle = doubleEnergyBefore + 2 * startPower * elapsed
        guard rise != 0 else { return rectangle }
        return rectangle + floorDivide(rise * elapsed, times: elapsed, by: duration)
    }
}
