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
        start = try object.required("start").instant()
        let length = try object.required("duration")
        duration = try length.duration()
        guard duration > .zero, duration <= .hours(24 * 366) else {
            throw length.error("a scenario lasts longer than nothing and at most 366 days")
        }
        let deviceFile = try DeviceFile(try object.required("device"))
        device = deviceFile.configuration
        let section = LoadSection(
            outletCount: device.electrical.outlets.count, seed: seed, start: start,
            horizon: duration)
        if let list = object.value("loads") ?? deviceFile.loads {
            loads = try section.decode(list)
        } else {
            loads = try section.decode(Located(value: [], pointer: JSONPointer()))
        }
        carbon = try CarbonSection.decode(object.value("carbon"))
        client = try Self.clientPlan(&object)
        timeline = try TimelineSection(device: device, duration: duration).decode(
            object.value("timeline"))
        faults = try FaultSection.decode(object.value("faults"))
        expectation = try ExpectationSection.decode(object.value("expect"))
        try object.rejectUnknownMembers()
    }

    private static func name(_ object: inout StrictObject) throws(ConfigurationError) -> String {
        let located = try object.required("name")
        let name = try located.string()
        let isPlain = name.utf8.allSatisfy {
            $0 == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard isPlain, !name.isEmpty else {
            throw located.error("a name consists of a-z, 0-9 and '-'")
        }
        return name
    }

    private static func clientPlan(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> ClientPlan {
        guard let located = object.value("client") else {
            return ClientPlan(
                pollInterval: .seconds(10), outletPollInterval: .minutes(1), subscribes: true)
        }
        var client = try located.object()
        let poll = try client.duration("poll", default: .seconds(10))
        let plan = ClientPlan(
            pollInterval: poll,
            outletPollInterval: try client.duration("pollOutlets", default: poll),
            subscribes: try client.value("subscribe")?.bool() ?? true)
        guard plan.pollInterval >= .seconds(1), plan.outletPollInterval >= plan.pollInterval else {
            throw located.error("poll is at least PT1S and pollOutlets at least poll")
        }
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
        else { throw series.error("a series begins at PT0S and its entries rise in time") }
        return steps
    }
}
