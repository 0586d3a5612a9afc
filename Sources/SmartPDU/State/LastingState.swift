import Electrical
package import VirtualTime

/// What a device keeps when its service ends, and goes on with when it is started again: accounts,
/// subscriptions, settings, and everything that was done to the outlets.
///
/// The outlets draw power while the service is away, so the registers are not kept but follow from
/// the same start, the same loads and what was done since: they never fall behind, whenever the
/// service died. Sessions, streams, tasks and logs end with the service.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 12.1.1, which has subscriptions persist.
package struct LastingState: Sendable, Hashable, Codable {
    package let seed: UInt64
    /// The instant at which all registers began.
    package let start: VirtualInstant
    /// Up to here subscribers were told what happened.
    package var present: VirtualInstant
    var interventions: [Intervention]
    var accounts: AccountStore
    var sessionTimeout: VirtualDuration
    var events: EventDesk.Lasting
    var reportDefinitions: [MetricReportDefinition]
    var outletGroups: OutletGroupStore
    var branchSettings: [BranchSettings]
    var sensorResets: [Int: VirtualInstant]
    var labels: Labels
    var timeService: TimeService
    var firmwareVersion: String
    var mockup: MockupNotes

    /// Whether both tell of the same device; time passes without changing it.
    package func isSame(as other: LastingState) -> Bool {
        var earlier = other
        earlier.present = present
        return self == earlier
    }
}

extension SmartPDU {
    package func lastingState(at instant: VirtualInstant) -> LastingState {
        LastingState(
            seed: seed, start: start, present: instant, interventions: electrical.interventions,
            accounts: accounts, sessionTimeout: sessions.timeout, events: events.lasting,
            reportDefinitions: telemetry.definitions.filter { !$0.isFactoryMade }.map(\.kept),
            outletGroups: outletGroups, branchSettings: branchSettings,
            sensorResets: sensorResets, labels: labels, timeService: timeService,
            firmwareVersion: firmwareVersion, mockup: mockup)
    }

    /// Goes on from a state, at the instant it was kept. The device is one fresh from its start,
    /// with the state's seed.
    ///
    /// - Parameter sessionSeed: Tokens of before must not come again.
    /// - Returns: False where the state is another device's; nothing has changed then.
    package mutating func restore(_ state: LastingState, sessionSeed: UInt64) -> Bool {
        var next = self
        guard state.seed == seed, state.start == start,
            state.branchSettings.count == branchSettings.count,
            state.outletGroups.groups.flatMap(\.outlets).allSatisfy(
                configuration.electrical.outlets.indices.contains),
            state.events.retryInterval > .zero,
            state.events.subscriptions.allSatisfy({ ($0.heartbeat?.intervalMinutes ?? 1) > 0 }),
            state.reportDefinitions.allSatisfy({ definition in
                definition.interval.map { $0 >= Telemetry.minimumInterval } ?? true
            }),
            next.electrical.repeatInterventions(state.interventions) != nil
        else { return false }
        // What happened until then has been told.
        _ = next.electrical.advance(to: state.present)
        next.accounts = state.accounts
        next.sessions = SessionStore(
            timeout: state.sessionTimeout, limit: sessions.limit, seed: sessionSeed)
        next.events.restore(state.events)
        next.outletGroups = state.outletGroups
        next.branchSettings = state.branchSettings
        next.sensorResets = state.sensorResets
        next.labels = state.labels
        next.timeService = state.timeService
        next.firmwareVersion = state.firmwareVersion
        next.mockup = state.mockup
        next.telemetry = Telemetry(
            factoryMade: telemetry.definitions.filter(\.isFactoryMade), start: state.present)
        for var definition in state.reportDefinitions {
            // What it names may have gone with the service: a task, a session. It then reads null.
            if (try? next.resolve(&definition, at: state.present)) == nil {
                definition.sources = definition.properties.compactMap { MetricSource($0) }
            }
            next.telemetry.add(definition, at: state.present)
        }
        self = next
        return true
    }
}

extension MetricReportDefinition {
    /// Without what passes, so that two of the same are equal.
    fileprivate var kept: MetricReportDefinition {
        var kept = self
        kept.due = nil
        kept.lastTexts = nil
        kept.sources = []
        return kept
    }
}
