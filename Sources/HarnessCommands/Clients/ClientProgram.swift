import Findings
import Scenarios

/// A client under test: how it is started, and what it takes upon itself.
struct ClientProgram: Sendable {
    /// Which exit status is right once the client has been told to stop.
    enum ExitDemand: String, Sendable, CaseIterable {
        case any
        case zero
        case nonzero
    }

    var name: String
    /// The program and its arguments, with placeholders.
    var arguments: [String]
    var does: [ClientUnderTest.Activity] = [.poll]
    var pace: Int64 = 60
    var exit = ExitDemand.any
    /// A template beside the manifest, rendered for every scenario.
    var configurationTemplate: String?
    /// How its own words become claims; nil where it speaks ours.
    var claims: ClaimAdapter?
    var requiresClaims = false
    var requiresGolden = false
    var usesTLS = false
    /// Failures that its authors have accepted.
    var expected: ExpectedFindings?

    init(name: String, arguments: [String]) {
        self.name = name
        self.arguments = arguments
    }

    /// The client that the command line asks for; nil is the built-in one.
    static func find(command: [String], manifest: String?) throws -> ClientProgram? {
        if let program = command.first {
            guard manifest == nil else {
                throw CommandFailure.usage("--client names a client, and so does what follows --")
            }
            let name = program.split(separator: "/").last.map(String.init) ?? program
            return ClientProgram(name: name, arguments: command)
        }
        if manifest == "reference" { return nil }
        if let manifest { return try ClientManifest.read(manifest) }
        return Files.exists(ClientManifest.fileName)
            ? try ClientManifest.read(ClientManifest.fileName) : nil
    }

    /// Reads `poll,subscribe`.
    static func activities(_ text: String) throws -> [ClientUnderTest.Activity] {
        try text.split(separator: ",").map { word in
            guard let activity = ClientUnderTest.Activity(rawValue: String(word)) else {
                let known = ClientUnderTest.Activity.allCases.map(\.rawValue)
                throw CommandFailure.usage(
                    "--does \(text): '\(word)' is not among \(known.joined(separator: ", "))")
            }
            return activity
        }
    }
}
