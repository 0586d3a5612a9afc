import Electrical
import JSONText
import VirtualTime

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
        case .outletPresent(let index, let isPresent):
            return [
                DeviceEvent(
                    message: RedfishMessage(
                        "ResourceEvent.ResourceStateChanged",
                        arguments: [outletName(index), isPresent ? "Enabled" : "Absent"]),
                    origin: addresses.outlets[index], originType: "Outlet", instant: event.instant)
            ]
        case .outletPowered(let index, let isPowered, _):
            return [outlet(index, "Power.OutletPowered\(isPowered ? "On" : "Off")")]
        case .thresholdChanged(
            let point, let quantity, let from, let to, let reading, let threshold):
            guard
                let sensor = sensors.index(of: point, quantity == .current ? .current : .power)
            else { return [] }
            let isRising = from < to
            let key: String
            var arguments = [sensors[sensor].name, decimalText(milliUnits: reading)]
            switch to {
            case .normal: key = "Normal"
            case .caution:
                key = isRising ? "AboveUpperCautionThreshold" : "BelowUpperCriticalThreshold"
            case .critical: key = "AboveUpperCriticalThreshold"
            }
            if to != .normal { arguments.append(decimalText(milliUnits: threshold)) }
            return [
                DeviceEvent(
                    message: RedfishMessage(
                        "Power.\(quantity == .current ? "Current" : "Power")\(key)",
                        arguments: arguments),
                    origin: sensors[sensor].path, originType: "Sensor", instant: event.instant)
            ]
        case .mainsPowered(let isPowered):
            return [
                DeviceEvent(
                    message: RedfishMessage(
                        isPowered ? "Power.LineInputPowerRestored" : "Power.LossOfInputPower",
                        arguments: [configuration.electrical.mainsName]),
                    origin: addresses.mains, originType: "Circuit", instant: event.instant)
            ]
        case .breakerOpened, .outletStateChanged:
            return []
        }
    }
}

/// Thousandths as decimal text: 12800 is `12.8`.
private func decimalText(milliUnits: Int64) -> String {
    JSONNumber(units: milliUnits, decimals: 3).text
}
