/// How a run ended, as far as its entries do not show it: whoever judges the recording needs it to
/// come to the same verdict.
package struct RunConclusion: Sendable, Hashable {
    /// How often a fault of the scenario played.
    package struct FaultCount: Sendable, Hashable {
        package var name: String
        package var count: Int

        package init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// By how much the harness was late at worst, in real time; nil where no clock ran by itself.
    package var delayMilliseconds: Int64?
    /// How often a client was started anew for its polls.
    package var restarts = 0
    /// Whether the client was perhaps still at work.
    package var mayGoOn = false
    package var stepsReached = 0
    /// Steps of the scenario's timeline that were not played, from 1.
    package var stepsMissed: [Int] = []
    /// In the scenario's order.
    package var faultCounts: [FaultCount] = []
    /// What became of the client, in the scenario's words; nil where it had not come to its end.
    package var clientOutcome: String?
    /// How the program ended, where the client was one.
    package var program: ProgramEnd?
    /// Why nothing of what the client said became a claim, where it said something.
    package var unclaimed: String?

    package init() {}

    /// Without what the client itself wrote, which may name whose PDU it was.
    package var withoutWordsOfClient: RunConclusion {
        var conclusion = self
        conclusion.program?.lastLines = []
        conclusion.unclaimed = nil
        return conclusion
    }
}

/// How a client program ended.
package struct ProgramEnd: Sendable, Hashable {
    /// In a few words, for example `ended with status 0`.
    package var summary: String
    /// What is wrong with that, or nil.
    package var problem: String?
    /// What would have been right, for example `status 0`.
    package var expected: String
    /// The last lines it wrote, without secrets.
    package var lastLines: [String]
    /// The file in the output folder that holds all of that.
    package var outputFile: String?

    package init(
        summary: String, problem: String?, expected: String, lastLines: [String],
        outputFile: String? = nil
    ) {
        self.summary = summary
        self.problem = problem
        self.expected = expected
        self.lastLines = lastLines
        self.outputFile = outputFile
    }

    private static let quotedCharacters = 200

    /// The last lines and where the others are; nil where it wrote nothing.
    package var lastWords: String? {
        guard !lastLines.isEmpty else { return nil }
        let lines = lastLines.map { $0.prefix(Self.quotedCharacters) }
        return "its last lines: " + lines.joined(separator: " ⏎ ")
            + (outputFile.map { " (all in \($0))" } ?? "")
    }
}
