import ArgumentParser
import Foundation
import Fuzzing
import VirtualTime

/// For whoever works on the harness; `.ci/run` calls it.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Puts the readers of JSON, CSDL, payloads, goldens and recordings to the test.",
        discussion: """
            Inputs are made from a kept corpus by a seed, so that the same numbers give the same \
            inputs. They are judged in a process of their own, whose death is a finding; what was \
            found is kept under --out. Files that are named are judged as they are, one line each.
            """,
        shouldDisplay: false)

    @Argument(
        help: ArgumentHelp(
            "json, csdl, payload, golden or recording; all if none.", valueName: "target"))
    var target: FuzzTargetName?

    @Argument(help: ArgumentHelp("Inputs to judge as they are.", valueName: "file"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "Good inputs: one folder a target (default: the project's own).", valueName: "folder"))
    var corpus: String?

    @Option(help: "What the inputs are made by.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How long to try each target.", valueName: "duration"))
    var duration = "PT10S"

    @Option(help: ArgumentHelp("Where inputs that failed are kept.", valueName: "folder"))
    var out = "pdu-harness-out"

    /// In the process that judges: the file that says which input it is at.
    @Option(help: .hidden)
    var progress: String?

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let targets = try (target.map { [$0] } ?? FuzzTargetName.allCases).map {
            try $0.target(folders)
        }
        var isSound = true
        for target in targets {
            let held = try files.isEmpty ? trial(of: target, folders) : judgeFiles(with: target)
            isSound = held && isSound
        }
        if !isSound { throw ExitCode(1) }
    }

    private func trial(of target: some FuzzTarget, _ folders: DataFolders) throws -> Bool {
        guard let span = VirtualDuration(iso8601: duration), span > .zero else {
            throw CommandFailure.usage("--duration \(duration): write for example PT10S")
        }
        let trial = try FuzzTrial(
            target, corpus: corpus ?? "\(folders.home)/Tests/FuzzingTests/Corpus", seed: seed,
            seconds: Double(span.milliseconds) / 1000)
        guard let progress else {
            return try trial.watch(out: out, home: folders.home, duration: duration)
        }
        return try trial.judgeInputs(notingProgressIn: progress)
    }

    private func judgeFiles(with target: any FuzzTarget) throws -> Bool {
        var isSound = true
        for file in files {
            switch target.outcome(of: try Files.read(file)) {
            case .accepted: Console.say("\(file): accepted")
            case .refused(let words): Console.say("\(file): refused: \(words)")
            case .broken(let words):
                isSound = false
                Console.say("\(file): FAIL: \(words)")
            }
        }
        return isSound
    }
}

enum FuzzTargetName: String, CaseIterable, ExpressibleByArgument {
    case json
    case csdl
    case payload
    case golden
    case recording

    func target(_ folders: DataFolders) throws -> any FuzzTarget {
        switch self {
        case .json: return JSONTextFuzz()
        case .csdl: return CSDLFuzz()
        case .golden: return GoldenFuzz()
        case .recording: return RecordingFuzz()
        case .payload:
            let bundle = try Bundle(folder: folders.csdl)
            return PayloadFuzz(schema: bundle.library, messages: bundle.messages)
        }
    }
}
