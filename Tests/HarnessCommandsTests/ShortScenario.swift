import Electrical
import Findings
import Foundation
import HTTPMessages
import JSONText
import ReferenceClient
import Scenarios
import SmartPDU
import Testing

@testable import HarnessCommands

/// The package's root folder.
let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Ten minutes of a unit with six outlets, in process: short enough to be played again and again.
struct ShortScenario {
    /// Members that stand in place of the usual ones, as JSON.
    var changes = "{}"
    /// What outlets are called, where it is not 1, 2, 3, …
    var outletNames: [String] = []
    /// What else is different about the device.
    var adjust: @Sendable (inout DeviceConfiguration) -> Void = { _ in }

    private static let usual = """
        {
          "name": "short", "seed": 11, "start": "2026-01-15T10:00:00Z", "duration": "PT10M",
          "device": "smartpdu-48",
          "adjust": {
            "outletCount": 6, "outletGroups": [], "loads": [],
            "branches": [
              { "name": "A", "line": 1, "outlets": "1-2", \(rating) },
              { "name": "B", "line": 2, "outlets": "3-4", \(rating) },
              { "name": "C", "line": 3, "outlets": "5-6", \(rating) }
            ]
          },
          "loads": [
            { "outlets": "1-4", "powerFactor": 0.98, "watts": 1200 },
            { "outlets": "5", "profile": [
              { "at": "PT0S", "watts": 400 }, { "at": "PT4M30S", "watts": 1700 } ] }
          ],
          "carbon": { "unit": "gCO2e/kWh", "series": [
            { "at": "PT0S", "value": 100 }, { "at": "PT5M", "value": 700 } ] },
          "client": { "poll": "PT10S", "pollOutlets": "PT30S", "subscribe": true },
          "timeline": [
            { "at": "PT2M5S", "do": "trip-breaker", "circuit": "A" },
            { "at": "PT4M2S", "do": "expire-sessions" },
            { "at": "PT8M", "do": "reset-breaker", "circuit": "A" }
          ]
        }
        """
    private static let rating =
        #""ratedAmps": 16, "breaker": "C", "cautionAmps": 12.8, "criticalAmps": 16"#

    private static let bundle = Result { try Bundle(folder: "\(packageRoot)/CSDL") }

    /// Plays the scenario and returns the verdict of every rule that was exercised.
    ///
    /// - Parameter connect: The transport, where it is not the plain one in process.
    func verdicts(
        _ misbehaviour: Misbehaviour,
        connect: (DeviceHost, ClientHost) -> any ScenarioTransport = {
            InProcessTransport(device: $0, client: $1)
        }
    ) async throws -> [String: Verdict] {
        var document = try #require(try JSONValue(parsing: Self.usual).object)
        for member in try #require(try JSONValue(parsing: changes).object).members {
            document[member.name] = member.value
        }
        let store = ScenarioStore(folders: DataFolders(home: packageRoot))
        let resolver = ScenarioResolver(
            deviceNames: [], device: { try store.device($0, beside: packageRoot + "/x") },
            trace: { _ in nil })
        let resolved = try resolver.resolve(.object(document))
        var environment = try Self.bundle.get().environment
        environment.misbehaviour = misbehaviour
        var scenario = try Scenario(resolved: resolved)
        for (index, name) in outletNames.enumerated() {
            scenario.device.electrical.outlets[index].name = name
        }
        adjust(&scenario.device)
        let run = ScenarioRun(scenario, resolved: resolved, digest: "", environment: environment)
        let outcome = try await run.play(
            keepsEntries: false, connect: { device, client, _ in connect(device, client) },
            write: { _ in })
        var verdicts: [String: Verdict] = [:]
        for result in outcome.groups.flatMap(\.results)
        where ![.notExercised, .notApplicable].contains(result.verdict) {
            verdicts[result.rule.id] = result.verdict
        }
        return verdicts
    }
}
