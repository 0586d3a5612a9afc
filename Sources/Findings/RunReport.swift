/// What one rule came to in one run.
package struct RuleResult: Sendable, Hashable {
    package var rule: Rule
    package var verdict: Verdict
    /// The numbers behind the verdict, for example `51 registers, 3,120 readings, 0 fell`.
    package var measure: String
    package var findings: [Finding]
    /// How many more there were, which were counted and not kept.
    package var uncollected: Int

    package init(
        rule: Rule, verdict: Verdict, measure: String, findings: [Finding] = [],
        uncollected: Int = 0
    ) {
        self.rule = rule
        self.verdict = verdict
        self.measure = measure
        self.findings = findings
        self.uncollected = uncollected
    }
}

/// The rules that answer one question of a user: one line of the text report.
package struct CheckGroup: Sendable, Hashable {
    /// For example `energy monotonicity`.
    package var name: String
    package var measure: String
    package var results: [RuleResult]

    package init(name: String, measure: String, results: [RuleResult]) {
        self.name = name
        self.measure = measure
        self.results = results
    }

    package var verdict: Verdict { Verdict.summary(of: results.map(\.verdict)) }
}

/// How a run's recording compares with the golden on file.
package enum GoldenOutcome: Sendable, Hashable {
    case equal(exchanges: Int)
    /// Differences in the order of design: frame by frame, leaf first.
    case different([GoldenDifference], total: Int)
    /// No golden on file; the pending one's path follows where one was written.
    case missing(required: Bool)
    /// The file cannot be used: damaged, conflict markers, a newer version.
    case unusable(reason: String)
    /// The harness's own model changed since the golden was taken.
    case otherModel(golden: String, current: String)
    /// Not compared, for example on a paced clock.
    case notCompared(reason: String)
}

/// One difference between a golden and a run, in the words of its reader.
package struct GoldenDifference: Sendable, Hashable {
    /// Scenario time since the start, ISO 8601.
    package var time: String
    /// For example `GET /redfish/v1/PowerEquipment/RackPDUs/2/Outlets/7`.
    package var subject: String
    /// JSON pointer of the value, or a word such as `status` for other parts of an exchange.
    package var place: String
    package var golden: String?
    package var run: String?

    package init(time: String, subject: String, place: String, golden: String?, run: String?) {
        self.time = time
        self.subject = subject
        self.place = place
        self.golden = golden
        self.run = run
    }
}

/// Why a run did not end with exit status 0, in the order that decides the status.
package enum ExitCause: Sendable, Hashable {
    case interrupted(signal: Int32)
    case harnessFault(String)
    case usage(String)
    case client(String)
    case check(ruleID: String)
    case golden(String)

    package var status: Int32 {
        switch self {
        case .interrupted(let signal): 128 + signal
        case .harnessFault: 70
        case .usage: 64
        case .client: 3
        case .check: 1
        case .golden: 2
        }
    }

    /// 130/143, 70, 64, 3, 1, 2: the smaller decides.
    var rank: Int {
        switch self {
        case .interrupted: 0
        case .harnessFault: 1
        case .usage: 2
        case .client: 3
        case .check: 4
        case .golden: 5
        }
    }

    package static func status(of causes: [ExitCause]) -> Int32 {
        causes.min { $0.rank < $1.rank }?.status ?? 0
    }

    /// The words of the report's last line.
    package var words: String {
        switch self {
        case .interrupted(let signal): "interrupted by signal \(signal)"
        case .harnessFault(let reason), .usage(let reason), .client(let reason): reason
        case .check(let ruleID): ruleID
        case .golden(let reason): "golden \(reason)"
        }
    }
}

/// The whole result of one scenario's run as values. Holds no wall time, port, host, pid or path of
/// the machine, so that every report rendered from it is the same bytes everywhere.
package struct ScenarioReport: Sendable, Hashable {
    package var scenario: String
    package var title: String
    package var seed: UInt64
    /// `reference` or the name of the client under test.
    package var client: String
    /// `virtual`, `paced:60`, …
    package var clock: String
    /// Version of the harness's own physics and service.
    package var model: String
    /// Facts of what was simulated, label and value, for example
    /// (`device`, `smartpdu-48: 48 outlets, 3 branches, 230/400 V 50 Hz`).
    package var simulated: [Fact]
    /// Facts of what was recorded: exchanges, deliveries, payloads validated. A count is the bare
    /// number with its noun as the label, (`deliveries`, `41`).
    package var recorded: [Fact]
    package var groups: [CheckGroup]
    /// What the client did; empty where nothing of it is known.
    package var ledgers: [Ledger]
    package var golden: GoldenOutcome
    /// What the golden's differences come from, in the order of time; empty where it does not
    /// differ.
    package var goldenCauses: [ComparisonReport.Cause]
    package var causes: [ExitCause]
    /// The full recording that the findings' lines count in, relative to the output directory; nil
    /// where none was written.
    package var recordingFile: String?
    /// The golden that `accept` would take over, relative to the output directory; nil where none
    /// was written.
    package var pendingGolden: String?
    /// The command that plays the same again; secrets are placeholders in it.
    package var command: String?

    package struct Fact: Sendable, Hashable {
        package var label: String
        package var value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }

        /// The fact on its own: `41 deliveries` for a bare number, otherwise the value.
        package var phrase: String {
            let isBareNumber = value.utf8.allSatisfy { byte in
                byte == UInt8(ascii: ",") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
            guard isBareNumber else { return value }
            return "\(value) \(value == "1" ? Self.singular(of: label) : label)"
        }

        private static func singular(of noun: String) -> String {
            noun.hasSuffix("ies") ? noun.dropLast(3) + "y" : String(noun.dropLast())
        }
    }

    package init(
        scenario: String, title: String, seed: UInt64, client: String, clock: String,
        model: String, simulated: [Fact], recorded: [Fact], groups: [CheckGroup],
        golden: GoldenOutcome, goldenCauses: [ComparisonReport.Cause] = [], causes: [ExitCause],
        ledgers: [Ledger] = [], recordingFile: String? = nil, pendingGolden: String? = nil,
        command: String? = nil
    ) {
        self.scenario = scenario
        self.title = title
        self.seed = seed
        self.client = client
        self.clock = clock
        self.model = model
        self.simulated = simulated
        self.recorded = recorded
        self.groups = groups
        self.ledgers = ledgers
        self.golden = golden
        self.goldenCauses = goldenCauses
        self.causes = causes
        self.recordingFile = recordingFile
        self.pendingGolden = pendingGolden
        self.command = command
    }

    package var exitStatus: Int32 { ExitCause.status(of: causes) }

    package var verdict: Verdict { causes.isEmpty ? .pass : .fail }
}

/// The result of one invocation: several scenarios.
package struct RunReport: Sendable, Hashable {
    package var harnessVersion: String
    package var scenarios: [ScenarioReport]
    /// Goldens that no scenario uses, as `Golden/….golden.jsonl`; only a run of all scenarios can
    /// tell.
    package var staleGoldens: [String] = []

    package init(harnessVersion: String, scenarios: [ScenarioReport]) {
        self.harnessVersion = harnessVersion
        self.scenarios = scenarios
    }

    package var causes: [ExitCause] {
        scenarios.flatMap(\.causes)
            + staleGoldens.map { .golden("\($0) belongs to no scenario") }
    }

    package var exitStatus: Int32 { ExitCause.status(of: causes) }
}
