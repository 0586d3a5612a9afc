import JSONText
import Recordings
import VirtualTime
import Wire

/// Brings the times of claims onto the scenario's clock.
///
/// A client that takes its time from the device, or obeys the pace, is on it already. One that reads
/// the wall clock is not, and its times are told by lying in the run's real time.
struct ClaimTimes {
    private let clock: PacedClock
    private let scenarioTime: ClosedRange<VirtualInstant>
    private let realTime: ClosedRange<VirtualInstant>

    /// How far outside a run a time may lie and still be meant to be in it.
    private static let margin = VirtualDuration.hours(1)

    init(clock: PacedClock, scenario: ClientScenario, now: VirtualInstant = WallClock().now()) {
        self.clock = clock
        scenarioTime = (scenario.start - Self.margin)...(scenario.end + Self.margin)
        realTime = (clock.beginning - Self.margin)...max(clock.beginning, now + Self.margin)
    }

    func onScenarioTime(_ record: ClaimRecord) -> ClaimRecord {
        guard var claim = record.claim.object else { return record }
        for name in ["from", "to"] { claim[name] = claim[name].map(converted) }
        switch claim["samples"] {
        case .array(let samples)?:
            claim["samples"] = .array(samples.map(convertedSample))
        case .object(var ends)?:
            for name in ["first", "last"] { ends[name] = ends[name].map(converted) }
            claim["samples"] = .object(ends)
        default: break
        }
        var record = record
        record.claim = .object(claim)
        return record
    }

    private func convertedSample(_ sample: JSONValue) -> JSONValue {
        guard var object = sample.object else { return converted(sample) }
        object["at"] = object["at"].map(converted)
        return .object(object)
    }

    private func converted(_ value: JSONValue) -> JSONValue {
        guard let time = value.string.flatMap({ VirtualInstant(iso8601: $0) }),
            realTime.contains(time), !scenarioTime.contains(time)
        else { return value }
        return .string(
            (clock.start + (time - clock.beginning) * clock.pace).iso8601)
    }
}
