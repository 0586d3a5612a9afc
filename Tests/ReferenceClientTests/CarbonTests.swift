import JSONText
import Testing
import VirtualTime

@testable import ReferenceClient

private func series(_ steps: [(Int64, Int64)]) -> CarbonIntensitySeries {
    CarbonIntensitySeries(
        steps: steps.map { .init(start: at($0.0), milligramsPerKilowattHour: $0.1) })
}

@Suite(.timeLimit(.minutes(1))) struct CarbonTests {
    private let kilowattHour: Int64 = 1_000_000_000

    @Test(
        arguments: [(100_000, 700_000, 2200), (700_000, 100_000, 1000)] as [(Int64, Int64, Int64)])
    func energyCountsAtTheIntensityOfItsHour(first: Int64, second: Int64, grams: Int64) {
        let intensity = series([(0, first), (3600, second)])
        var account = CarbonAccount()
        account.take(
            .init(start: at(0), end: at(3600), microwattHours: kilowattHour), intensity: intensity)
        account.take(
            .init(start: at(3600), end: at(7200), microwattHours: 3 * kilowattHour),
            intensity: intensity)
        #expect(account.picograms == Int128(grams) * 1_000_000_000_000)
        #expect(account.keyInstants == [at(3600)])
    }

    @Test func aChangeBetweenSamplesDividesByTime() {
        var account = CarbonAccount()
        account.take(
            .init(start: at(0), end: at(100), microwattHours: kilowattHour),
            intensity: series([(-50, 100_000), (25, 500_000)]))
        #expect(account.picograms == 400 * 1_000_000_000_000)
        #expect(account.keyInstants == [at(0), at(100)])
        #expect(!account.isEstimated)
    }

    @Test func unknownIntensityMakesNoClaim() {
        var account = CarbonAccount()
        account.take(
            .init(start: at(0), end: at(100), microwattHours: 5), intensity: series([(50, 1)]))
        #expect(!account.isComplete)
    }

    @Test func piecesCoverTheSpan() {
        let pieces = series([(0, 1), (10, 2), (10, 3), (20, 4)]).pieces(from: at(5), to: at(25))
        #expect(pieces?.map(\.milligramsPerKilowattHour) == [1, 3, 4])
        #expect(pieces?.map(\.duration) == [.seconds(5), .seconds(10), .seconds(5)])
    }

    @Test func carbonOfAWholeLife() {
        var life = Rehearsal()
        life.configuration.carbonIntensity = series([(-3600, 100_000), (1800, 700_000)])
        life.device.wattsPerOutlet = 1000
        life.run(seconds: 3600)
        let upper = life.device.outletURI("upper-b")
        #expect(life.claim(upper, "carbon")?["carbon"]?.number?.text == "400")
        #expect(life.claim(upper, "carbon")?["unit"]?.string == "gCO2e")
        // 3018 W for an hour, half of it at each intensity.
        #expect(life.claim("pdu", "carbon")?["carbon"]?.number?.text == "1207.2")
        #expect(life.claim("pdu", "carbon")?["samples"]?.array?.count == 3)
    }
}
