import Electrical
package import JSONText
import SmartPDU
import VirtualTime

extension Scenario {
    /// Decodes a resolved scenario: the device stands in place of its name, and the points of
    /// traces in place of their files.
    package init(resolved document: JSONValue) throws(ConfigurationError) {
        var object = try StrictObject(document, at: JSONPointer())
        name = try Self.name(&object)
        title = try object.value("title")?.string() ?? ""
        seed = UInt64(try object.integer("seed", default: 1, in: 0...Int(Int32.max)))
        let startValue = try object.required("start")
        start = try startValue.instant()
        duration = try object.required("duration").duration(
            in: .milliseconds(1)...(.hours(24 * 366)))
        // A client may take some minutes longer than the scenario to end.
        guard VirtualInstant(iso8601: (start + duration + .hours(1)).iso8601) != nil else {
            throw startValue.error("the scenario would end after the year 9999")
        }
        let deviceFile = try DeviceFile(try object.required("device"))
        device = deviceFile.configuration
        let section = LoadSection(
            outletCount: device.electrical.outlets.count, seed: seed, start: start,
            horizon: duration)
        // Those of the device are checked even where the scenario has others.
        let own = try section.decode(deviceFile.loads)
        if let list = object.value("loads") {
            loads = try section.decode(list)
        } else {
            loads = own
        }
        carbon = try CarbonSection.decode(object.value("carbon"))
        client = try Self.clientPlan(&object)
        timeline = try TimelineSection(device: device, duration: duration).decode(
            object.value("timeline"))
        faults = try FaultSection(duration: duration).decode(object.value("faults"))
        expectation = try ExpectationSection(device: device, duration: duration).decode(
            object.value("expect"))
        try object.rejectUnknownMembers()
    }

    private static func name(_ object: inout StrictObject) throws(ConfigurationError) -> String {
        let located = try object.required("name")
        let name = try located.string()
        let isPlain = name.allSatisfy {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
        }
        guard isPlain, !name.isEmpty else {
            throw located.error("'\(name)' names files; write a-z, 0-9 and '-' only")
        }
        return name
    }

    private static func clientPlan(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> ClientPlan {
        let located = object.value("client") ?? Located(value: [:], pointer: object.pointer)
        var client = try located.object()
        let longest = VirtualDuration.hours(24)
        let poll = try client.duration(
            "poll", default: .seconds(10), in: .seconds(1)...longest)
        let outlets = client.value("pollOutlets")
        if let outlets, try outlets.duration() < poll {
            throw outlets.error(
                "outlets are polled no more often than the rest, every \(poll.iso8601) (poll)")
        }
        var plan = ClientPlan(
            pollInterval: poll,
            outletPollInterval: try outlets?.duration(in: poll...longest)
                ?? max(poll, .minutes(1)),
            subscribes: try client.value("subscribe")?.bool() ?? true)
        plan.readsSensors = try client.value("readSensors")?.bool() ?? false
        try client.rejectUnknownMembers()
        return plan
    }
}

/// Decodes `carbon`.
enum CarbonSection {
    private enum Unit: String, CaseIterable {
        case grams = "gCO2e/kWh"
    }

    static func decode(_ located: Located?) throws(ConfigurationError) -> [Scenario.CarbonStep] {
        guard let located else { return [] }
        var object = try located.object()
        _ = try object.required("unit").choice(Unit.self)
        let series = try object.required("series")
        var steps: [Scenario.CarbonStep] = []
        for element in try series.elements() {
            var entry = try element.object()
            steps.append(
                Scenario.CarbonStep(
                    offset: try entry.required("at").duration(),
                    milligramsPerKilowattHour: try entry.required("value").thousandths(
                        in: 0...10_000_000)))
            try entry.rejectUnknownMembers()
        }
        try object.rejectUnknownMembers()
        guard steps.first?.offset == .zero,
            zip(steps, steps.dropFirst()).allSatisfy({ $0.offset < $1.offset })
        else {
            throw series.error("a series begins at PT0S, and every entry is later than the last")
        }
        return steps
    }
}
