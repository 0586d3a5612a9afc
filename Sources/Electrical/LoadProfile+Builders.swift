package import VirtualTime

extension LoadProfile {
    /// A power that is reached at an offset.
    package struct Point: Sendable, Hashable {
        package var offset: VirtualDuration
        package var milliwatts: Int64

        package init(offset: VirtualDuration, milliwatts: Int64) {
            self.offset = offset
            self.milliwatts = milliwatts
        }
    }

    package enum Interpolation: Sendable, Hashable {
        /// A power holds until the next point.
        case steps
        /// The power runs straight from point to point.
        case linear
    }

    package enum Change: Sendable, Hashable {
        /// From one millisecond to the next.
        case step(at: VirtualDuration, milliwatts: Int64)
        /// A straight line from the power at that moment.
        case ramp(at: VirtualDuration, toMilliwatts: Int64, over: VirtualDuration)
    }

    /// A power that changes at some moments and holds between them.
    ///
    /// - Throws: ``LoadProfileError``, whose index counts the changes; they must be in order of
    ///   time, and none may begin before a ramp has ended.
    package init(initialMilliwatts: Int64 = 0, changes: [Change]) throws(LoadProfileError) {
        var line = SegmentLine(level: initialMilliwatts)
        for (index, change) in changes.enumerated() {
            switch change {
            case .step(let offset, let milliwatts):
                try line.hold(until: offset, index: index)
                line.level = milliwatts
            case .ramp(let offset, let milliwatts, let span):
                try line.hold(until: offset, index: index)
                try line.run(to: milliwatts, at: offset + span, index: index)
            }
        }
        self = try line.finished(index: changes.count - 1)
    }

    /// A power that runs through points, as a trace from a file does; before the first it has the
    /// power of the first.
    ///
    /// - Throws: ``LoadProfileError``, whose index counts the points; their offsets must rise.
    package init(points: [Point], interpolation: Interpolation) throws(LoadProfileError) {
        var line = SegmentLine(level: points.first?.milliwatts ?? 0)
        for (index, point) in points.enumerated() {
            guard index == 0 || point.offset > points[index - 1].offset else {
                throw .overlappingSegments(index: index)
            }
            if index > 0, interpolation == .linear {
                try line.run(to: point.milliwatts, at: point.offset, index: index)
            } else {
                try line.hold(until: point.offset, index: index)
                line.level = point.milliwatts
            }
        }
        self = try line.finished(index: points.count - 1)
    }

    /// A sine of 64 straight pieces a period, beginning at its mean and rising.
    package static func sine(
        meanMilliwatts mean: Int64, amplitudeMilliwatts amplitude: Int64,
        period: VirtualDuration, until end: VirtualDuration
    ) throws(LoadProfileError) -> LoadProfile {
        let pieces = Int64(4 * (quarterSineMillionths.count - 1))
        return try LoadProfile(
            points: points(every: period, pieces: pieces, until: end) { index in
                mean + floorDivide(amplitude * sineMillionths(index), by: 1_000_000)
            }, interpolation: .linear)
    }

    /// Powers spread evenly over the UTC day, the first at midnight, joined by straight lines and
    /// repeated every day; 24 of them are hourly values.
    package static func dayCurve(
        milliwatts: [Int64], start: VirtualInstant, until end: VirtualDuration
    ) throws(LoadProfileError) -> LoadProfile {
        guard !milliwatts.isEmpty else { return .constant(milliwatts: 0) }
        let day = VirtualDuration.hours(24)
        let sinceMidnight = start - start.floored(to: day)
        let count = Int64(milliwatts.count)
        let knots = try points(
            every: day, pieces: count, until: sinceMidnight + end
        ) { index in milliwatts[Int(index % count)] }
        let fromMidnight = try LoadProfile(
            points: knots, interpolation: .linear)
        let first = Point(
            offset: .zero, milliwatts: fromMidnight.powerMilliwatts(at: sinceMidnight))
        let rest = knots.filter { $0.offset > sinceMidnight }.map {
            Point(offset: $0.offset - sinceMidnight, milliwatts: $0.milliwatts)
        }
        return try LoadProfile(points: [first] + rest, interpolation: .linear)
    }

    /// A seeded walk around a mean: every step moves it by at most a quarter of the amplitude, and
    /// it never strays from the mean by more than the amplitude, nor below 0.
    package static func randomWalk(
        meanMilliwatts mean: Int64, amplitudeMilliwatts amplitude: Int64,
        stepSpan: VirtualDuration, until end: VirtualDuration, seed: UInt64, label: String
    ) throws(LoadProfileError) -> LoadProfile {
        var stream = RandomStream(seed: seed, label: "load-walk/" + label)
        let bounds = max(0, mean - abs(amplitude))...max(0, mean + abs(amplitude))
        let reach = max(1, abs(amplitude) / 4)
        var level = min(max(mean, bounds.lowerBound), bounds.upperBound)
        return try LoadProfile(
            points: points(every: stepSpan, pieces: 1, until: end) { index in
                if index > 0 { level += stream.integer(in: -reach...reach) }
                level = min(max(level, bounds.lowerBound), bounds.upperBound)
                return level
            }, interpolation: .linear)
    }

    /// More points than this are taken for a mistake in a period.
    package static let pointLimit = 2_000_000

    // Points at every piece of every period, the last one at or after the end.
    private static func points(
        every period: VirtualDuration, pieces: Int64, until end: VirtualDuration,
        _ milliwatts: (Int64) -> Int64
    ) throws(LoadProfileError) -> [Point] {
        guard period.milliseconds >= pieces else { throw .periodTooShort }
        guard end.milliseconds / period.milliseconds * pieces < pointLimit, end <= offsetLimit
        else { throw .periodTooShort }
        var points: [Point] = []
        var index: Int64 = 0
        repeat {
            let offset = VirtualDuration(
                milliseconds: floorDivide(index, times: period.milliseconds, by: pieces))
            points.append(Point(offset: offset, milliwatts: milliwatts(index)))
            index += 1
        } while points[points.count - 1].offset < end
        return points
    }

    // sin(k · π/32) in millionths.
    private static let quarterSineMillionths: [Int64] = [
        0, 98_017, 195_090, 290_285, 382_683, 471_397, 555_570, 634_393, 707_107, 773_010, 831_470,
        881_921, 923_880, 956_940, 980_785, 995_185, 1_000_000,
    ]

    private static func sineMillionths(_ index: Int64) -> Int64 {
        let quarter = quarterSineMillionths.count - 1
        let (turn, position) = Int(index % Int64(4 * quarter)).quotientAndRemainder(
            dividingBy: quarter)
        let value = quarterSineMillionths[turn % 2 == 0 ? position : quarter - position]
        return turn < 2 ? value : -value
    }
}

/// Segments laid end to end.
private struct SegmentLine {
    private var segments: [LoadProfile.Segment] = []
    private var end = VirtualDuration.zero
    var level: Int64

    init(level: Int64) {
        self.level = level
    }

    mutating func hold(until offset: VirtualDuration, index: Int) throws(LoadProfileError) {
        guard offset >= end else { throw .overlappingSegments(index: index) }
        try run(to: level, at: offset, index: index)
    }

    mutating func run(
        to target: Int64, at offset: VirtualDuration, index: Int
    ) throws(LoadProfileError) {
        guard offset >= end else { throw .overlappingSegments(index: index) }
        if offset > end {
            let segment = LoadProfile.Segment(
                start: end, startMilliwatts: level, end: offset, endMilliwatts: target)
            try LoadProfile.check(segment, index: index, after: end)
            segments.append(segment)
            end = offset
        }
        level = target
    }

    /// The last level needs a segment of its own to hold after a step.
    mutating func finished(index: Int) throws(LoadProfileError) -> LoadProfile {
        try run(to: level, at: end + .milliseconds(1), index: max(0, index))
        return try LoadProfile(segments: segments)
    }
}
