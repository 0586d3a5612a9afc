/// How a client program was run when a recording was made: by the same terms it is judged, and the
/// run is seen again.
package struct ClientInvocation: Sendable, Hashable {
    /// How the client and the harness came together.
    package enum Style: String, Sendable, Hashable, CaseIterable {
        /// Started once, and told to stop at the end.
        case once
        /// Started anew for every poll.
        case perPoll = "per-poll"
        /// Started once, and asked for its metrics.
        case scraped
        /// Started by somebody else.
        case attached
    }

    /// The words of the command after `pdu-harness`, the scenario second, without secrets.
    package var command: [String]
    /// Version of the harness.
    package var harness: String
    package var style: Style
    /// What the client takes upon itself, in the manifest's words.
    package var does: [String]
    /// Whether claims were owed even where none were made.
    package var requiresClaims: Bool
    /// Whether its authors had accepted failures; which, is not recorded.
    package var acceptsFailures: Bool

    package init(
        command: [String], harness: String, style: Style, does: [String], requiresClaims: Bool,
        acceptsFailures: Bool = false
    ) {
        self.command = command
        self.harness = harness
        self.style = style
        self.does = does
        self.requiresClaims = requiresClaims
        self.acceptsFailures = acceptsFailures
    }
}
