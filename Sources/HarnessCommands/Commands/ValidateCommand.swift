import ArgumentParser
import Findings
import Foundation
import JSONText
import Judging
import Profiles
import Recordings
import Reports
import Validation
import Wire

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Holds services, mockups, recordings and payloads against their schemas.",
        discussion: """
            A target is the URL of a live service, which is read from its root by links; a folder \
            with a DMTF mockup; a full recording or a golden; or a file with one payload, - being \
            standard input. Payloads are judged at the version their @odata.type declares.

            With --profile the target is also held against an interoperability profile (DSP0272): a \
            file, or one of the harness's own by name. Profiles that it requires are read from the \
            files beside it. Nothing is written or invoked to find out what a service can do.

            A password may also stand in PDU_HARNESS_PASSWORD.
            """)

    @Argument(
        help: ArgumentHelp(
            "URLs, mockup folders, recordings, payload files, -.",
            valueName: "target"))
    var targets: [String]

    @Option(
        help: ArgumentHelp(
            "The part of a service or mockup to look at; of a payload, where it was served.",
            valueName: "uri"))
    var uri: String?

    @Option(
        help: ArgumentHelp(
            "Schemas to judge by, instead of the bundle: a folder of CSDL files.",
            valueName: "folder"))
    var csdl: String?

    @OptionGroup var access: DeviceAccess

    @Option(
        help: ArgumentHelp(
            "Findings that are accepted, each with a reason and an expiry.", valueName: "file"))
    var expected: String?

    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp(
            "An interoperability profile to hold targets against. Repeatable.",
            valueName: "file|name"))
    var profileNames: [String] = []

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard targets.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("standard input is one target")
        }
    }

    func run() async throws {
        let folders = try homeOption.locate()
        let bundle = try Bundle(folder: folders.csdl, schemas: csdl)
        let accepted = try expected.map(ExpectationFile.read)
        let store = ProfileStore(folder: folders.profiles)
        let profiles = ProfileJudge(
            profiles: try store.load(profileNames), schema: bundle.library)
        let command = self
        let judged = try await Interruption.guarding {
            var judged = profiles.review()
            for target in command.targets {
                judged.append(try await command.judge(target, bundle, profiles))
            }
            return judged
        }
        var report = ValidationReport(
            harnessVersion: harnessVersion, targets: judged,
            rules: SchemaRules.all + [Judge.payloadRule] + ProfileRules.all)
        if let accepted { report.accept(accepted, on: ExpectationFile.today) }
        for target in reports { try Files.write(target.format.render(report), to: target.path) }
        Console.write(
            ValidationText.render(report, style: Console.style), to: FileHandle.standardOutput)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    // MARK: Targets

    private static let payloadByteLimit = 64 << 20

    private func judge(
        _ target: String, _ bundle: Bundle, _ profiles: ProfileJudge
    ) async throws -> ValidatedTarget {
        let validator = PayloadValidator(schema: bundle.library, messages: bundle.messages)
        if let service = Origin.service(at: target) {
            return try await judge(target, service, validator, profiles)
        }
        if Files.isDirectory(target) {
            let examples = PayloadValidator(
                schema: bundle.library, messages: bundle.messages, isMockup: true)
            return try MockupTarget(
                tree: MockupTree(target), validator: examples, part: uri ?? MockupTree.root,
                profiles: profiles
            ).judge()
        }
        let reader = try FileReader(target == "-" ? "/dev/stdin" : target)
        let first = try reader.next() ?? []
        let name = Files.fromHere(target)
        let recorded = RecordingTarget(path: name, bundle: bundle)
        switch RecordingFormat(firstBytesOf: first) {
        case .some where !profiles.profiles.isEmpty:
            throw CommandFailure.usage(
                "\(name): a profile is held against a service, a mockup or one payload, and this is "
                    + "a recording")
        case .recording: return try recorded.judge(RecordingStream(reader, after: first))
        case .golden:
            return try recorded.judge(
                golden: reader.rest(
                    after: first, limit: GoldenStore.goldenByteLimit, of: "golden"))
        case nil:
            let bytes = try reader.rest(
                after: first, limit: Self.payloadByteLimit, of: "file of this kind")
            return try PayloadTarget(
                name: name, bytes: bytes, validator: validator, uri: uri, profiles: profiles
            ).judge()
        }
    }

    private func judge(
        _ url: String, _ service: (origin: Origin, path: String), _ validator: PayloadValidator,
        _ profiles: ProfileJudge
    ) async throws -> ValidatedTarget {
        guard ["", "/", "/redfish", "/redfish/v1"].contains(trimmed(service.path)) else {
            throw CommandFailure.usage(
                "\(url): a service is named by its root; name a part with --uri \(service.path)")
        }
        var configuration = HTTPSender.Configuration()
        configuration.trust = try access.trust()
        let sender = HTTPSender(configuration)
        let target = ServiceTarget(
            url: url, origin: service.origin, sender: sender,
            login: try access.login(), validator: validator,
            part: uri ?? MockupTree.root, profiles: profiles)
        do {
            let judged = try await target.judge()
            await sender.shutdown()
            return judged
        } catch {
            await sender.shutdown()
            throw error
        }
    }

    private func trimmed(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
