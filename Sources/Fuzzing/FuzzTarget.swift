/// A part of the harness that reads what others have written, and what must be true of it whatever
/// it is given.
///
/// Beyond what a target checks itself, an input must not end the process, take too long or too much
/// memory; whoever calls sees to that.
package protocol FuzzTarget: Sendable {
    /// As the command line and the corpus folder call it.
    static var name: String { get }

    /// Words of the target's language, to be put in where they do not belong.
    static var dictionary: [String] { get }

    /// A change that knows the structure of good inputs; the input as it is where it has none.
    ///
    /// - Parameter other: Another member of the corpus, to take parts from.
    static func changed(_ input: [UInt8], with other: [UInt8], _ chance: inout Chance) -> [UInt8]

    func outcome(of input: [UInt8]) -> FuzzOutcome
}

package enum FuzzOutcome: Sendable, Hashable {
    case accepted
    /// Refused with an error in words, which says where.
    case refused(String)
    /// The target has broken a law of its own.
    case broken(String)
}

/// The first law that is broken; nil where all hold.
func firstBroken(_ laws: [(holds: Bool, words: String)]) -> FuzzOutcome? {
    laws.first { !$0.holds }.map { .broken($0.words) }
}
