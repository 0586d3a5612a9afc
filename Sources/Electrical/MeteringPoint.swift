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
