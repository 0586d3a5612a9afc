import Findings
import Recordings
import Scenarios
import VirtualTime
import Wire

/// A client under test: how it is started, and what it takes upon itself.
struct ClientProgram: Sendable {
    /// Which exit status is right once the client has been told to stop.
    enum ExitDemand: String, Sendable, CaseIterable {
        case any
        case zero
        case nonzero
    }

    /// How the client and the harness come together.
    enum Invocation: String, Sendable, CaseIterable {
        /// Started once, and told to stop at the end.
        case once
        /// Started anew for every poll, and expected to end by itself.
        case perPoll = "per-poll"
    }

    /// What the clock is that the program itself reads.
    enum OwnClock: String, Sendable, CaseIterable {
        case wall
        /// The scenario's, by the library libfaketime.
        case faketime
    }

    var name: String
    /// The program and its arguments, with placeholders; empty where somebody else starts it.
    var arguments: [String]
    var does: [ClientUnderTest.Activity] = [.poll]
    var clock = ClientClock.usual
    var ownClock = OwnClock.wall
    /// How its clock is made to run, once it is known that it can be.
    var faketime: Faketime?
    var invocation = Invocation.once
    /// Where the client works only when it is scraped.
    var scrape: Scrape?
    /// Where the client is started elsewhere.
    var attachment: Attachment?
    /// Nil is any, but zero for a client that is started anew for every poll.
    var exit: ExitDemand?
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

    var exitDemand: ExitDemand { exit ?? (invocation == .perPoll ? .zero : .any) }

    /// Whether the harness can stop it and start it again in the middle of a scenario.
    var isRestartable: Bool { invocation == .once && attachment == nil }

    /// For the header of a recording.
    func invocation(by command: [String]) -> ClientInvocation {
        ClientInvocation(
            command: command, harness: harnessVersion, style: style,
            does: does.map(\.rawValue), requiresClaims: requiresClaims,
            acceptsFailures: expected != nil)
    }

    private var style: ClientInvocation.Style {
        if attachment != nil { return .attached }
        if scrape != nil { return .scraped }
        return invocation == .perPoll ? .perPoll : .once
    }

    /// The client that the command line asks for; nil is the built-in one.
    static func find(
        command: [String], manifest: String?, isAttached: Bool = false
    ) throws -> ClientProgram? {
        if let program = command.first {
            guard manifest == nil else {
                throw CommandFailure.usage("--client names a client, and so does what follows --")
            }
            guard !isAttached else {
                throw CommandFailure.usage(
                    "--attach waits for a client that is started elsewhere; leave out what "
                        + "follows --")
            }
            let name = program.split(separator: "/").last.map(String.init) ?? program
            return ClientProgram(name: name, arguments: command)
        }
        if manifest == "reference" { return nil }
        if let manifest { return try ClientManifest.read(manifest) }
        if Files.exists(ClientManifest.fileName) {
            return try ClientManifest.read(ClientManifest.fileName)
        }
        return isAttached ? ClientProgram(name: "attached", arguments: []) : nil
    }

    /// Reads `poll,subscribe`, or `none`.
    static func activities(_ text: String) throws -> [ClientUnderTest.Activity] {
        guard text != "none" else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let activity = ClientUnderTest.Activity(rawValue: String(word)) else {
                let known = ClientUnderTest.Activity.allCases.map(\.rawValue)
                throw CommandFailure.usage(
                    "--does \(text): '\(word)' is not among \(known.joined(separator: ", ")); "
                        + "none stands alone")
            }
            return activity
        }
    }

    /// What cannot be had together.
    ///
    /// - Throws: A usage failure that says so.
    func checkConsistency() throws {
        if invocation == .perPoll, scrape != nil {
            throw CommandFailure.usage(
                "a client that is started for every poll is not there to be scraped")
        }
        if scrape != nil, claims?.readsMetrics != true {
            throw CommandFailure.usage(
                "what is scraped becomes claims by a table; add \"claims\" with the format "
                    + "prometheus to the manifest")
        }
        if ownClock == .faketime, clock == .stepped {
            throw CommandFailure.usage(
                "libfaketime makes a clock run faster, and a stepped one does not run")
        }
        if attachment != nil, ownClock == .faketime || invocation == .perPoll || scrape != nil {
            throw CommandFailure.usage(
                "--attach does not start the client, so its clock, its polls and its metrics are "
                    + "its own affair")
        }
    }
}

/// How a client that is started elsewhere finds the PDU, and when it is over.
struct Attachment: Sendable {
    var bind = "127.0.0.1"
    var port = 0
    /// The name by which others know this machine.
    var advertisedHost: String?
    /// A file that gets the URL once requests are answered.
    var urlFile: String?
    var until: End?
    var deliversAnywhere = false

    enum End: Sendable, Hashable {
        case scenario(VirtualInstant)
        /// So long after the scenario's start.
        case offset(VirtualDuration)
        case wall(VirtualDuration)

        /// Reads `PT20M`, `2026-01-15T10:20:00Z` and `wall:PT2M`.
        init?(_ text: String) {
            let prefix = "wall:"
            if text.hasPrefix(prefix) {
                guard let span = VirtualDuration(iso8601: text.dropFirst(prefix.count)) else {
                    return nil
                }
                self = .wall(span)
            } else if let span = VirtualDuration(iso8601: text) {
                self = .offset(span)
            } else if let instant = VirtualInstant(iso8601: text) {
                self = .scenario(instant)
            } else {
                return nil
            }
        }
    }

    var host: String {
        advertisedHost ?? (["0.0.0.0", "::"].contains(bind) ? "127.0.0.1" : bind)
    }
}
