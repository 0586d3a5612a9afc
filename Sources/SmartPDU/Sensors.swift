import JSONText
import Electrical

/// What a sensor measures.
enum Quantity: Sendable, Hashable {
    case voltage
    case current
    case power
    case energy
    case frequency
    case loadPercent
    /// Between two lines of the mains: 0 is L1 to L2, 1 is L2 to L3, 2 is L3 to L1.
    case lineVoltage(Int)
    case neutralCurrent
    case unbalancedCurrent
    case unbalancedVoltage
}

/// One sensor of the chassis.
struct SensorDefinition: Sendable {
    var id: String
    var name: String
    var path: String
    var point: MeteringPoint
    var quantity: Quantity
    /// `PhysicalContext` and `ElectricalContext` of DSP8010 Sensor.
    var physicalContext: String
    var electricalContext: String?
}

/// Every sensor the device has, in the order of its collection.
struct SensorCatalog: Sendable {
    private(set) var definitions: [SensorDefinition] = []
    private var indexByKey: [Key: Int] = [:]
    /// `DataSourceUri` by sensor.
    private var sources: [StandingMembers] = []
    private var basicSources: [MeteringPoint: BasicSources] = [:]

    private struct Key: Hashable {
        var point: MeteringPoint
        var quantity: Quantity
    }

    subscript(index: Int) -> SensorDefinition { definitions[index] }

    func index(of point: MeteringPoint, _ quantity: Quantity) -> Int? {
        indexByKey[Key(point: point, quantity: quantity)]
    }

    /// `DataSourceUri` of what a sensor senses, where there is one.
    func source(of point: MeteringPoint, _ quantity: Quantity) -> StandingMembers? {
        index(of: point, quantity).map { sources[$0] }
    }

    /// `DataSourceUri` of each of the quantities that every outlet and single-phase circuit has.
    struct BasicSources: Sendable {
        var voltage: StandingMembers?
        var current: StandingMembers?
        var power: StandingMembers?
        var energy: StandingMembers?
    }

    func basicSources(of point: MeteringPoint) -> BasicSources {
        basicSources[point] ?? BasicSources()
    }

    private mutating func indexSources() {
        sources = definitions.map { definition in
            StandingMembers { $0.member("DataSourceUri", definition.path) }
        }
        for point in Set(definitions.map(\.point)) {
            basicSources[point] = BasicSources(
                voltage: source(of: point, .voltage), current: source(of: point, .current),
                power: source(of: point, .power), energy: source(of: point, .energy))
        }
    }

    /// - Parameter definitions: Where two measure the same, the first one is the source of excerpts.
    init(_ definitions: [SensorDefinition]) {
        self.definitions = definitions
        for (index, definition) in definitions.enumerated() {
            let key = Key(point: definition.point, quantity: definition.quantity)
            indexByKey[key] = indexByKey[key] ?? index
        }
        indexSources()
    }

    init(_ configuration: ElectricalConfiguration, collection: String) {
        var builder = Builder(collection: collection)
        let isDirect = configuration.wiring == .directCurrent
        let input = isDirect ? "DCBus" : "ACInput"
        func contextOfLine(_ phase: Int) -> String? {
            isDirect ? nil : lineContext(phase: phase)
        }
        for (index, outlet) in configuration.outlets.enumerated() where outlet.isMetered {
            let context = contextOfLine(configuration.branches[outlet.branch].phase)
            builder.addBasics(
                .outlet(index), id: "Outlet\(outlet.name)", name: "Outlet \(outlet.name)",
                physical: "PowerOutlet", electrical: context)
        }
        for (index, branch) in configuration.branches.enumerated() {
            let context = contextOfLine(branch.phase)
            builder.addBasics(
                .branch(index), id: "Branch\(branch.name)", name: "Branch \(branch.name)",
                physical: input, electrical: context)
            builder.add(
                .branch(index), .loadPercent, id: "LoadBranch\(branch.name)",
                name: "Branch \(branch.name) load", physical: input, electrical: context)
        }
        builder.addMains(configuration.wiring)
        builder.add(
            .unit, .power, id: "PowerPDU", name: "PDU power", physical: "PowerSubsystem",
            electrical: "Total")
        builder.add(
            .unit, .energy, id: "EnergyPDU", name: "PDU energy", physical: "PowerSubsystem",
            electrical: "Total")
        builder.add(
            .unit, .loadPercent, id: "LoadPDU", name: "PDU load", physical: "PowerSubsystem",
            electrical: "Total")
        self.init(builder.definitions)
    }

    private struct Builder {
        let collection: String
        var definitions: [SensorDefinition] = []

        mutating func add(
            _ point: MeteringPoint, _ quantity: Quantity, id: String, name: String,
            physical: String, electrical: String?
        ) {
            definitions.append(
                SensorDefinition(
                    id: id, name: name, path: "\(collection)/\(id)", point: point,
                    quantity: quantity, physicalContext: physical, electricalContext: electrical))
        }

        mutating func addBasics(
            _ point: MeteringPoint, id: String, name: String, physical: String, electrical: String?
        ) {
            let quantities: [(Quantity, String)] = [
                (.voltage, "Voltage"), (.current, "Current"), (.power, "Power"),
                (.energy, "Energy"),
            ]
            for (quantity, word) in quantities {
                add(
                    point, quantity, id: "\(word)\(id)", name: "\(name) \(word.lowercased())",
                    physical: physical, electrical: electrical)
            }
        }

        mutating func addMains(_ wiring: ElectricalConfiguration.Wiring) {
            guard wiring != .directCurrent else {
                addBasics(
                    .mains, id: "Mains", name: "Mains", physical: "DCBus", electrical: nil)
                return
            }
            guard wiring == .threePhase5Wire else {
                addBasics(
                    .mains, id: "Mains", name: "Mains", physical: "ACInput",
                    electrical: "Line1ToNeutral")
                add(
                    .mains, .frequency, id: "FrequencyMains", name: "Mains frequency",
                    physical: "ACInput", electrical: nil)
                return
            }
            for phase in 0..<3 {
                addBasics(
                    .phase(phase), id: "MainsL\(phase + 1)", name: "Mains L\(phase + 1)",
                    physical: "ACInput", electrical: lineContext(phase: phase))
            }
            for pair in 0..<3 {
                let (first, second) = (pair + 1, (pair + 1) % 3 + 1)
                add(
                    .mains, .lineVoltage(pair), id: "VoltageMainsL\(first)L\(second)",
                    name: "Mains L\(first) to L\(second) voltage", physical: "ACInput",
                    electrical: "Line\(first)ToLine\(second)")
            }
            let rest: [(Quantity, String, String, String)] = [
                (.neutralCurrent, "CurrentMainsNeutral", "Mains neutral current", "Neutral"),
                (.power, "PowerMains", "Mains power", "Total"),
                (.energy, "EnergyMains", "Mains energy", "Total"),
                (.unbalancedCurrent, "UnbalancedCurrentMains", "Mains current unbalance", "Total"),
                (.unbalancedVoltage, "UnbalancedVoltageMains", "Mains voltage unbalance", "Total"),
            ]
            for (quantity, id, name, context) in rest {
                add(
                    .mains, quantity, id: id, name: name, physical: "ACInput", electrical: context)
            }
            add(
                .mains, .frequency, id: "FrequencyMains", name: "Mains frequency",
                physical: "ACInput", electrical: nil)
        }
    }
}

/// `ElectricalContext` of a circuit between a line and neutral.
func lineContext(phase: Int) -> String { "Line\(phase + 1)ToNeutral" }
