import Electrical
import Findings
import Foundation
import HTTPMessages
import JSONText
import Recordings
import Scenarios
import SmartPDU
import Testing
import VirtualTime

/// What holds for every scenario.
@Suite(.timeLimit(.minutes(2))) struct RunTests {
    static let shippedNames: [String] = (try? fileNames(in: scenarioFolder)) ?? []

    private func shipped(_ name: String) throws -> Scenario {
        try scenario(
            JSONValue(parsing: try bytes(of: scenarioFolder.appendingPathComponent(name))))
    }

    @Test func thereAreShippedScenarios() {
        #expect(Self.shippedNames.count >= 7)
    }

    /// One seed that is not its own; `.ci/run` plays five, with the polls that the scenario wants.
    @Test(arguments: shippedNames)
    func everyShippedScenarioHoldsWithAnotherSeed(name: String) async throws {
        var scenario = try shipped(name)
        scenario.seed += 1
        // Slower polls cost less, where no fault counts them.
        if scenario.faults.isEmpty {
            scenario.client.pollInterval = max(scenario.client.pollInterval, .seconds(30))
            scenario.client.outletPollInterval = max(
                scenario.client.outletPollInterval, .minutes(5))
        }
        let outcome = try await play(scenario)
        #expect(outcome.failures == [])
        #expect(outcome.counts.exchanges > 50)
    }

    @Test func theSameScenarioGivesTheSameEntriesAndAnotherSeedOthers() async throws {
        let once = try await play(small())
        let again = try await play(small())
        #expect(once.entries == again.entries)
        var other = try scenario(small())
        other.seed = 2
        #expect(try await play(other).entries != once.entries)
    }

    /// The reference client reads a device that shows its collections in pages as it reads another.
    @Test func pagesChangeNothingButTheRequests() async throws {
        let whole = try await play(small())
        var paged = try scenario(small())
        paged.device.service.pageSize = 3
        let outcome = try await play(paged)
        #expect(outcome.failures == [])
        #expect(outcome.counts.claims == whole.counts.claims)
        let targets = outcome.entries.compactMap { entry -> String? in
            guard case .exchange(let exchange) = entry else { return nil }
            return exchange.request.target
        }
        let next = targets.filter { $0.contains("Outlets?") }
        #expect(next == ["/redfish/v1/PowerEquipment/RackPDUs/1/Outlets?$skiptoken=3"])
        #expect(targets.contains("/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/4"))
    }

    /// What `run --explain` tells beforehand is what the run does: every switching, to the
    /// millisecond, and every trip.
    @Test(arguments: shippedNames) func thePlanIsWhatTheRunDoes(name: String) async throws {
        var scenario = try shipped(name)
        scenario.client.pollInterval = .minutes(5)
        scenario.client.outletPollInterval = .minutes(10)
        let plan = scenario.electricalPlan
        let planned = plan.compactMap { event -> TruthRecord? in
            guard case .outletPowered(let outlet, let isPowered, _) = event.kind else { return nil }
            return TruthRecord(
                instant: event.instant, outlet: outlet, isPowered: isPowered, cause: "")
        }
        let outcome = try await play(scenario)
        #expect(
            planned
                == outcome.truths.map {
                    var truth = $0; truth.cause = ""; return truth
                })
        let trips = plan.filter { if case .breakerTripped = $0.kind { true } else { false } }
        #expect(trips.map(\.instant.iso8601) == outcome.timestamps(of: "BreakerTripped"))
        if name == "overload.json" { #expect(trips.count == 1) }
    }

    @Test func adjustMergesObjectsAndReplacesTheRest() throws {
        let changed = try scenario(
            """
            { "name": "s", "start": "2026-01-15T10:00:00Z", "duration": "PT1M",
              "device": "smartpdu-48",
              "adjust": { "service": { "sessionTimeout": "PT30S" },
                "outletGroups": [ { "name": "One", "outlets": "1" } ] } }
            """
        ).device
        let plain = try shipped("steady-baseline.json").device
        #expect(changed.service.sessionTimeout == .seconds(30))
        #expect(changed.service.sessionLimit == plain.service.sessionLimit)
        #expect(changed.outletGroups.map(\.name) == ["One"])
        #expect(changed.electrical == plain.electrical)
    }

    // MARK: Traces

    private func traced(_ trace: String, _ text: String) throws -> LoadProfile {
        try scenario(
            """
            { "name": "s", "start": "2026-01-15T10:00:00Z", "duration": "PT1M",
              "device": "smartpdu-48", "loads": [ { "outlets": "7", "trace": \(trace) } ] }
            """, traces: ["day.csv": text]
        ).loads[6].profile
    }

    private func milliwatts(_ profile: LoadProfile, _ seconds: Int64...) -> [Int64] {
        seconds.map { profile.powerMilliwatts(at: .seconds($0)) }
    }

    @Test func aTraceIsReadFromItsFile() throws {
        let text = "seconds,watts\r\n0, 100\r\n\r\n10,200.5\r\n"
        let linear = try traced(#""day.csv""#, text)
        #expect(milliwatts(linear, 0, 5, 10, 60) == [100_000, 150_250, 200_500, 200_500])
        let steps = try traced(#"{ "file": "day.csv", "between": "steps" }"#, text)
        #expect(milliwatts(steps, 0, 5, 10, 60) == [100_000, 100_000, 200_500, 200_500])
        let points = try traced(#"{ "points": [ [0, 100], [10, 200.5] ] }"#, "")
        #expect(points == linear)
    }

    @Test(arguments: [
        ("0,1\n\nx,2", "line 3 of day.csv is not 'seconds,watts': x,2 (at /loads/0/trace)"),
        ("0;1\n1;2", "line 1 of day.csv is not 'seconds,watts': 0;1 (at /loads/0/trace)"),
        ("0,1\n0,2", "entry 2 begins before the one before it has ended (at /loads/0/trace)"),
        ("seconds,watts", "a trace needs at least one point (at /loads/0/trace/points)"),
        ("0,1,2", "line 1 of day.csv is not 'seconds,watts': 0,1,2 (at /loads/0/trace)"),
    ]) func aBrokenTraceSaysWhere(text: String, message: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try traced(#""day.csv""#, text)
        }
        #expect(error.map { "\($0.message) (at \($0.pointer))" } == message)
    }

    @Test func aTraceThatIsMissingIsNamed() throws {
        let error = #expect(throws: ConfigurationError.self) { try traced(#""night.csv""#, "") }
        #expect(error?.message == "there is no trace file 'night.csv'")
    }
}
