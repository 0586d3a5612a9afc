import Electrical
package import Findings
package import JSONText
package import Judging
package import Recordings
package import ReferenceClient
package import Schema
package import SmartPDU
package import VirtualTime

/// One scenario played with the built-in client, recorded and judged.
package struct ScenarioRun {
    /// What a run needs beside the scenario.
    package struct Environment {
        package var catalog: MessageCatalog
        package var privileges: PrivilegeRegistry
        package var schemaRules: [Rule]
        package var validatePayload: PayloadValidation
        package var misbehaviour: Misbehaviour = []
        /// What is masked beside secrets.
        package var masks = MaskRules()

        package init(
            catalog: MessageCatalog, privileges: PrivilegeRegistry, schemaRules: [Rule],
            validatePayload: @escaping PayloadValidation
        ) {
            self.catalog = catalog
            self.privileges = privileges
            self.schemaRules = schemaRules
            self.validatePayload = validatePayload
        }
    }

    /// What came out of it.
    package struct Outcome {
        package var groups: [CheckGroup]
        package var ledgers: [Ledger]
        package var conduct: ScenarioDriver.Result
        package var counts: EntryCounts
        /// What happened to the outlets, for the report.
        package var powerHistory: PowerHistory
        /// Masked entries in order, where they were kept.
        package var entries: [RecordEntry]
        /// The same as a golden has them, whatever else rules have masked.
        package var goldenEntries: [RecordEntry]
        /// Knows all that was masked.
        package var masker: EntryMasker
    }

    /// Version of the harness's own physics and service. It changes when the same scenario gives
    /// other bytes than before.
    package static let model = "2"

    package let scenario: Scenario
    package let header: RecordingHeader
    private let environment: Environment

    /// - Parameters:
    ///   - resolved: The scenario's document, which the recording embeds.
    ///   - digest: SHA-256 of that document's canonical text.
    package init(
        _ scenario: Scenario, resolved: JSONValue, digest: String, environment: Environment
    ) {
        self.scenario = scenario
        self.environment = environment
        header = RecordingHeader(
            scenario: scenario.name, seed: scenario.seed, start: scenario.start,
            client: "reference", clock: "virtual", model: Self.model, resolvedScenario: resolved,
            scenarioDigest: digest)
    }

    /// Plays the scenario on the virtual clock.
    ///
    /// - Parameters:
    ///   - keepsEntries: Whether the entries are kept for a golden; without, memory stays flat.
    ///   - connect: Makes the transport between the two hosts.
    ///   - write: Takes the bytes of the full recording as they come.
    package func play(
        keepsEntries: Bool,
        connect: (DeviceHost, ClientHost, InFlightLedger) async throws -> any ScenarioTransport,
        write: @escaping ([UInt8]) throws -> Void
    ) async throws -> Outcome {
        let clock = VirtualClock(at: scenario.start)
        let ledger = InFlightLedger()
        let device = DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            now: { clock.now })
        let client = ClientHost(now: { clock.now })
        let transport = try await connect(device, client, ledger)
        client.install(
            EnergyAggregator(
                configuration: clientConfiguration(callbackURL: transport.callbackURL)))
        let recorder = EntryRecorder(
            scenario: scenario, header: header, rules: environment.masks,
            judge: JudgeBeside(judge(showing: device)), keepsEntries: keepsEntries, write: write)
        recorder.begin()
        var driver = ScenarioDriver(
            scenario: scenario, device: device, client: client, transport: transport, clock: clock,
            ledger: ledger, recorder: recorder)
        let conduct = try await driver.run()
        try recorder.end(RunConclusion(conduct, of: scenario))
        let (groups, ledgers) = await recorder.finish(conduct)
        return Outcome(
            groups: groups, ledgers: ledgers, conduct: conduct, counts: recorder.counts,
            powerHistory: recorder.powerHistory, entries: recorder.entries,
            goldenEntries: recorder.goldenEntries, masker: recorder.masker)
    }

    private func clientConfiguration(callbackURL: String) -> EnergyAggregator.Configuration {
        var configuration = EnergyAggregator.Configuration(
            userName: scenario.device.service.userName,
            password: scenario.device.service.password)
        configuration.pollInterval = scenario.client.pollInterval
        configuration.outletPollInterval = scenario.client.outletPollInterval
        configuration.subscribes = scenario.client.subscribes
        configuration.readsSensors = scenario.client.readsSensors
        configuration.callbackURL = callbackURL
        configuration.seed = scenario.seed
        configuration.misbehaviour = environment.misbehaviour
        let meter = scenario.device.electrical.meter
        configuration.registerModulusMicrowattHours =
            meter.modulusMicrojoules(of: .unit).map { $0 / 3600 }
        configuration.outletModulusMicrowattHours =
            meter.modulusMicrojoules(of: .outlet(0)).map { $0 / 3600 }
        if !scenario.carbon.isEmpty {
            configuration.carbonIntensity = CarbonIntensitySeries(
                steps: scenario.carbon.map {
                    CarbonIntensitySeries.Step(
                        start: scenario.start + $0.offset,
                        milligramsPerKilowattHour: $0.milligramsPerKilowattHour)
                })
        }
        return configuration
    }

    private func judge(showing device: DeviceHost) -> sending RunJudge {
        RunJudge(
            scenario, map: device.meteringMap, schemaRules: environment.schemaRules,
            validatePayload: environment.validatePayload)
    }
}

extension ScenarioRun {
    /// Which paths of the scenario's device show which metering point.
    package static func meteringMap(
        of scenario: Scenario, environment: Environment
    ) -> SmartPDU.MeteringMap {
        DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            now: { scenario.start }
        ).meteringMap
    }
}
