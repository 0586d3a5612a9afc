import Electrical
package import VirtualTime

/// Something the device tells its subscribers: one record of an event payload.
struct DeviceEvent: Sendable, Hashable {
    var message: RedfishMessage
    /// URI of the resource it is about.
    var origin: String
    /// Schema name of that resource, for filters by resource type.
    var originType: String
    var instant: VirtualInstant
}

extension SmartPDU {
    /// What an electrical event says to subscribers; empty where it is nothing to tell.
    func deviceEvents(of event: ElectricalEvent) -> [DeviceEvent] {
        func outlet(_ index: Int, _ key: String) -> DeviceEvent {
            DeviceEvent(
                message: RedfishMessage(key, arguments: [outletName(index)]),
                origin: addresses.outlets[index], originType: "Outlet", instant: event.instant)
        }
        func branch(_ index: Int, _ key: String, _ arguments: [String]? = nil) -> DeviceEvent {
            DeviceEvent(
                message: RedfishMessage(key, arguments: arguments ?? [branchName(index)]),
                origin: addresses.branches[index], originType: "Circuit", instant: event.instant)
        }
        switch event.kind {
        case .breakerTripped(let index):
            return [
                branch(index, "Power.BreakerTripped"),
                branch(
                    index, "ResourceEvent.ResourceStatusChangedCritical",
                    [branchName(index), "Critical"]),
            ]
        case .breakerReset(let index):
            return [
                branch(index, "Power.BreakerReset"),
                branch(index, "ResourceEvent.ResourceStatusChangedOK", [branchName(index), "OK"]),
            ]
        case .branchPowered(let index, let isPowered):
            return [branch(index, "Power.CircuitPowered\(isPowered ? "On" : "Off")")]
        case .outletPowered(let index, let isPowered, _):
            return [outlet(index, "Power.OutletPowered\(isPowered ? "On" : "Off")")]
        case .thresholdChanged(let change):
            return thresholdEvent(change, at: event.instant).map { [$0] } ?? []
        default:
            return []
        }
    }

    private func thresholdEvent(
        _ change: ThresholdChange, at instant: VirtualInstant
    ) -> DeviceEvent? {
        let quantity: Quantity = change.quantity == .current ? .current : .power
        guard let sensor = sensors.index(of: change.point, quantity) else { return nil }
        let definition = sensors[sensor]
        let word = change.quantity == .current ? "Current" : "Power"
        let reading = decimalText(units: change.served, decimals: 3)
        let limit = decimalText(units: change.threshold ?? 0, decimals: 3)
        let key: String
        let arguments: [String]
        switch (change.from, change.to) {
        case (_, .normal): (key, arguments) = ("\(word)Normal", [definition.name, reading])
        case (.critical, .caution):
            (key, arguments) = (
                "\(word)BelowUpperCriticalThreshold", [definition.name, reading, limit]
            )
        case (_, .caution):
            (key, arguments) = (
                "\(word)AboveUpperCautionThreshold", [definition.name, reading, limit]
            )
        case (_, .critical):
            (key, arguments) = (
                "\(word)AboveUpperCriticalThreshold", [definition.name, reading, limit]
            )
        }
        return DeviceEvent(
            message: RedfishMessage("Power.\(key)", arguments: arguments),
            origin: definition.path, originType: "Sensor", instant: instant)
    }
}
