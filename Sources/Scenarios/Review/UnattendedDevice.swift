import JSONText
import Schema
import SmartPDU
import VirtualTime

/// The scenario's device as nobody but the timeline treats it.
struct UnattendedDevice {
    /// What can be asked for of any unit that stands there in the course of the scenario, in order;
    /// `*` is the segment of members that come and go.
    let paths: [String]
    private let atStart: SmartPDU
    private let scenario: Scenario

    init(_ scenario: Scenario, catalog: MessageCatalog, privileges: PrivilegeRegistry) {
        func device(_ identifier: String) -> SmartPDU {
            var configuration = scenario.device
            configuration.identity.rackPDUID = identifier
            return SmartPDU(
                configuration: configuration, loads: scenario.loads, seed: scenario.seed,
                start: scenario.start, catalog: catalog, privileges: privileges)
        }
        self.scenario = scenario
        atStart = device(scenario.device.identity.rackPDUID)
        let successors = scenario.timeline.flatMap(\.operations).compactMap {
            if case .replaceUnit(_, _, let identifier) = $0 { identifier } else { nil }
        }
        let others = Set(successors).subtracting([scenario.device.identity.rackPDUID]).sorted()
        var paths = Set(atStart.servedPaths)
        for identifier in others { paths.formUnion(device(identifier).servedPaths) }
        self.paths = paths.sorted()
    }

    /// The first answer to a GET that is as wanted: of what the pattern matches, at the start and
    /// then after every step. Looking further than the start is needed for few scenarios.
    func body(
        matching pattern: PathPattern, where isWanted: (JSONValue) -> Bool = { _ in true }
    ) -> JSONValue? {
        var device = atStart
        if let found = body(of: device, matching: pattern, at: scenario.start, where: isWanted) {
            return found
        }
        for step in scenario.timeline {
            let instant = scenario.start + step.offset
            for operation in step.operations { _ = device.operate(operation, at: instant) }
            if let found = body(of: device, matching: pattern, at: instant, where: isWanted) {
                return found
            }
        }
        return nil
    }

    private func body(
        of device: SmartPDU, matching pattern: PathPattern, at instant: VirtualInstant,
        where isWanted: (JSONValue) -> Bool
    ) -> JSONValue? {
        for path in device.servedPaths where pattern.matches(path) {
            guard let bytes = device.body(at: path, instant: instant),
                let body = try? JSONValue(parsing: bytes), isWanted(body)
            else { continue }
            return body
        }
        return nil
    }
}
