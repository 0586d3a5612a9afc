/// What rules rest on, in one spelling. Clause numbers move between versions, titles do not, so
/// both are given.
enum RuleSource {
    static func specification(_ clause: String) -> String {
        "DSP0266 \"Redfish Specification\" 1.8.1, \(clause)"
    }

    /// A schema of DMTF's bundle.
    static func schema(_ schema: String) -> String {
        "DSP8010 \"Redfish Schema Bundle\" 2025.4, \(schema)"
    }

    /// The harness's own judgement, labelled as such, with what it follows from.
    static func policy(_ reason: String) -> String {
        "harness policy: \(reason)"
    }

    static let sessions = specification("13.3.5 Redfish session login authentication")
    static let subscriptions = specification("12.1.1 Event message subscription")
    static let responses = specification("8.3 Status codes")
}
