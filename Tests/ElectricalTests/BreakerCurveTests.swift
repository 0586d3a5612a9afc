import Testing
import VirtualTime

@testable import Electrical

@Suite struct BreakerCurveTests {
    static let instantaneous: [(BreakerCurve, ClosedRange<Int64>)] = [
        (.typeB, 3000...5000), (.typeC, 5000...10_000), (.typeD, 10_000...20_000),
    ]

    // IEC 60898-1:2015, clause 8.6.1, table 7, for rated currents up to 32 A.
    @Test(arguments: instantaneous) func liesInTheZoneOfItsType(
        curve: BreakerCurve, magnetic: ClosedRange<Int64>
    ) throws {
        let time = { multiple in curve.tripMilliseconds(atMultipleThousandths: multiple) }
        #expect(time(1000) == nil)
        #expect(time(1130) == nil)
        #expect(try #require(time(1131)) > 3_600_000)
        #expect(try #require(time(1450)) < 3_600_000)
        #expect((1000...60_000).contains(try #require(time(2550))))
        #expect(try #require(time(magnetic.lowerBound)) >= 100)
        #expect(try #require(time(magnetic.upperBound)) < 100)
        #expect(try #require(time(magnetic.upperBound * 10)) < 100)
    }

    // Test d of the same table: at the lower end of the magnet's range the bimetal may take its time.
    @Test func bimetalsActWithinTheirTimeBelowTheMagnet() throws {
        let limits: [(BreakerCurve, Int64, Int64)] = [
            (.typeB, 3000, 45_000), (.typeC, 5000, 15_000), (.typeD, 10_000, 4000),
        ]
        for (curve, multiple, milliseconds) in limits {
            let time = try #require(curve.tripMilliseconds(atMultipleThousandths: multiple))
            #expect(time <= milliseconds)
        }
    }

    @Test func moreCurrentNeverTakesLonger() throws {
        for curve: BreakerCurve in [.typeB, .typeC, .typeD] {
            var before = Int64.max
            for multiple in stride(from: Int64(1131), through: 25_000, by: 1) {
                let time = try #require(curve.tripMilliseconds(atMultipleThousandths: multiple))
                #expect(time <= before)
                before = time
            }
        }
    }

    @Test func aConstantCurrentTripsAtTheCurvesTimeOnTheGrid() throws {
        for current: Int64 in [18_500, 20_000, 23_200, 30_000, 40_800, 60_000, 150_000] {
            var bimetal = Bimetal(curve: .typeC, ratedMilliamps: 16_000, interval: .seconds(1))
            let time = try #require(
                BreakerCurve.typeC.tripMilliseconds(atMultipleThousandths: current * 1000 / 16_000))
            var ticks: Int64 = 1
            while !bimetal.take(current) { ticks += 1 }
            #expect(ticks == (time + 999) / 1000)
        }
    }

    @Test func coolingInOneStepIsCoolingTickByTick() {
        var random = RandomStream(seed: 11, label: "cooling")
        for _ in 0..<200 {
            var slow = Bimetal(curve: .typeC, ratedMilliamps: 16_000, interval: .seconds(1))
            for _ in 0..<random.integer(in: 1...200) { _ = slow.take(28_000) }
            var fast = slow
            let ticks = random.integer(in: 1...700)
            for _ in 0..<ticks { _ = slow.take(random.integer(in: 0...18_080)) }
            fast.cool(ticks: ticks)
            #expect(slow.heat == fast.heat)
        }
    }
}
