package import VirtualTime

/// Something that somebody did to a power distribution at an instant.
///
/// With configuration, loads, seed and start, the list of interventions is the whole state: what
/// happened is closed-form between them. So a device that is started again goes on as if it had
/// never stopped, its registers included, by having them done to it once more.
package struct Intervention: Sendable, Hashable, Codable {
    package enum Deed: Sendable, Hashable, Codable {
        case command(SwitchCommand)
        case setSwitching(outlet: Int, settings: ElectricalConfiguration.Outlet)
        case setCycleDelay(branch: Int, VirtualDuration)
        case setCurrentThresholds(branch: Int, ElectricalConfiguration.Thresholds?)
        case setUnitPowerThresholds(ElectricalConfiguration.Thresholds?)
    }

    package var instant: VirtualInstant
    package var deed: Deed

    package init(instant: VirtualInstant, deed: Deed) {
        self.instant = instant
        self.deed = deed
    }
}

extension PowerDistribution {
    /// Does what was done before, in order, to a power distribution as it was at its start.
    ///
    /// - Returns: What happened up to the last intervention, or nil where the interventions do not
    ///   fit this power distribution; nothing has changed then.
    package mutating func repeatInterventions(
        _ interventions: [Intervention]
    ) -> [ElectricalEvent]? {
        var next = self
        var events: [ElectricalEvent] = []
        for intervention in interventions {
            let instant = intervention.instant
            switch intervention.deed {
            case .command(let command):
                guard let happened = try? next.command(command, at: instant) else { return nil }
                events += happened
            case .setSwitching(let outlet, let settings):
                guard next.configuration.outlets.indices.contains(outlet) else { return nil }
                events += next.advance(to: instant)
                next.setSwitching(ofOutlet: outlet, to: settings)
            case .setCycleDelay(let branch, let delay):
                guard next.configuration.branches.indices.contains(branch) else { return nil }
                events += next.advance(to: instant)
                next.setCycleDelay(ofBranch: branch, to: delay)
            case .setCurrentThresholds(let branch, let thresholds):
                guard next.configuration.branches.indices.contains(branch) else { return nil }
                events += next.setCurrentThresholds(
                    ofBranch: branch, to: thresholds, at: instant)
            case .setUnitPowerThresholds(let thresholds):
                events += next.setUnitPowerThresholds(to: thresholds, at: instant)
            }
        }
        self = next
        return events
    }
}
