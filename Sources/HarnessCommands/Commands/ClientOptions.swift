import ArgumentParser

/// Which program is judged, and what it owes.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The client's manifest, or reference for the built-in client.", valueName: "file"))
    var client: String?

    @Option(
        help: ArgumentHelp(
            "What the client takes upon itself: poll, subscribe, sse, control, or none (default: "
                + "poll).", valueName: "list"))
    var does: String?

    @Option(
        help: ArgumentHelp(
            "Failures of the client that are accepted, each with a reason.", valueName: "file"))
    var expected: String?

    @Flag(help: "Fail where the client claims no energy.")
    var requireClaims = false

    /// Whether anything is said that only a client program can be held to.
    var areAboutProgram: Bool { does != nil || expected != nil || requireClaims }

    /// The same as arguments again.
    var arguments: [String] {
        let named = [("--client", client), ("--does", does), ("--expected", expected)]
        return named.flatMap { name, value in value.map { [name, $0] } ?? [] }
            + (requireClaims ? ["--require-claims"] : [])
    }

    /// Says what stands here of the program, too.
    func apply(to program: inout ClientProgram) throws {
        if let does { program.does = try ClientProgram.activities(does) }
        if let expected { program.expected = try ExpectationFile.read(expected) }
        program.requiresClaims = requireClaims
    }
}
