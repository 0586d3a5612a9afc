import Testing
import VirtualTime

@testable import Electrical

@Suite struct IntegerMathTests {
    @Test func squareRootsAreExact() {
        for value: UInt64 in 0...2000 {
            let root = integerSquareRoot(value)
            #expect(root * root <= value && (root + 1) * (root + 1) > value)
        }
        #expect(integerSquareRoot(UInt64.max) == 4_294_967_295)
        #expect(integerSquareRoot(UInt128.max) == 18_446_744_073_709_551_615)
        var random = RandomStream(seed: 1, label: "roots")
        for _ in 0..<2000 {
            let root = UInt128(random.next() >> 1)
            for (value, expected) in [
                (root * root, root), (root * root + 2 * root, root),
                (root > 0 ? root * root - 1 : 0, root > 0 ? root - 1 : 0),
            ] {
                #expect(integerSquareRoot(value) == expected)
            }
            let small = random.next() >> 32
            #expect(integerSquareRoot(small * small) == small)
            #expect(small < 2 || integerSquareRoot(small * small - 1) == small - 1)
        }
    }

    @Test func hypotenusesAgreeInBothWidths() {
        #expect(hypotenuse(3000, 4000) == 5000)
        #expect(hypotenuse(-7, 0) == 7)
        #expect(hypotenuse(30_000_000_000, 40_000_000_000) == 50_000_000_000)
    }

    @Test func quotientsRoundTheWayTheySay() {
        #expect(floorDivide(Int64(-1), by: 3) == -1)
        #expect(floorDivide(Int64(-3), by: 3) == -1)
        #expect(floorDivide(.max, times: 6, by: 9) == 6_148_914_691_236_517_204)
        #expect(
            floorDivide(-5_000_000_000_000_000_000, times: 3, by: 7) == -2_142_857_142_857_142_858)
        #expect(roundedQuotient(5, by: 2) == 3)
        #expect(roundedQuotient(4, by: 3) == 1)
        #expect(
            [149, 150, 151, 0].map { Int64($0).rounded(toMultipleOf: 100) } == [100, 200, 200, 0])
        #expect(Int64(7).rounded(toMultipleOf: 5) == 5)
        #expect(Int64(8).rounded(toMultipleOf: 5) == 10)
    }
}
