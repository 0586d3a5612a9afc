import VirtualTime

/// The inputs of one target: number n of a seed is the same bytes everywhere, so that an input that
/// ended the process is found again by its number.
package struct FuzzInputs<Target: FuzzTarget>: Sendable {
    private let corpus: [[UInt8]]
    private let seed: UInt64

    /// Inputs do not grow beyond this; what is bigger is another test.
    private static var longestBytes: Int { 1 << 18 }

    /// - Parameter corpus: Good inputs in a fixed order; at least one.
    package init(_ target: Target.Type, corpus: [[UInt8]], seed: UInt64) {
        precondition(!corpus.isEmpty, "a fuzz target needs a corpus")
        self.corpus = corpus
        self.seed = seed
    }

    /// The first are the members of the corpus as they are.
    package subscript(number: Int) -> [UInt8] {
        guard number >= corpus.count else { return corpus[number] }
        var chance = Chance(RandomStream(seed: seed, label: "fuzz/\(Target.name)/\(number)"))
        var input = corpus[chance.below(corpus.count)]
        for _ in 0...chance.below(5) {
            let other = corpus[chance.below(corpus.count)]
            switch chance.below(4) {
            case 0: ByteChanges.apply(to: &input, with: other, &chance)
            case 1: TokenChanges.apply(to: &input, with: other, Target.dictionary, &chance)
            default: input = Target.changed(input, with: other, &chance)
            }
        }
        return Array(input.prefix(Self.longestBytes))
    }
}
