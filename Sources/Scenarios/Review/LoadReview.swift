import Electrical
import JSONText
import SmartPDU
import VirtualTime

/// Loads that an outlet could not carry. That a branch carries too much is what many scenarios are
/// about; a single load above the rating of its outlet seldom is.
extension ScenarioReview {
    var loadRemarks: [Remark] {
        let isOwn = document["loads"] == nil
        let list = isOwn ? document["device"]?["loads"] : document["loads"]
        let place = JSONPointer(tokens: isOwn ? ["device", "loads"] : ["loads"])
        var trips: [Int: VirtualInstant]?
        return (list?.array ?? []).enumerated().compactMap { index, element in
            let outlets = Located(
                value: element["outlets"] ?? .null,
                pointer: place.appending(index).appending("outlets"))
            let indices = try? outlets.indices(upTo: scenario.loads.count, what: "outlet")
            let peaks = (indices ?? []).compactMap(excess)
            guard let worst = peaks.max(by: { $0.milliamps < $1.milliamps }) else { return nil }
            let known = trips ?? firstTrips()
            trips = known
            return Remark(.warning, words(for: worst, known), at: place.appending(index))
        }
    }

    private struct Excess {
        var outlet: Int
        var milliamps: Int64
        var offset: VirtualDuration
    }

    /// The highest current of an outlet's load by its nominal voltage, where that is more than the
    /// outlet is rated for.
    private func excess(_ outlet: Int) -> Excess? {
        let electrical = scenario.device.electrical
        let load = scenario.loads[outlet]
        let peak = load.profile.peak(from: .zero, through: scenario.duration)
        // Milliwatts by millivolts are amperes, by thousandths of a power factor thousands of them.
        let milliamps =
            Int128(peak.milliwatts) * 1_000_000
            / Int128(electrical.nominalVoltageMillivolts * load.powerFactorThousandths)
        guard milliamps > electrical.outlets[outlet].ratedMilliamps else { return nil }
        return Excess(outlet: outlet, milliamps: Int64(clamping: milliamps), offset: peak.offset)
    }

    private func words(for excess: Excess, _ trips: [Int: VirtualInstant]) -> String {
        let electrical = scenario.device.electrical
        let outlet = electrical.outlets[excess.outlet]
        let breaker = "breaker \(electrical.branches[outlet.branch].name)"
        return "outlet \(outlet.name) would carry \(amperes(excess.milliamps)) at "
            + "\(excess.offset.iso8601) and is rated for \(amperes(outlet.ratedMilliamps)); "
            + (trips[outlet.branch].map { "\(breaker) trips at \(($0 - scenario.start).iso8601)" }
                ?? "\(breaker) does not trip")
    }

    private func amperes(_ milliamps: Int64) -> String {
        JSONNumber(units: milliamps, decimals: 3).text + " A"
    }

    /// When the breaker of each branch trips first, by the loads and the timeline.
    private func firstTrips() -> [Int: VirtualInstant] {
        var trips: [Int: VirtualInstant] = [:]
        for event in scenario.electricalPlan {
            if case .breakerTripped(let branch) = event.kind, trips[branch] == nil {
                trips[branch] = event.instant
            }
        }
        return trips
    }
}
