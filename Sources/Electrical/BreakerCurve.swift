/// How long a circuit-breaker stands a current: points of (current over rated current, time).
///
/// The points lie inside the time-current zone of their type. At 1.13 times the rated current the
/// breaker must hold for the conventional time (1 h up to 63 A, 2 h above), at 1.45 times it must
/// trip within it, at 2.55 times within 1 s to 60 s (120 s above 32 A); the instantaneous release
/// lies between 3 and 5 (B), 5 and 10 (C), 10 and 20 (D) times the rated current.
///
/// Source: IEC 60898-1:2015, "Circuit-breakers for overcurrent protection for household and similar
/// installations - Part 1: Circuit-breakers for a.c. operation", clause 8.6.1, table 7.
package struct BreakerCurve: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        /// Current over rated current.
        package var multipleThousandths: Int64
        package var tripMilliseconds: Int64
    }

    /// Up to this multiple of its rated current a breaker never trips, and cools.
    package static let nonTrippingMultipleThousandths: Int64 = 1130

    /// By rising current, falling time.
    package let points: [Point]

    package static let typeB = BreakerCurve(instantaneousMultipleThousandths: 4000)
    package static let typeC = BreakerCurve(instantaneousMultipleThousandths: 7500)
    package static let typeD = BreakerCurve(instantaneousMultipleThousandths: 15_000)

    // The bimetal is the same in all types; they differ in where the magnet takes over.
    private static let thermalPoints: [Point] = [
        Point(multipleThousandths: 1130, tripMilliseconds: 7_200_000),
        Point(multipleThousandths: 1200, tripMilliseconds: 3_600_000),
        Point(multipleThousandths: 1300, tripMilliseconds: 1_800_000),
        Point(multipleThousandths: 1450, tripMilliseconds: 900_000),
        Point(multipleThousandths: 1600, tripMilliseconds: 540_000),
        Point(multipleThousandths: 1800, tripMilliseconds: 280_000),
        Point(multipleThousandths: 2000, tripMilliseconds: 150_000),
        Point(multipleThousandths: 2550, tripMilliseconds: 30_000),
        Point(multipleThousandths: 3000, tripMilliseconds: 16_000),
        Point(multipleThousandths: 4000, tripMilliseconds: 8000),
        Point(multipleThousandths: 5000, tripMilliseconds: 5000),
        Point(multipleThousandths: 7000, tripMilliseconds: 2400),
        Point(multipleThousandths: 10_000, tripMilliseconds: 1200),
        Point(multipleThousandths: 15_000, tripMilliseconds: 600),
    ]

    private static let instantaneousMilliseconds: Int64 = 20

    private init(instantaneousMultipleThousandths limit: Int64) {
        let thermal = Self.thermalPoints.filter { $0.multipleThousandths < limit }
        let lastThermal = Point(
            multipleThousandths: limit - 1,
            tripMilliseconds: Self.interpolate(Self.thermalPoints, at: limit - 1))
        let magnetic = Point(
            multipleThousandths: limit, tripMilliseconds: Self.instantaneousMilliseconds)
        points = thermal + [lastThermal, magnetic]
    }

    /// How long the breaker stands a constant current from cold, in milliseconds; nil is for ever.
    package func tripMilliseconds(atMultipleThousandths multiple: Int64) -> Int64? {
        guard multiple > Self.nonTrippingMultipleThousandths else { return nil }
        return Self.interpolate(points, at: multiple)
    }

    // Linear between two points, rounded down; beyond the last point its time.
    private static func interpolate(_ points: [Point], at multiple: Int64) -> Int64 {
        var left = points[0]
        for right in points.dropFirst() {
            if multiple < right.multipleThousandths {
                return left.tripMilliseconds
                    + floorDivide(
                        (right.tripMilliseconds - left.tripMilliseconds)
                            * (multiple - left.multipleThousandths),
                        by: right.multipleThousandths - left.multipleThousandths)
            }
            left = right
        }
        return left.tripMilliseconds
    }
}
