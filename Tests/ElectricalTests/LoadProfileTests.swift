import Testing
import VirtualTime

@testable import Electrical

@Suite struct LoadProfileTests {
    @Test func aStepThenARamp() throws {
        let profile = try LoadProfile(
            initialMilliwatts: 120_000,
            changes: [
                .ramp(at: .minutes(5), toMilliwatts: 400_000, over: .minutes(10)),
                .step(at: .minutes(27), milliwatts: 120_000),
            ])
        let minutes: [Int64] = [0, 5, 10, 15, 26, 27, 1000]
        let watts = minutes.map { profile.powerMilliwatts(at: .minutes($0)) / 1000 }
        #expect(watts == [120, 120, 260, 400, 400, 120, 120])
        #expect(profile.powerMilliwatts(at: .milliseconds(27 * 60_000 - 1)) == 400_000)
        // 5 min at 120 W, 10 min at a mean of 260 W, 12 min at 400 W: 480 kJ.
        #expect(profile.energyMicrojoules(to: .minutes(27)) == 480_000_000_000)
    }

    @Test func energyIsTheFloorOfTheIntegral() throws {
        var random = RandomStream(seed: 3, label: "integral")
        for _ in 0..<200 {
            let segments = randomSegments(&random, span: 400, highestMilliwatts: 50)
            let profile = try LoadProfile(segments: segments)
            let exact = MillisecondSum(segments)
            var total: Int64 = 0
            for millisecond: Int64 in 0..<500 {
                total += exact.doubleTrapezoid(from: millisecond)
                let energy = profile.energyMicrojoules(to: .milliseconds(millisecond + 1))
                #expect(energy == total / exact.denominator)
            }
        }
    }

    @Test func energyIsMonotoneAndPowerIsItsSlope() throws {
        var random = RandomStream(seed: 4, label: "slope")
        for _ in 0..<1000 {
            let span: Int64 = 86_400_000
            let profile = try LoadProfile(
                segments: randomSegments(&random, span: span, highestMilliwatts: 400_000))
            let first = random.integer(in: 0...span * 2)
            let length = random.integer(in: 0...span)
            let from = profile.energyMicrojoules(to: .milliseconds(first))
            let to = profile.energyMicrojoules(to: .milliseconds(first + length))
            let bounds = profile.powerBounds(
                from: .milliseconds(first), through: .milliseconds(first + length))
            #expect(to >= from)
            #expect(to - from >= bounds.lowerBound * length - 1)
            #expect(to - from <= (bounds.upperBound + 1) * length + 1)
            let between = VirtualDuration.milliseconds(first + random.integer(in: 0...length))
            #expect(bounds.contains(profile.powerMilliwatts(at: between)))
            let forever = profile.powerBounds(from: .milliseconds(first), through: nil)
            #expect(forever.contains(profile.powerMilliwatts(at: between)))
        }
    }

    @Test func boundsAreTight() throws {
        let profile = try LoadProfile(
            changes: [
                .ramp(at: .zero, toMilliwatts: 1000, over: .seconds(1)),
                .step(at: .seconds(2), milliwatts: 10),
            ])
        #expect(profile.powerBounds(from: .zero, through: .milliseconds(500)) == 0...500)
        #expect(profile.powerBounds(from: .milliseconds(500), through: .seconds(2)) == 10...1000)
        #expect(profile.powerBounds(from: .seconds(2), through: nil) == 10...10)
        let moment = VirtualDuration.milliseconds(250)
        #expect(profile.powerBounds(from: moment, through: moment) == 250...250)
    }

    @Test func mistakesAreNamed() {
        func segment(_ start: Int64, _ end: Int64, milliwatts: Int64 = 1) -> LoadProfile.Segment {
            .init(
                start: .seconds(start), startMilliwatts: milliwatts, end: .seconds(end),
                endMilliwatts: milliwatts)
        }
        #expect(throws: LoadProfileError.emptySegment(index: 0)) {
            try LoadProfile(segments: [segment(5, 5)])
        }
        #expect(throws: LoadProfileError.overlappingSegments(index: 1)) {
            try LoadProfile(segments: [segment(0, 5), segment(4, 6)])
        }
        #expect(throws: LoadProfileError.powerOutOfRange(index: 0)) {
            try LoadProfile(segments: [segment(0, 5, milliwatts: -1)])
        }
        #expect(throws: LoadProfileError.powerOutOfRange(index: 1)) {
            try LoadProfile(segments: [segment(0, 5), segment(5, 6, milliwatts: 100_000_001)])
        }
        #expect(throws: LoadProfileError.offsetOutOfRange(index: 0)) {
            try LoadProfile(segments: [segment(0, 87_601 * 3600)])
        }
        #expect(throws: LoadProfileError.overlappingSegments(index: 1)) {
            try LoadProfile(
                changes: [
                    .ramp(at: .seconds(1), toMilliwatts: 5, over: .seconds(9)),
                    .step(at: .seconds(9), milliwatts: 1),
                ])
        }
        #expect(throws: LoadProfileError.powerOutOfRange(index: 1)) {
            try LoadProfile(
                changes: [
                    .step(at: .seconds(1), milliwatts: 5), .step(at: .seconds(9), milliwatts: -1),
                ])
        }
        #expect(throws: LoadProfileError.overlappingSegments(index: 1)) {
            try LoadProfile(
                points: [
                    .init(offset: .seconds(2), milliwatts: 1),
                    .init(offset: .seconds(2), milliwatts: 2),
                ], interpolation: .steps)
        }
        #expect(throws: LoadProfileError.periodTooShort) {
            try LoadProfile.sine(
                meanMilliwatts: 1, amplitudeMilliwatts: 1, period: .milliseconds(63),
                until: .seconds(1))
        }
    }

    @Test func aTraceRunsStraightOrInSteps() throws {
        let points: [LoadProfile.Point] = [
            .init(offset: .seconds(10), milliwatts: 100),
            .init(offset: .seconds(20), milliwatts: 300),
        ]
        let line = try LoadProfile(points: points, interpolation: .linear)
        let steps = try LoadProfile(points: points, interpolation: .steps)
        let seconds: [Int64] = [0, 10, 15, 20, 30]
        #expect(
            seconds.map { line.powerMilliwatts(at: .seconds($0)) } == [100, 100, 200, 300, 300])
        #expect(
            seconds.map { steps.powerMilliwatts(at: .seconds($0)) } == [100, 100, 100, 300, 300])
    }

    @Test func aSineHasItsMeanAndItsPeaks() throws {
        let sine = try LoadProfile.sine(
            meanMilliwatts: 200_000, amplitudeMilliwatts: 50_000, period: .minutes(4),
            until: .minutes(60))
        let minutes: [Int64] = [0, 1, 2, 3, 4, 41]
        #expect(
            minutes.map { sine.powerMilliwatts(at: .minutes($0)) }
                == [200_000, 250_000, 200_000, 150_000, 200_000, 250_000])
        let mean = sine.energyMicrojoules(to: .minutes(60)) / 3_600_000
        #expect(abs(mean - 200_000) <= 1)
    }

    @Test func aDayCurveFollowsTheUTCDay() throws {
        let hourly = (0..<24).map { Int64($0) * 1000 }
        let curve = try LoadProfile.dayCurve(milliwatts: hourly, start: start, until: .hours(48))
        #expect(curve.powerMilliwatts(at: .zero) == 10_000)
        #expect(curve.powerMilliwatts(at: .minutes(30)) == 10_500)
        #expect(curve.powerMilliwatts(at: .hours(14)) == 0)
        #expect(curve.powerMilliwatts(at: .hours(34)) == 20_000)
    }

    @Test func aWalkStaysInItsBoundsAndBelongsToItsSeed() throws {
        func walk(_ seed: UInt64, _ label: String) throws -> LoadProfile {
            try .randomWalk(
                meanMilliwatts: 30_000, amplitudeMilliwatts: 40_000, stepSpan: .seconds(10),
                until: .hours(6), seed: seed, label: label)
        }
        let profile = try walk(7, "outlet/1")
        let bounds = profile.powerBounds(from: .zero, through: nil)
        #expect(bounds.lowerBound >= 0 && bounds.upperBound <= 70_000)
        #expect(bounds.upperBound - bounds.lowerBound > 20_000)
        #expect(try profile == walk(7, "outlet/1"))
        #expect(try profile != walk(7, "outlet/2"))
        #expect(try profile != walk(8, "outlet/1"))
    }

    @Test func reactivePowerFollowsFromThePowerFactor() {
        #expect(Load(profile: .constant(milliwatts: 0)).reactiveMillivars(atMilliwatts: 5000) == 0)
        let load = Load(profile: .constant(milliwatts: 0), powerFactorThousandths: 600)
        #expect(load.reactiveMillivars(atMilliwatts: 3_000_000) == 3_999_999)
        for factor: Int64 in 100...1000 {
            let load = Load(profile: .constant(milliwatts: 0), powerFactorThousandths: factor)
            let apparent = hypotenuse(100_000, load.reactiveMillivars(atMilliwatts: 100_000))
            #expect(roundedQuotient(100_000_000, by: apparent) == factor)
        }
    }
}

/// The integral by brute force: a linear stretch of one millisecond is its trapezoid, and with all
/// durations dividing the denominator every power is a whole number of its parts.
private struct MillisecondSum {
    let segments: [LoadProfile.Segment]
    let unit: Int64

    var denominator: Int64 { 2 * unit }

    init(_ segments: [LoadProfile.Segment]) {
        func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
            b == 0 ? a : greatestCommonDivisor(b, a % b)
        }
        self.segments = segments
        unit = segments.reduce(1) { product, segment in
            let duration = (segment.end - segment.start).milliseconds
            return product / greatestCommonDivisor(product, duration) * duration
        }
    }

    func doubleTrapezoid(from millisecond: Int64) -> Int64 {
        let moment = VirtualDuration.milliseconds(millisecond)
        guard let segment = segments.last(where: { $0.start <= moment }) else {
            return 2 * unit * (segments.first?.startMilliwatts ?? 0)
        }
        guard moment < segment.end else { return 2 * unit * segment.endMilliwatts }
        let rise = segment.endMilliwatts - segment.startMilliwatts
        let slope = rise * (unit / (segment.end - segment.start).milliseconds)
        let elapsed = (moment - segment.start).milliseconds
        return 2 * unit * segment.startMilliwatts + slope * (2 * elapsed + 1)
    }
}
