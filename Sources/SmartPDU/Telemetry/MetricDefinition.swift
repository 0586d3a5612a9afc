import Electrical
import JSONText

/// What a metric of this device is, and where it is to be had.
///
/// Source: DSP8010 MetricDefinition v1_3.
struct MetricDefinition: Sendable {
    let id: String
    let name: String
    /// UCUM code.
    let units: String
    let type: String
    let calculable: String
    /// Whether the unit as a whole has it.
    let isOfUnit: Bool

    static let all = [
        MetricDefinition(
            id: "PowerWatts", name: "Active power", units: "W", type: "Gauge",
            calculable: "Summable", isOfUnit: true),
        MetricDefinition(
            id: "EnergykWh", name: "Energy since the last reset", units: "kW.h", type: "Numeric",
            calculable: "Summable", isOfUnit: true),
        MetricDefinition(
            id: "CurrentAmps", name: "Current", units: "A", type: "Gauge",
            calculable: "NonSummable", isOfUnit: false),
        MetricDefinition(
            id: "Voltage", name: "Voltage", units: "V", type: "Gauge", calculable: "NonSummable",
            isOfUnit: false),
    ]

    static func named(_ id: String) -> MetricDefinition? { all.first { $0.id == id } }

    /// The definition of a property, told by its place in the resource.
    static func id(of pointer: JSONPointer) -> String? {
        guard pointer.tokens.count == 2, pointer.tokens[1] == "Reading" else { return nil }
        return named(pointer.tokens[0])?.id
    }

    /// The properties that hold it, with wildcards for branches and outlets.
    func properties(_ addresses: Addresses, hasMeteredOutlets: Bool) -> [String] {
        let fragment = "#/\(id)/Reading"
        var properties = isOfUnit ? ["\(addresses.metrics)\(fragment)"] : []
        properties.append("\(addresses.branchCollection)/{BranchId}\(fragment)")
        if hasMeteredOutlets {
            properties.append("\(addresses.outletCollection)/{OutletId}\(fragment)")
        }
        return properties
    }
}

extension SmartPDU {
    var meteredOutletNames: [String] {
        configuration.electrical.outlets.filter(\.isMetered).map(\.name)
    }
}
