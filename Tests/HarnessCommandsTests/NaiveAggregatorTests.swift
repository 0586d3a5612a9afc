import Findings
import JSONText
import ReferenceClient
import Scenarios
import Testing

@testable import HarnessCommands

/// Aggregators that make a usual mistake are wrong by exactly what theory says, to the last digit of
/// the register, and the rule against that mistake, and no other, names it.
///
/// What they should claim is worked out here from the scenario's loads alone.
@Suite(.timeLimit(.minutes(2))) struct NaiveAggregatorTests {
    /// What a register shows, in watt-hours: it rounds to its quantum of one, halves upwards.
    private func register(
        watts: Double, seconds: Double, from start: Double = 0
    ) -> Double {
        (start + watts * seconds / 3600 + 0.5).rounded(.down)
    }

    private static let bundle = Result { try Bundle(folder: "\(packageRoot)/CSDL") }

    private func play(_ scenario: String, _ misbehaviour: Misbehaviour) async throws -> FaultyRun {
        let store = ScenarioStore(folders: DataFolders(home: packageRoot))
        let loaded = try store.load("\(packageRoot)/Scenarios/\(scenario).json")
        var environment = try Self.bundle.get().environment
        // The payloads are the same as without a mistake.
        environment.validatePayload = { _, _, _ in [] }
        return try await FaultyRun(loaded, misbehaviour, environment: environment)
    }

    /// The last claim for a scope, in thousandths of its unit: watt-hours or milligrams.
    private func claim(
        _ scope: String, _ member: String = "energy", in run: FaultyRun
    ) throws -> Double {
        let claim = try #require(
            run.claims.last {
                $0[member] != nil && ($0["scope"]?.string?.hasSuffix(scope) ?? false)
            })
        let units = try #require(claim[member]?.number?.units(decimals: 9))
        return Double(units) / 1e6
    }

    @Test func trapezoidsOverASpikyLoad() async throws {
        let run = try await play("load-step-spiky", .integratesPower)
        #expect(run.broken == ["claims/N01-energy-register": .fail])
        // 100 W throughout; of six spikes to 2 kW for 20 s, polls by the minute hit three, and the
        // trapezoids on both sides of each make a minute of it.
        let joules: Double = 100 * 2520 + 3 * 1900 * 60
        #expect(try claim("Outlets/1", in: run) == joules / 3600)
        #expect(try claim("Outlets/1", "carbon", in: run) == joules / 3600 * 250)
        let truth = register(watts: (100 * 2520 + 6 * 1900 * 20) / 2520, seconds: 2520)
        #expect(try claim("Outlets/1", in: run) - truth == 32)
    }

    @Test func aResetTakenForASpike() async throws {
        let run = try await play("counter-reset-silent", .spikesOnReset)
        #expect(run.broken == ["claims/N03-reset": .fail])
        let start: Double = 312_400
        let before = register(watts: 900, seconds: 570, from: start)
        let after = register(watts: 900, seconds: 3)
        let end = register(watts: 900, seconds: 603)
        #expect(try claim("Outlets/1", in: run) == before - start + before - after + end - after)
    }

    @Test func nullTakenForZero() async throws {
        let run = try await play("counter-glitch", .treatsNullAsZero)
        #expect(run.broken == ["claims/P01-null-is-unknown": .fail])
        let start: Double = 57_125
        let whole = register(watts: 600, seconds: 900, from: start) - start
        #expect(
            try claim("Outlets/3", in: run)
                == whole + register(watts: 600, seconds: 120, from: start))
        #expect(try claim("Outlets/4", in: run) == whole)
    }

    /// At 56,438 kWh a number of 24 binary digits has steps of 1/256 kWh.
    @Test func singlePrecision() async throws {
        let run = try await play("client-restart", .usesSinglePrecision)
        #expect(run.broken.keys.sorted() == ["claims/N17-digits"])
        func coarse(_ wattHours: Double) -> Double {
            (wattHours / 1000 * 256).rounded(.toNearestOrEven) / 256 * 1000
        }
        let start: Double = 56_438_113
        for (outlet, watts) in [(1, 420.0), (6, 5)] {
            let end = register(watts: watts, seconds: 1800, from: start)
            #expect(
                try abs(claim("Outlets/\(outlet)", in: run) - coarse(end) + coarse(start)) < 1e-5)
        }
    }

    @Test func aFirstReadingTakenForConsumption() async throws {
        let run = try await play("client-restart", .forgetsBaseline)
        #expect(run.broken == ["claims/N15-restart": .fail])
        #expect(
            try claim("Outlets/1", in: run)
                == register(watts: 420, seconds: 1800, from: 56_438_113))
    }

    @Test func allLevelsAdded() async throws {
        let run = try await play("double-count-trap", .sumsAllLevels)
        #expect(run.broken == ["claims/N10-one-level": .fail])
        let outlets: [Double] = Array(repeating: 500, count: 6) + [200]
        let levels = outlets + [1500, 1500, 600, 3660, 3660]
        let sum = levels.map { register(watts: $0, seconds: 1200) }.reduce(0, +)
        #expect(try claim("pdu", in: run) == sum)
    }

    @Test func wattHoursReadAsKilowattHours() async throws {
        let run = try await play("double-count-trap", .readsWattHoursAsKilowattHours)
        #expect(run.broken == ["claims/N02-unit": .fail])
        #expect(try claim("pdu", in: run) == register(watts: 3660, seconds: 1200) * 1000)
    }

    @Test func theSumOfTheOutlets() async throws {
        let run = try await play("double-count-trap", .sumsOutlets)
        #expect(run.broken == ["claims/N11-total-from-metrics": .fail])
        #expect(
            try claim("pdu", in: run)
                == register(watts: 500, seconds: 1200) * 6 + register(watts: 200, seconds: 1200))
    }

    // MARK: Readings that are no samples, and no registers

    /// What a half-minute's intensity makes of six minutes' energy.
    @Test func everyAnswerTakenForASample() async throws {
        let run = try await play("stale-telemetry", .ignoresReadingTime)
        #expect(run.broken == ["claims/N09-reading-time": .fail])
        // 60 Wh every six minutes: all of the second stretch counts at 700 g, half of it was at 100.
        let stretch = register(watts: 600, seconds: 360)
        #expect(try claim("Outlets/1", in: run) == 5 * stretch)
        #expect(try claim("Outlets/1", "carbon", in: run) == stretch * (100 + 4 * 700))
        let sound = try await play("stale-telemetry", [])
        #expect(sound.broken == [:])
        #expect(
            try claim("Outlets/1", "carbon", in: sound)
                == stretch * (100 + (100 + 700) / 2 + 3 * 700))
    }

    @Test func aReturnedOutletTakenForTheOldOne() async throws {
        let run = try await play("unmetered-and-absent", .ignoresAbsence)
        #expect(run.broken == ["claims/P08-absent": .fail])
        let start: Double = 57_125
        // Read by the minute, pulled out after 6 min 10 s.
        let before = register(watts: 200, seconds: 360, from: start)
        // The third outlet of its branch has power three seconds after it was put in.
        let end = register(watts: 200, seconds: 1200 - 733, from: 60_500)
        #expect(try claim("Outlets/3", in: run) == end - start)
        let sound = try await play("unmetered-and-absent", [])
        #expect(sound.broken == [:])
        #expect(try claim("Outlets/3", in: sound) == before - start + end - 60_500)
    }

    @Test func whatIsLeftTakenForARegister() async throws {
        let run = try await play("big-register-small-load", .ignoresReadingBasis)
        #expect(run.broken == ["claims/N20-reading-basis": .fail])
        // Differences of 10 Wh and later 5 Wh by the minute: from 0 to 10, and a fall to 5.
        #expect(try claim("Outlets/3", in: run) == 15)
        // Every minute what is left of 57,000 kWh is less, which it takes for a new start.
        let left = (1...20).map { 57_000_000 - 56_438_113 - 10 * Double($0) }
        #expect(try claim("Outlets/4", in: run) == left.reduce(0, +))
        let sound = try await play("big-register-small-load", [])
        #expect(sound.broken == [:])
        for outlet in 3...5 {
            let claims = sound.claims.filter {
                $0["scope"]?.string?.hasSuffix("Outlets/\(outlet)") ?? false
            }
            #expect(claims.map { $0["quality"]?.string } == ["unknown"])
            #expect(claims.allSatisfy { $0["energy"] == nil })
        }
    }

    @Test func fiveWattsInSinglePrecision() async throws {
        let run = try await play("big-register-small-load", .usesSinglePrecision)
        #expect(run.broken.keys.sorted() == ["claims/N17-digits"])
        func coarse(_ wattHours: Double) -> Double {
            (wattHours / 1000 * 256).rounded(.toNearestOrEven) / 256 * 1000
        }
        let start: Double = 56_438_113
        let end = start + 1.7
        #expect(try abs(claim("Outlets/1", in: run) - coarse(end) + coarse(start)) < 1e-5)
        #expect(coarse(end) - coarse(start) != 1.7)
    }

    @Test func linesAddedToTheirTotal() async throws {
        let run = try await play("double-count-trap", .addsLinesToTotal)
        #expect(run.broken == ["claims/N13-polyphase-total": .fail])
        let lines: [Double] = [1560, 1500, 600, 3660]
        #expect(
            try claim("Mains/AC1", in: run)
                == lines.map { register(watts: $0, seconds: 1200) }.reduce(0, +))
    }

    // MARK: Carbon

    private static let day: [Double] = [
        500, 480, 470, 480, 520, 600, 760, 900, 1050, 1150, 1200, 1200, 1180, 1200, 1150, 1050,
        900, 780, 700, 640, 600, 560, 530, 510,
    ]
    private static let intensity: [Double] = [
        200, 200, 150, 150, 100, 100, 100, 100, 100, 100, 100, 100, 100, 250, 250, 250, 250, 400,
        500, 650, 700, 700, 700, 700,
    ]

    /// What the unit's register shows every five minutes of the day: five such loads and 12 W.
    private var registerOfTheDay: [Double] {
        func watts(_ step: Int) -> Double {
            let (hour, part) = (step / 12, Double(step % 12) / 12)
            let (first, next) = (Self.day[hour % 24], Self.day[(hour + 1) % 24])
            return 5 * (first + (next - first) * part) + 12
        }
        var wattHours: Double = 0
        var readings: [Double] = [0]
        for step in 0..<288 {
            wattHours += (watts(step) + watts(step + 1)) / 2 / 12
            readings.append((wattHours + 0.5).rounded(.down))
        }
        return readings
    }

    /// Milligrams, each stretch of five minutes at the intensity of an hour.
    private func milligrams(_ intensity: (_ hour: Int) -> Double) -> Double {
        let readings = registerOfTheDay
        return (0..<288).map { (readings[$0 + 1] - readings[$0]) * intensity($0 / 12) }
            .reduce(0, +)
    }

    @Test func hoursOfAnotherZone() async throws {
        let run = try await play("diurnal-carbon", .usesLocalHours)
        #expect(run.broken == ["claims/N18-utc-hours": .fail])
        #expect(
            try claim("pdu", "carbon", in: run)
                == milligrams { Self.intensity[min($0 + 2, 23)] })
        #expect(try claim("pdu", in: run) == registerOfTheDay[288])
    }

    @Test func theAverageOfTheDay() async throws {
        let run = try await play("diurnal-carbon", .flatCarbonAverage)
        #expect(run.broken == ["claims/N19-carbon-by-hour": .fail])
        let mean = Self.intensity.reduce(0, +) / 24
        let flat = registerOfTheDay[288] * mean
        #expect(try abs(claim("pdu", "carbon", in: run) - flat) <= 0.5)
        #expect(flat > 1.1 * milligrams { Self.intensity[$0] })
    }
}
