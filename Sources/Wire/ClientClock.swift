/// The clock that a client under test is played to, as options and recordings name it.
package enum ClientClock: Sendable, Hashable {
    /// So many scenario seconds pass in a real second.
    case paced(Int64)
    /// Time passes when the control endpoint is told so, and then only.
    case stepped

    package static let usual = ClientClock.paced(60)

    /// Reads `paced:60` and `stepped`; nil where the text is neither.
    package init?(_ text: String) {
        if text == "stepped" {
            self = .stepped
            return
        }
        let prefix = "paced:"
        guard text.hasPrefix(prefix), let pace = Int64(text.dropFirst(prefix.count)),
            PacedClock.paces.contains(pace)
        else { return nil }
        self = .paced(pace)
    }

    package var name: String {
        switch self {
        case .paced(let pace): "paced:\(pace)"
        case .stepped: "stepped"
        }
    }

    /// Scenario seconds that pass by themselves in a real second.
    package var pace: Int64 { if case .paced(let pace) = self { pace } else { 0 } }
}
