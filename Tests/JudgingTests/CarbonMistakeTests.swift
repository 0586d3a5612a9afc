import Electrical
import Findings
import JSONText
import Judging
import Testing
import VirtualTime

/// Carbon by the hour, and what a clock or an average makes of it.
@Suite struct CarbonMistakeTests {
    /// A day of 1 kW that is 3 kW from noon to six, read every half hour; the grid emits 100 g until
    /// noon, and 50 more every hour from then on.
    private func day(_ grams: String, steps: [Int64]? = nil, by minutes: Int64 = 30) -> Judged {
        var duties = ClientDuties()
        let intensities = steps ?? (0..<24).map { 100 + max(0, $0 - 11) * 50 }
        duties.carbonIntensity = intensities.enumerated().map { hour, value in
            CarbonStep(
                from: Snippet.start + .hours(Int64(hour)), milligramsPerKilowattHour: value * 1000)
        }
        return Judged(.small, duties) {
            for step in Int64(0)...(1440 / minutes) {
                $0.at(step * minutes * 60)
                $0.outlet(
                    1,
                    kWh:
                        "\(Self.wattHours(step * minutes) / 1000).\(String(Self.wattHours(step * minutes) % 1000 + 1000).dropFirst())"
                )
            }
            $0.claim("outlet 1", "36", samples: [0, 86400], carbon: grams)
        }
    }

    private static func wattHours(_ minutes: Int64) -> Int64 {
        (minutes + 2 * min(max(0, minutes - 720), 360)) * 1000 / 60
    }

    /// What the day comes to by a clock that is so many minutes ahead.
    private func grams(aheadMinutes: Int64, turning: Bool = false) -> Int64 {
        (0..<48).reduce(Int64(0)) { sum, half in
            let minute = Int64(half) * 30 + aheadMinutes
            let hour =
                turning ? (minute + 2880) % 1440 / 60 : min(max(0, minute), 1439) / 60
            let energy = Self.wattHours(Int64(half) * 30 + 30) - Self.wattHours(Int64(half) * 30)
            return sum + energy * (100 + max(0, hour - 11) * 50)
        } / 1000
    }

    @Test func theUTCHourIsRight() {
        let judged = day("\(grams(aheadMinutes: 0))")
        #expect(judged.groups[7].verdict == .pass)
        #expect(judged["N18-utc-hours"]?.measure == "1 claim, 0 findings")
    }

    @Test(
        arguments: [(60, "1 h"), (-120, "-2 h"), (330, "5.5 h"), (-210, "-3.5 h")]
            as [(Int64, String)])
    func aZoneIsNamedByItsOffset(_ minutes: Int64, _ words: String) {
        for turning in [false, true] {
            let judged = day("\(grams(aheadMinutes: minutes, turning: turning))")
            #expect(judged.verdict("N19-carbon-by-hour") == .pass)
            #expect(
                judged.finding("N18-utc-hours")?.hasSuffix(
                    "with every hour's intensity \(words) off: local time for UTC?") == true)
        }
    }

    /// Two hours between two samples leave much open; of the clocks that fit the nearest is meant.
    @Test(arguments: [(60, "1 h"), (-60, "-1 h")] as [(Int64, String)])
    func theNearestHourThatFitsIsNamed(_ minutes: Int64, _ words: String) {
        let judged = day("\(grams(aheadMinutes: minutes))", by: 120)
        #expect(
            judged.finding("N18-utc-hours")?.hasSuffix(
                "with every hour's intensity \(words) off: local time for UTC?") == true)
    }

    /// Exactly the average, which some clock might come near to.
    @Test func theAverageIsNoClock() {
        let average = (0..<24).reduce(0) { $0 + 100 + max(0, $1 - 11) * 50 } * 36 / 24
        let judged = day("\(average)")
        #expect(judged.verdict("N18-utc-hours") == .pass)
        #expect(
            judged.finding("N19-carbon-by-hour")?.contains("the energy times the average intensity")
                == true)
    }

    /// What follows from energy that is wrong by another rule is no fault of carbon's, nor below zero.
    @Test func negativeEnergyHasNegativeCarbon() {
        var duties = ClientDuties()
        duties.carbonIntensity = [
            CarbonStep(from: Snippet.start, milligramsPerKilowattHour: 250_000)
        ]
        let judged = Judged(.small, duties) {
            for (second, reading) in [(0, "300"), (60, "300.01"), (120, "0.01")] {
                $0.at(Int64(second))
                $0.outlet(1, kWh: reading)
            }
            $0.claim("outlet 1", "-299.99", samples: [0, 120], carbon: "-74997.5")
        }
        #expect(judged.verdict("N03-reset") == .fail)
        #expect(judged.verdict("N19-carbon-by-hour") == .pass)
    }

    /// Where an hour more or less makes no difference, nobody can tell whether it was the right one.
    @Test func whatNoHourTellsIsNotExercised() {
        let judged = day("7200", steps: Array(repeating: 200, count: 24))
        #expect(judged.verdict("N18-utc-hours") == .notExercised)
        #expect(judged.verdict("N19-carbon-by-hour") == .pass)
    }
}
