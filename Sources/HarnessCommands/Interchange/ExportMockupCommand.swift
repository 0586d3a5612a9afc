import ArgumentParser
import Findings
import HTTPMessages
import HTTPTypes
import Interchange
import JSONText
import Recordings
import Scenarios
import SmartPDU
import VirtualTime

struct ExportMockupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mockup", abstract: "As a DMTF mockup: a folder for each resource.",
        discussion: """
            The folder holds redfish/v1 and below it what each resource answered last at or before \
            the moment named: index.json and headers.json, as DMTF's mockup server and \
            serve --mockup serve it. What the client never read is filled in from the device that \
            the scenario describes, as it is at that moment; of a recording without a scenario it \
            is missing, and the links that lead there are listed.
            """)

    @OptionGroup var options: ExportOptions

    @Option(
        help: ArgumentHelp(
            "The moment, from the start of the scenario (default: the end).",
            valueName: "duration"), transform: VirtualDuration.fromArgument)
    var at: VirtualDuration?

    @Flag(help: "Leave out what was not recorded, even where the device is known.")
    var recordedOnly = false

    @Option(
        help: ArgumentHelp(
            "A folder that is new or empty (default: pdu-harness-out/NAME.mockup).",
            valueName: "folder"))
    var out: String?

    func run() throws {
        let recorded = try options.load()
        let folder = try ExportFolder(out ?? "pdu-harness-out/\(recorded.name).mockup")
        var snapshot = MockupSnapshot()
        var last = recorded.start
        try recorded.forEach { entry in
            if let at, entry.instant > recorded.start + at { return }
            last = max(last, entry.instant)
            if case .exchange(let exchange) = entry { snapshot.note(exchange) }
        }
        let count = snapshot.count
        let moment = at.map { recorded.start + $0 } ?? last
        if !recordedOnly, let device = try device(of: recorded, at: moment) {
            device.fill(&snapshot)
        }
        guard snapshot.count > 0 else {
            throw CommandFailure.usage(
                "\(recorded.path): no resource was read until \((moment - recorded.start).iso8601)")
        }
        try folder.write(snapshot.files)
        var words =
            "\(folder.path): \(snapshot.count.counted("resource")) at "
            + "\((moment - recorded.start).iso8601), \(count.grouped) as recorded"
        if snapshot.count > count {
            words += ", \((snapshot.count - count).grouped) as the device answers then"
        }
        if snapshot.membersTaken > 0 {
            words +=
                "; \(snapshot.membersTaken.counted("member")) deleted since the collection was read"
        }
        Console.note(words)
        for uri in snapshot.foldless.sorted().prefix(20) {
            Console.note("  left out, as it cannot be a folder: \(uri.visible)")
        }
        let missing = snapshot.missing
        for uri in missing.prefix(20) { Console.note("  links lead to \(uri), which is missing") }
        if missing.count > 20 { Console.note("  … and to \((missing.count - 20).grouped) more") }
    }

    private func device(
        of recorded: RecordedRun, at moment: VirtualInstant
    ) throws -> ScriptedDevice? {
        let folders = try options.homeOption.locate()
        guard let scenario = try recorded.scenario(store: { ScenarioStore(folders: folders) })
        else { return nil }
        return ScriptedDevice(scenario, bundle: try Bundle(folder: folders.csdl), at: moment)
    }
}

/// The device of a scenario at one moment, when nobody but the scenario's timeline has touched it.
struct ScriptedDevice {
    private let host: DeviceHost
    private let authorization: String

    init(_ scenario: Scenario, bundle: Bundle, at moment: VirtualInstant) {
        let clock = VirtualClock(at: scenario.start)
        host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges, records: false,
            playsByItself: true, now: { clock.now })
        let service = scenario.device.service
        authorization =
            "Basic " + base64Text(Array("\(service.userName):\(service.password)".utf8))
        while let due = host.nextDue, due <= moment {
            clock.advance(to: max(due, clock.now))
            host.catchUp()
        }
        clock.advance(to: max(moment, clock.now))
    }

    /// Reads what the snapshot links to and does not hold, until nothing is missing that is there.
    func fill(_ snapshot: inout MockupSnapshot) {
        var asked: Set<String> = []
        while true {
            let missing = snapshot.missing.filter { asked.insert($0).inserted }
            guard !missing.isEmpty else { return }
            for uri in missing {
                let request = RequestMessage(.get, uri, fields: [.authorization: authorization])
                let answer = host.answer(request) { _ in }
                snapshot.note(
                    Exchange(
                        instant: .init(millisecondsSinceEpoch: 0), direction: .request,
                        request: request, response: try? answer.outcome.get()))
            }
        }
    }
}

extension VirtualDuration {
    /// An ISO 8601 duration on the command line.
    static func fromArgument(_ text: String) throws -> VirtualDuration {
        guard let duration = VirtualDuration(iso8601: text), duration >= .zero else {
            throw ValidationError("'\(text)' is no duration; write for example PT20M")
        }
        return duration
    }
}
