package import JSONText
package import VirtualTime

/// What a recording says about itself. It embeds the resolved scenario and device, so that
/// `judge`, `replay` and `export` need nothing else.
package struct RecordingHeader: Sendable, Hashable {
    package var scenario: String
    package var seed: UInt64
    package var start: VirtualInstant
    package var client: String
    package var clock: String
    /// Version of the harness's own physics and service.
    package var model: String
    /// The scenario as decoded, with the device in place of its name.
    package var resolvedScenario: JSONValue
    /// SHA-256 of the resolved scenario's canonical text, lower-case hexadecimal.
    package var scenarioDigest: String
    /// How the client was run; nil for the built-in one, and where nobody knows.
    package var invocation: ClientInvocation?

    package init(
        scenario: String, seed: UInt64, start: VirtualInstant, client: String, clock: String,
        model: String, resolvedScenario: JSONValue, scenarioDigest: String,
        invocation: ClientInvocation? = nil
    ) {
        self.scenario = scenario
        self.seed = seed
        self.start = start
        self.client = client
        self.clock = clock
        self.model = model
        self.resolvedScenario = resolvedScenario
        self.scenarioDigest = scenarioDigest
        self.invocation = invocation
    }
}
