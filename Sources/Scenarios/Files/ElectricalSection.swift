import Electrical
import JSONText
import SmartPDU
import VirtualTime

/// Decodes the electrical members of a device file: `supply`, `branches`, `outlets`, `meter`,
/// `resolution` and `sensing`.
enum ElectricalSection {
    enum Wiring: String, CaseIterable {
        case threePhase = "three-phase-5-wire"
        case singlePhase = "one-phase-3-wire"
        case direct = "direct-current"

        var wiring: ElectricalConfiguration.Wiring {
            switch self {
            case .threePhase: .threePhase5Wire
            case .singlePhase: .onePhase3Wire
            case .direct: .directCurrent
            }
        }
    }

    enum BreakerType: String, CaseIterable {
        case b = "B"
        case c = "C"
        case d = "D"

        var curve: BreakerCurve {
            switch self {
            case .b: .typeB
            case .c: .typeC
            case .d: .typeD
            }
        }
    }

    enum RestorePolicy: String, CaseIterable {
        case alwaysOn = "AlwaysOn"
        case alwaysOff = "AlwaysOff"
        case lastState = "LastState"

        var policy: ElectricalConfiguration.RestorePolicy {
            switch self {
            case .alwaysOn: .alwaysOn
            case .alwaysOff: .alwaysOff
            case .lastState: .lastState
            }
        }
    }

    static func decode(
        _ device: inout StrictObject, outletCount: Int
    ) throws(ConfigurationError) -> ElectricalConfiguration {
        let supply = try device.required("supply")
        let branchList = try device.required("branches")
        let (branches, branchOfOutlet) = try branches(
            branchList, outletCount: outletCount, lineCount: try wiring(supply).lineCount)
        let outlets = try outlets(&device, branchOfOutlet: branchOfOutlet)
        var configuration = ElectricalConfiguration(branches: branches, outlets: outlets)
        try decodeSupply(supply, into: &configuration)
        try decodeMeter(&device, into: &configuration)
        try decodeResolution(&device, into: &configuration)
        try decodeSensing(&device, into: &configuration)
        if let problem = configuration.problems.first {
            throw ConfigurationError(problem, at: device.pointer)
        }
        return configuration
    }

    private static func branches(
        _ list: Located, outletCount: Int, lineCount: Int
    ) throws(ConfigurationError) -> ([ElectricalConfiguration.Branch], [Int]) {
        var branches: [ElectricalConfiguration.Branch] = []
        var branchOfOutlet: [Int?] = Array(repeating: nil, count: outletCount)
        for element in try list.elements() {
            var object = try element.object()
            let breaker = try object.value("breaker")?.choice(BreakerType.self) ?? .c
            var branch = ElectricalConfiguration.Branch(
                name: try uniqueName(&object, among: branches.map(\.name)),
                phase: try object.integer("line", default: 1, in: 1...lineCount) - 1,
                ratedMilliamps: try object.required("ratedAmps").thousandths(in: 1...1_000_000),
                breaker: breaker.curve)
            let caution = try object.value("cautionAmps")?.thousandths()
            let critical = try object.value("criticalAmps")?.thousandths()
            if caution != nil || critical != nil {
                branch.currentThresholds = .init(upperCaution: caution, upperCritical: critical)
            }
            branch.cycleDelay = try object.duration("cycleDelay", default: .seconds(5))
            let outlets = try object.required("outlets")
            for index in try outlets.indices(upTo: outletCount, what: "outlet") {
                guard branchOfOutlet[index] == nil else {
                    throw outlets.error("outlet \(index + 1) is on two branches")
                }
                branchOfOutlet[index] = branches.count
            }
            try object.rejectUnknownMembers()
            branches.append(branch)
        }
        if let orphan = branchOfOutlet.firstIndex(where: { $0 == nil }) {
            throw list.error("outlet \(orphan + 1) is on no branch")
        }
        return (branches, branchOfOutlet.map { $0 ?? 0 })
    }

    private static func uniqueName(
        _ object: inout StrictObject, among names: [String]
    ) throws(ConfigurationError) -> String {
        let located = try object.required("name")
        let name = try located.identifier()
        guard !names.contains(name) else { throw located.error("two branches are named '\(name)'") }
        return name
    }

    private static func outlets(
        _ device: inout StrictObject, branchOfOutlet: [Int]
    ) throws(ConfigurationError) -> [ElectricalConfiguration.Outlet] {
        var object = try device.required("outlets").object()
        let count = branchOfOutlet.count
        let names = try outletNames(&object, count: count)
        let rated = try object.thousandths(
            "ratedAmps", default: 10_000, in: 1...1_000_000_000)
        let onDelay = try object.duration("onDelay", default: .zero)
        let onDelayStep = try object.duration("onDelayStep", default: .zero)
        let offDelay = try object.duration("offDelay", default: .zero)
        let cycleDelay = try object.duration("cycleDelay", default: .seconds(5))
        let restoreDelay = try object.duration("restoreDelay", default: .zero)
        let policy = try object.value("restorePolicy")?.choice(RestorePolicy.self) ?? .lastState
        let metered = Set(
            try object.value("metered")?.indices(upTo: count, what: "outlet") ?? Array(0..<count))
        let switchable = Set(
            try object.value("switchable")?.indices(upTo: count, what: "outlet") ?? Array(0..<count)
        )
        let locked = try Set(object.value("locked")?.indices(upTo: count, what: "outlet") ?? [])
        let off = try Set(object.value("off")?.indices(upTo: count, what: "outlet") ?? [])
        try object.rejectUnknownMembers()
        var positionInBranch: [Int: Int64] = [:]
        return branchOfOutlet.enumerated().map { index, branch in
            let position = positionInBranch[branch, default: 0]
            positionInBranch[branch] = position + 1
            return ElectricalConfiguration.Outlet(
                name: names[index], branch: branch, isMetered: metered.contains(index),
                isSwitchable: switchable.contains(index), ratedMilliamps: rated,
                onDelay: onDelay + onDelayStep * position, offDelay: offDelay,
                cycleDelay: cycleDelay, restoreDelay: restoreDelay, restorePolicy: policy.policy,
                initiallyOn: !off.contains(index), isLocked: locked.contains(index))
        }
    }

    /// What the outlets are called in their URIs: their numbers, where nothing is said.
    private static func outletNames(
        _ object: inout StrictObject, count: Int
    ) throws(ConfigurationError) -> [String] {
        guard let list = object.value("names") else { return (1...count).map(String.init) }
        var names: [String] = []
        for element in try list.elements() {
            let name = try element.identifier()
            guard !names.contains(name) else {
                throw element.error("two outlets are named '\(name)'")
            }
            names.append(name)
        }
        guard names.count == count else {
            throw list.error("\(names.count) names stand here for \(count) outlets")
        }
        return names
    }

    /// The branches' lines depend on the wiring, so it is looked at before the rest of the supply.
    private static func wiring(
        _ supply: Located
    ) throws(ConfigurationError) -> ElectricalConfiguration.Wiring {
        var object = try supply.object()
        return try object.value("wiring")?.choice(Wiring.self).wiring ?? .threePhase5Wire
    }

    private static func decodeSupply(
        _ supply: Located, into configuration: inout ElectricalConfiguration
    ) throws(ConfigurationError) {
        var object = try supply.object()
        _ = object.value("wiring")
        configuration.wiring = try wiring(supply)
        let volts = try object.thousandths("volts", default: 230_000, in: 1...1_000_000_000)
        configuration.nominalVoltageMillivolts = volts
        configuration.voltageDriftMillivolts = try object.thousandths(
            "driftVolts", default: 0, in: 0...(volts - 1))
        configuration.voltageDriftInterval = try object.duration(
            "driftInterval", default: .minutes(1), in: .milliseconds(1)...LoadProfile.offsetLimit)
        let hertz = try object.thousandths("hertz", default: 50_000, in: 0...1_000_000)
        configuration.frequencyMillihertz = hertz
        configuration.frequencyDriftMillihertz = try object.thousandths(
            "driftHertz", default: 0, in: 0...hertz)
        configuration.sourceImpedanceMilliohms = try object.thousandths(
            "sourceImpedanceOhms", default: 0)
        configuration.selfConsumptionMilliwatts =
            try object.value("selfConsumptionWatts")?.milliwatts() ?? 0
        configuration.selfConsumptionPowerFactorThousandths = try object.thousandths(
            "selfConsumptionPowerFactor", default: 1000, in: 1...1000)
        configuration.mainsName = try object.value("mains")?.identifier() ?? "AC1"
        configuration.mainsRatedMilliamps = try object.thousandths(
            "ratedAmps", default: 32_000, in: 1...1_000_000_000)
        let caution = try object.value("cautionWatts")?.thousandths()
        let critical = try object.value("criticalWatts")?.thousandths()
        if caution != nil || critical != nil {
            configuration.unitPowerThresholds = .init(
                upperCaution: caution, upperCritical: critical)
        }
        try object.rejectUnknownMembers()
    }

    private static func decodeMeter(
        _ device: inout StrictObject, into configuration: inout ElectricalConfiguration
    ) throws(ConfigurationError) {
        guard var object = try device.value("meter")?.object() else { return }
        if let quantum = object.value("quantumKilowattHours") {
            configuration.meter.energyQuantumMicrojoules =
                try quantum.scaled(decimals: 6, in: 1...1_000_000) * microjoulesPerMilliwattHour
        }
        configuration.meter.modulusMicrojoules = try object.value("modulusKilowattHours")?
            .microjoules()
        configuration.meter.outletModulusMicrojoules = try object.value(
            "outletModulusKilowattHours")?.microjoules()
        configuration.meter.hasLifetime = try object.value("lifetime")?.bool() ?? true
        configuration.meter.registerOffsetMicrojoules =
            try object.value("registers")?.registers(of: configuration) ?? [:]
        configuration.meter.energyLatch = try object.duration("latch", default: .zero)
        configuration.meter.outletReadings = try outletReadings(
            object.value("sensors"), outletCount: configuration.outlets.count)
        configuration.meter.gainPartsPerMillion = Int64(
            try object.integer("gainPartsPerMillion", default: 0, in: -100_000...100_000))
        try object.rejectUnknownMembers()
    }

    private enum Basis: String, CaseIterable {
        case zero = "Zero"
        case delta = "Delta"
        case headroom = "Headroom"
    }

    /// What Sensors of energy show that do not show their registers.
    private static func outletReadings(
        _ list: Located?, outletCount: Int
    ) throws(ConfigurationError) -> [Int: ElectricalConfiguration.RelativeReading] {
        var readings: [Int: ElectricalConfiguration.RelativeReading] = [:]
        for element in try list?.elements() ?? [] {
            var object = try element.object()
            let outlets = try object.required("outlets").indices(upTo: outletCount, what: "outlet")
            let isEnabled = try object.value("enabled")?.bool() ?? true
            let basis = try object.value("basis")?.choice(Basis.self) ?? .zero
            let budget =
                try object.value("budgetKilowattHours")?.microjoules()
                ?? 100_000_000_000 * microjoulesPerMilliwattHour
            try object.rejectUnknownMembers()
            let reading: ElectricalConfiguration.RelativeReading? =
                switch basis {
                case _ where !isEnabled: .disabled
                case .zero: nil
                case .delta: .difference
                case .headroom: .headroom(ofMicrojoules: budget)
                }
            for outlet in outlets { readings[outlet] = reading }
        }
        return readings
    }

    private static func decodeResolution(
        _ device: inout StrictObject, into configuration: inout ElectricalConfiguration
    ) throws(ConfigurationError) {
        guard var object = try device.value("resolution")?.object() else { return }
        let steps: ClosedRange<Int64> = 1...1_000_000
        var resolutions = configuration.resolutions
        resolutions.powerMilliwatts = try object.thousandths("watts", default: 100, in: steps)
        resolutions.voltageMillivolts = try object.thousandths("volts", default: 100, in: steps)
        resolutions.currentMilliamps = try object.thousandths("amps", default: 10, in: steps)
        resolutions.apparentMillivoltamperes = try object.thousandths(
            "voltamperes", default: 100, in: steps)
        resolutions.reactiveMillivars = try object.thousandths("vars", default: 100, in: steps)
        resolutions.powerFactorThousandths = try object.thousandths(
            "powerFactor", default: 10, in: 1...1000)
        resolutions.frequencyMillihertz = try object.thousandths("hertz", default: 10, in: steps)
        resolutions.currentFloorMilliamps = try object.thousandths("floorAmps", default: 0)
        resolutions.powerFloorMilliwatts = try object.thousandths("floorWatts", default: 0)
        try object.rejectUnknownMembers()
        configuration.resolutions = resolutions
    }

    private static func decodeSensing(
        _ device: inout StrictObject, into configuration: inout ElectricalConfiguration
    ) throws(ConfigurationError) {
        guard var object = try device.value("sensing")?.object() else { return }
        configuration.sensingInterval = try object.duration(
            "interval", default: .seconds(1), in: .milliseconds(1)...(.hours(1)))
        configuration.thresholdDwell = try object.duration("dwell", default: .zero)
        try object.rejectUnknownMembers()
    }
}
