import JSONText
import Scenarios

extension BenchSetting {
    /// A run of the 48-outlet device, made in code so that the benchmark needs no scenario file.
    func run(_ name: String, _ members: JSONValue) throws -> ScenarioRun {
        var document: JSONObject = JSONObject()
        document["name"] = .string(name)
        document["start"] = "2026-01-15T00:00:00Z"
        document["device"] = "smartpdu-48"
        for member in members.object?.members ?? [] { document[member.name] = member.value }
        let loaded = try store.load(.object(document))
        return ScenarioRun(
            loaded.scenario, resolved: loaded.resolved, digest: digest(of: loaded.resolved),
            environment: bundle.environment)
    }
}
