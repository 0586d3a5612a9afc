import JSONText
import Scenarios
import VirtualTime
import Wire

/// What the control endpoint shows of a played device, and lets happen to it.
protocol ControlledDevice: Sendable {
    /// What is still to come.
    var outlook: [JSONObject.Member] { get }
    /// What is so, whatever the wire shows.
    var truth: (instant: VirtualInstant, members: [JSONObject.Member]) { get }
    /// Lets something happen now, or on a request to come.
    func trigger(_ located: Located) throws(ConfigurationError) -> JSONValue
}

/// What somebody who holds the control endpoint may do with a run: move time, look at the truth,
/// let something happen now, end it.
struct Control: Sendable {
    let name: String
    let start: VirtualInstant
    let end: VirtualInstant
    let device: any ControlledDevice
    let clockName: String
    let clock: any RunningClock
    /// What moves the clock, where it does not run by itself.
    let stepped: SteppedTime?
    let stop: StopRequest

    /// Time does not go on for longer than this after the scenario's end, for those who need some
    /// to come to theirs.
    private static let graceAfterEnd = VirtualDuration.minutes(10)

    // MARK: Looking

    var status: JSONValue {
        var object = JSONObject()
        object["scenario"] = .string(name)
        object["clock"] = .string(clockName)
        for member in time(clock.now()) { object[member.name] = member.value }
        object["end"] = .string(end.iso8601)
        for member in device.outlook { object[member.name] = member.value }
        object["isStopping"] = .bool(stop.isMadeBy != nil)
        return .object(object)
    }

    var truth: JSONValue {
        let (instant, members) = device.truth
        var object = JSONObject()
        for member in time(instant) + members { object[member.name] = member.value }
        return .object(object)
    }

    func time(_ instant: VirtualInstant) -> [JSONObject.Member] {
        [
            .init(name: "now", value: .string(instant.iso8601)),
            .init(name: "offset", value: .string((instant - start).iso8601)),
            .init(name: "isOver", value: .bool(instant >= end)),
        ]
    }

    // MARK: Doing

    /// What an `advance` asks for.
    struct Wish {
        var target: VirtualInstant
        var stopsAtDelivery: Bool
        /// Whether more was asked for than there is.
        var isCut: Bool
    }

    func step(_ located: Located) throws(ConfigurationError) -> Wish {
        var object = try located.object()
        let by = try object.value("by").map(span)
        let to = object.value("to")
        let untilDelivery = try object.value("untilDelivery")?.bool() ?? false
        try object.rejectUnknownMembers()
        let now = clock.now()
        let target: VirtualInstant
        switch (by, to) {
        case (let span?, nil): target = now + span
        case (nil, let located?): target = try instant(located)
        default: throw located.error("write by, a duration such as PT10S, or to, an instant")
        }
        guard target >= now else {
            throw located.error(
                "it is \((now - start).iso8601) already, and time does not run backwards")
        }
        let last = max(now, end + Self.graceAfterEnd)
        return Wish(
            target: min(target, last), stopsAtDelivery: untilDelivery, isCut: target > last)
    }

    private func span(_ located: Located) throws(ConfigurationError) -> VirtualDuration {
        let text = try located.string()
        guard let span = VirtualDuration(iso8601: text), span >= .zero, span <= .hours(24 * 366)
        else {
            throw located.error(
                "'\(text)' is no ISO 8601 duration of days, hours, minutes and seconds of at most "
                    + "P366D")
        }
        return span
    }

    /// An offset from the start, or a date-time.
    private func instant(_ located: Located) throws(ConfigurationError) -> VirtualInstant {
        let text = try located.string()
        if let offset = VirtualDuration(iso8601: text) { return start + offset }
        if let instant = VirtualInstant(iso8601: text) { return instant }
        throw located.error(
            "'\(text)' is no instant; write an offset from the start such as PT5M, or a date-time")
    }
}

extension Control {
    /// Of a scenario that is played.
    init(
        scenario: Scenario, host: DeviceHost, clockName: String, clock: any RunningClock,
        stepped: SteppedTime?, stop: StopRequest
    ) {
        self.init(
            name: scenario.name, start: scenario.start, end: scenario.end,
            device: ScenarioControl(scenario: scenario, host: host), clockName: clockName,
            clock: clock, stepped: stepped, stop: stop)
    }
}
