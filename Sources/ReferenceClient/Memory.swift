extension EnergyAggregator {
    /// What a client keeps when it ends, so that the next one goes on where it stopped: the ledgers
    /// of all points by URI, and which unit stood where.
    package struct Memory: Sendable, Codable {
        struct Meter: Codable {
            var ledger: EnergyLedger
            var powerIntegral: PowerIntegral
            var carbon: CarbonAccount
            var hasRegister: Bool
        }

        var meters: [String: Meter] = [:]
        /// Serial number and UUID by the unit's URI.
        var identities: [String: String] = [:]

        /// Another unit stands where one stood: its registers are others.
        mutating func rebase(unit uri: String) {
            for meter in meters.keys where meter.hasPrefix(uri + "/") {
                meters[meter]?.ledger.rebase()
                meters[meter]?.powerIntegral.rebase()
            }
        }
    }

    package var memory: Memory {
        var memory = Memory()
        for meter in plant.meters { memory.meters[meter.uri] = meter.memory }
        for unit in plant.units { memory.identities[unit.uri] = unit.identity }
        return memory
    }
}
