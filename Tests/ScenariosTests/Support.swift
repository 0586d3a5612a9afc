import CSDL
import Findings
import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import ReferenceClient
import Scenarios
import Schema
import Testing
import Validation

let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

let scenarioFolder = packageRoot.appendingPathComponent("Scenarios")

func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

func fileNames(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }.sorted()
}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

/// The registries of the project's own bundle.
private let registries: (messages: MessageCatalog, privileges: PrivilegeRegistry) = {
    do {
        let folder = packageRoot.appendingPathComponent("CSDL/Registries")
        var messages: [MessageRegistry] = []
        var privileges: PrivilegeRegistry?
        for name in try fileNames(in: folder) {
            let document = try JSONValue(
                parsing: try bytes(of: folder.appendingPathComponent(name)))
            if document["Mappings"] != nil {
                privileges = try PrivilegeRegistry(json: document)
            } else {
                messages.append(try MessageRegistry(json: document))
            }
        }
        guard let privileges else { fatalError("no privilege registry in the bundle") }
        return (MessageCatalog(messages), privileges)
    } catch {
        fatalError("the bundle cannot be read: \(error)")
    }
}()

var environment: ScenarioRun.Environment {
    ScenarioRun.Environment(
        catalog: registries.messages, privileges: registries.privileges, schemaRules: [],
        validatePayload: { _, _, _ in [] })
}

/// Finds devices and traces as the commands do, the traces among these files.
func resolver(traces: [String: String] = [:]) -> ScenarioResolver {
    let devices = scenarioFolder.appendingPathComponent("Devices")
    return ScenarioResolver(
        deviceNames: (try? fileNames(in: devices).map { String($0.dropLast(5)) }) ?? [],
        device: { name in
            let file = devices.appendingPathComponent("\(name).json")
            guard FileManager.default.fileExists(atPath: file.path) else { return nil }
            return try JSONValue(parsing: try bytes(of: file))
        }, trace: { traces[$0] })
}

func scenario(_ document: JSONValue, traces: [String: String] = [:]) throws -> Scenario {
    try Scenario(resolved: try resolver(traces: traces).resolve(document))
}

func scenario(_ text: String, traces: [String: String] = [:]) throws -> Scenario {
    try scenario(try json(text), traces: traces)
}

/// Four outlets on two branches of one line: small, so that a run is quick.
let smallDevice = """
    { "name": "small", "outletCount": 4,
      "identity": { "manufacturer": "M", "model": "S", "powerCapacityVA": 7000 },
      "service": { "user": "admin", "password": "secret-1", "lockout": {}, "delivery": {} },
      "supply": { "wiring": "one-phase-3-wire", "selfConsumptionWatts": 6 },
      "branches": [
        { "name": "A", "outlets": "1-2", "ratedAmps": 16, "breaker": "B" },
        { "name": "B", "outlets": "3-4", "ratedAmps": 16 }
      ],
      "outlets": {}, "meter": { "latch": "PT1S" } }
    """

/// Three minutes with the small device and these members.
func small(_ members: String = "", duration: String = "PT3M") -> String {
    """
    { "name": "small", "start": "2026-01-15T10:00:00Z", "duration": "\(duration)",
      "device": \(smallDevice),
      \(members.contains("\"loads\"") ? "" : #""loads": [ { "outlets": "1-4", "watts": 120 } ],"#)
      \(members.isEmpty ? "" : members + ",")
      "client": { "poll": "PT10S", "pollOutlets": "PT20S" } }
    """
}

func play(
    _ scenario: Scenario, misbehaviour: Misbehaviour = []
) async throws -> ScenarioRun.Outcome {
    var environment = environment
    environment.misbehaviour = misbehaviour
    let run = ScenarioRun(scenario, resolved: .null, digest: "", environment: environment)
    return try await run.play(
        keepsEntries: true,
        connect: { device, client, _ in InProcessTransport(device: device, client: client) },
        write: { _ in })
}

func play(_ text: String, misbehaviour: Misbehaviour = []) async throws -> ScenarioRun.Outcome {
    try await play(try scenario(text), misbehaviour: misbehaviour)
}

extension ScenarioRun.Outcome {
    /// Findings as `rule: message`, in order.
    var failures: [String] {
        groups.flatMap(\.results).filter { $0.verdict == .fail }
            .flatMap(\.findings).map { "\($0.ruleID): \($0.message)" }
    }

    var failedRules: [String] {
        groups.flatMap(\.results).filter { $0.verdict == .fail }.map(\.rule.id)
    }

    var exchanges: [Exchange] {
        entries.compactMap { if case .exchange(let exchange) = $0 { exchange } else { nil } }
    }

    var steps: [StepRecord] {
        entries.compactMap { if case .step(let step) = $0 { step } else { nil } }
    }

    var truths: [TruthRecord] {
        entries.compactMap { if case .truth(let truth) = $0 { truth } else { nil } }
    }

    /// Message keys of the delivered events, in order.
    var events: [String] { eventRecords.compactMap { $0["MessageId"]?.string } }

    /// When events of this key say they happened.
    func timestamps(of key: String) -> [String] {
        eventRecords.filter { $0["MessageId"]?.string?.hasSuffix("." + key) == true }
            .compactMap { $0["EventTimestamp"]?.string }
    }

    private var eventRecords: [JSONValue] {
        exchanges.filter { $0.direction == .delivery }.flatMap { delivery in
            (try? JSONValue(parsing: delivery.request.body))?["Events"]?.array ?? []
        }
    }
}
