/// Masks what is recorded: secrets always, and what rules of the user's say besides.
///
/// A golden is made of entries without their secrets only. It shows whose PDU it was anyway, and a
/// rule must make no difference to it.
package struct EntryMasker: Sendable {
    package struct Masked: Sendable {
        /// For recordings, reports, and whoever judges.
        package var recorded: RecordEntry
        /// For goldens.
        package var golden: RecordEntry
    }

    private var secrets = SecretMasker()
    private var ruled: SecretMasker?

    /// - Parameter rules: What is masked beside secrets.
    package init(rules: MaskRules = MaskRules()) {
        ruled = rules.isEmpty ? nil : SecretMasker(rules: rules)
    }

    /// Whether recordings differ from what goldens are made of.
    package var hasRules: Bool { ruled != nil }

    /// The header as it is recorded: the scenario in it says whose PDU it is, too.
    package mutating func mask(_ header: RecordingHeader) -> RecordingHeader {
        var masked = header
        masked.resolvedScenario =
            ruled?.mask(header.resolvedScenario) ?? header.resolvedScenario
        return masked
    }

    package mutating func mask(_ entry: RecordEntry) -> Masked {
        let golden = secrets.mask(entry)
        return Masked(recorded: ruled?.mask(golden) ?? golden, golden: golden)
    }

    /// What a program printed, without what is masked elsewhere.
    package mutating func mask(text: String) -> String {
        let text = secrets.mask(text: text)
        return ruled?.mask(text: text) ?? text
    }
}
