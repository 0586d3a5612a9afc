/// A place in the power distribution at which something is measured. Indices count from 0.
package enum MeteringPoint: Sendable, Hashable, Codable {
    case outlet(Int)
    case branch(Int)
    /// One line of the mains: 0 is L1.
    case phase(Int)
    case mains
    /// The whole unit, its own consumption included.
    case unit
}

extension ElectricalConfiguration {
    /// Every point that has a register of its own: outlets, branches, the lines of a three-phase
    /// input, mains and unit.
    package var meteringPoints: [MeteringPoint] {
        let lines = wiring == .threePhase5Wire ? wiring.lineCount : 0
        return outlets.indices.map { .outlet($0) } + branches.indices.map { .branch($0) }
            + (0..<lines).map { .phase($0) } + [.mains, .unit]
    }
}
