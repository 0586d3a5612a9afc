import ArgumentParser
import Findings
import Interchange
import Recordings

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Turns a recording or golden into what other tools read.",
        subcommands: [
            ExportHARCommand.self, ExportMockupCommand.self, ExportWireMockCommand.self,
            ExportCurlCommand.self,
        ])
}

/// What every export needs.
struct ExportOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A full recording, a golden, or the name of a scenario, which stands for its golden.",
            valueName: "file"))
    var file: String

    @OptionGroup var homeOption: HomeOption

    @OptionGroup var maskOptions: MaskOptions

    func load() throws -> RecordedRun {
        var recorded = try RecordedRun(file, folders: homeOption.locate())
        recorded.apply(try maskOptions.rules())
        return recorded
    }
}

struct ExportHARCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "har", abstract: "As an HTTP archive (HAR 1.2).",
        discussion: """
            The archive opens in the developer tools of browsers and in mitmproxy, and import har \
            makes the same file of it again. Times are those of the scenario; nothing takes time. \
            What the device delivered to the client stands between the requests, with \
            "_direction": "delivery"; faults and truncated answers have "_fault" and "_failure". \
            A golden keeps of the header fields only those that say something about conduct.
            """)

    @OptionGroup var options: ExportOptions

    @Option(
        help: ArgumentHelp("The archive (default: pdu-harness-out/NAME.har).", valueName: "file"))
    var out: String?

    func run() throws {
        let recorded = try options.load()
        let path = out ?? "pdu-harness-out/\(recorded.name).har"
        let file = try RecordingFile(path: path)
        do {
            var writer = HARWriter(head: recorded.head, version: harnessVersion)
            var exchanges = 0
            try file.write(writer.encodeHead())
            let isWhole = try recorded.forEach { entry in
                if case .exchange = entry { exchanges += 1 }
                try file.write(writer.encode(entry))
            }
            try file.write(writer.encodeEnd(recorded.conclusion))
            try file.finish()
            Console.note(
                "\(path): \(exchanges.counted("exchange"))"
                    + (isWhole ? "" : "; the recording breaks off"))
        } catch {
            file.abandon()
            throw error
        }
    }
}
