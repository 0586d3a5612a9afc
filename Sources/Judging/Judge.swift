package import Findings
import HTTPTypes
package import Recordings
package import VirtualTime

/// Judges a recording entry by entry. It stands outside the device: it sees what was recorded, and
/// facts about the device and the client's duties, and keeps nothing of an entry that a rule does
/// not need later.
package final class Judge {
    /// What is said of a recording's bodies that are no JSON text.
    package static let payloadRule = SchemaCheck.payloads

    private let checks: [any Check]
    private let served: ServedResources
    private let reader: ExchangeReader
    /// Kept only where client and device are known.
    private var samples: SampleLedger?
    private var budget: RequestBudget?
    private var end: VirtualInstant

    /// - Parameters:
    ///   - truth: Physics, where the scenario is at hand.
    ///   - schemaRules: What the rule ids of the payload findings mean.
    ///   - hasAllHeaderFields: False for a golden, which keeps those that say something about
    ///     conduct; a rule on another one is then not exercised.
    ///   - judgesDevice: False for a replay, whose device did what was recorded.
    ///   - validatePayload: Holds one payload against its schema.
    package init(
        facts: DeviceFacts, duties: ClientDuties, truth: (any EnergyTruth)? = nil,
        schemaRules: [Rule] = [], hasAllHeaderFields: Bool = true, judgesDevice: Bool = true,
        validatePayload: @escaping PayloadValidation
    ) {
        served = ServedResources()
        reader = ExchangeReader(facts, isReplay: !judgesDevice)
        end = facts.start
        samples = SampleLedger()
        budget = RequestBudget(start: facts.start, window: duties.rateWindow)
        let ofDevice: [any Check] = [
            EnergyCheck(facts, truth: truth), TotalsCheck(facts, truth: truth),
            ElectricalCheck(facts),
        ]
        let payloads = SchemaCheck(
            schemaRules, served: served, judgesDevice: judgesDevice, validate: validatePayload)
        let ofClient: [any Check] = [
            SessionCheck(facts, duties),
            SubscriptionCheck(facts, duties),
            StreamCheck(facts, duties),
            DiscoveryCheck(
                facts, duties, served: served, hasAllHeaderFields: hasAllHeaderFields),
            ControlCheck(facts, duties, served: served),
            judgesDevice
                ? ClaimsCheck(facts, duties, truth: truth) : ReplayedClaimsCheck(facts, duties),
        ]
        checks = [payloads] + (judgesDevice ? ofDevice : []) + ofClient
    }

    /// A judge of the energy registers alone, each known by its URI, for a recording of a device
    /// and a client of which nothing is known.
    ///
    /// - Parameter start: The recording's first instant.
    package init(ofRegistersSince start: VirtualInstant) {
        let facts = DeviceFacts(start: start, outlets: 0, branches: 0, phases: 0)
        served = ServedResources()
        reader = ExchangeReader(facts)
        end = start
        checks = [EnergyCheck(facts, truth: nil)]
    }

    /// A judge of payloads, registers, and of what a client owes any device, for a recording of a
    /// device of which nothing is known.
    ///
    /// - Parameters:
    ///   - start: The recording's first instant.
    ///   - judgesDevice: False for a replay, whose device did what was recorded.
    package init(
        ofDeviceSince start: VirtualInstant, duties: ClientDuties = ClientDuties(),
        schemaRules: [Rule], judgesDevice: Bool = true,
        validatePayload: @escaping PayloadValidation
    ) {
        let facts = DeviceFacts(start: start, outlets: 0, branches: 0, phases: 0)
        served = ServedResources()
        reader = ExchangeReader(facts)
        end = start
        let payloads = SchemaCheck(
            schemaRules, served: served, judgesDevice: judgesDevice, validate: validatePayload)
        let ofDevice: [any Check] = judgesDevice ? [EnergyCheck(facts, truth: nil)] : []
        let ofClient: [any Check] = [
            SessionCheck(facts, duties), SubscriptionCheck(facts, duties),
            DiscoveryCheck(facts, duties, served: served, hasAllHeaderFields: true),
        ]
        checks = [payloads] + ofDevice + ofClient
    }

    /// A judge of the payloads alone, against their schemas, for a recording of a device and a
    /// client of which nothing is known.
    ///
    /// - Parameters:
    ///   - start: The recording's first instant.
    ///   - findingLimit: Findings of one rule that are kept; the others are counted.
    package init(
        ofPayloadsSince start: VirtualInstant, schemaRules: [Rule], keeping findingLimit: Int,
        validatePayload: @escaping PayloadValidation
    ) {
        served = ServedResources()
        reader = ExchangeReader(DeviceFacts(start: start, outlets: 0, branches: 0, phases: 0))
        end = start
        checks = [
            SchemaCheck(
                schemaRules, served: served, keeping: findingLimit, validate: validatePayload)
        ]
    }

    /// Takes the next entry of the recording, in its order.
    ///
    /// - Parameter line: The entry's line in the full recording, from 1.
    package func observe(_ entry: RecordEntry, line: Int) {
        end = max(end, entry.instant)
        switch entry {
        case .exchange(let exchange):
            let observed = reader.read(exchange, line: line)
            for check in checks { check.observe(observed) }
            samples?.note(observed)
            budget?.note(observed)
            served.learn(from: observed)
        case .truth(let truth):
            for check in checks { check.observe(truth) }
        case .claim(let claim):
            for check in checks { check.observe(claim, line: line) }
        case .streamed(let record):
            for check in checks { check.observe(record) }
            served.learn(from: record, line: line)
        case .step:
            break
        }
    }

    /// The verdicts, in the order of the report. Called once, after the last entry.
    ///
    /// - Parameter instant: How far the run went, where that is later than its last entry.
    package func finish(at instant: VirtualInstant? = nil) -> [CheckGroup] {
        if let instant { end = max(end, instant) }
        return checks.filter(\.isConcerned).map { $0.finish(at: end) }
    }

    /// What the client did, in the order of the report. Called once, after `finish`.
    package func ledgers() -> [Ledger] {
        checks.flatMap(\.ledgers) + [samples?.ledger, budget?.ledger].compactMap(\.self)
    }
}
