import Electrical
import Testing
import VirtualTime

@Suite struct PowerPeakTests {
    private let begin = VirtualInstant(millisecondsSinceEpoch: 0)

    /// One outlet whose load rises from 100 W to 200 W in ten seconds, falls to 50 W at once and
    /// ends at 300 W from the thirtieth second on.
    private func unit() throws -> PowerDistribution {
        func segment(_ from: Int64, _ watts: Int64, _ to: Int64, _ end: Int64)
            -> LoadProfile.Segment
        {
            .init(
                start: .seconds(from), startMilliwatts: watts * 1000, end: .seconds(to),
                endMilliwatts: end * 1000)
        }
        let profile = try LoadProfile(segments: [
            segment(0, 100, 10, 200), segment(10, 50, 30, 50), segment(30, 300, 31, 300),
        ])
        return PowerDistribution(
            configuration: ElectricalConfiguration(
                branches: [.init(name: "A", phase: 0)], outlets: [.init(name: "1", branch: 0)]),
            loads: [Load(profile: profile)], seed: 1, start: begin)
    }

    private func at(_ milliseconds: Int64) -> VirtualInstant { begin + .milliseconds(milliseconds) }

    @Test func equalsTheHighestOfAllMilliseconds() throws {
        var unit = try unit()
        _ = try unit.command(.outlet(0, .off), at: at(7_000))
        _ = try unit.command(.outlet(0, .on), at: at(8_500))
        _ = try unit.command(.outlet(0, .off), at: at(9_200))
        _ = try unit.command(.outlet(0, .on), at: at(30_400))
        _ = unit.advance(to: at(32_000))
        for (from, through): (Int64, Int64) in [
            (0, 0), (0, 6_999), (0, 7_000), (5_000, 8_499), (7_000, 8_499), (7_200, 9_199),
            (9_300, 12_000), (0, 30_399), (0, 30_400), (12_000, 31_000), (31_500, 32_000),
        ] {
            var highest = (power: Int64(-1), at: Int64(0))
            for millisecond in from...through {
                let power = unit.reading(of: .outlet(0), at: at(millisecond)).powerMilliwatts
                if power > highest.power { highest = (power, millisecond) }
            }
            let peak = unit.powerPeak(ofOutlet: 0, from: at(from), through: at(through))
            #expect(peak.milliwatts == highest.power, "\(from)…\(through)")
            #expect(peak.instant == at(highest.at), "\(from)…\(through)")
        }
    }
}
