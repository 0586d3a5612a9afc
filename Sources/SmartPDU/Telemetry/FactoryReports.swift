import VirtualTime

extension MetricReportDefinition {
    static let powerAndEnergyID = "PowerAndEnergy"

    /// The report every PDU makes of itself: power and energy of the unit and its branches.
    static func powerAndEnergy(_ addresses: Addresses) -> MetricReportDefinition {
        var definition = MetricReportDefinition(id: powerAndEnergyID, name: "Power and energy")
        definition.isFactoryMade = true
        definition.kind = .periodic
        definition.interval = .minutes(1)
        definition.targets = [.collection, .event]
        definition.properties = ([addresses.metrics] + addresses.branches).flatMap { path in
            ["\(path)#/PowerWatts/Reading", "\(path)#/EnergykWh/Reading"]
        }
        definition.sources = definition.properties.compactMap { MetricSource($0) }
        return definition
    }
}
