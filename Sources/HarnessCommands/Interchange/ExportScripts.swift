import ArgumentParser
import Findings
import Interchange
import Recordings
import VirtualTime

struct ExportWireMockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wiremock", abstract: "As stubs for WireMock: a folder with mappings.",
        discussion: """
            One file a method and URI; where something was asked for several times, its answers \
            follow each other as the states of a scenario of its own, and the last one stays. \
            Serve it with wiremock --root-dir FOLDER.
            """)

    @OptionGroup var options: ExportOptions

    @Option(
        help: ArgumentHelp(
            "A folder that is new or empty (default: pdu-harness-out/NAME.wiremock).",
            valueName: "folder"))
    var out: String?

    func run() throws {
        let recorded = try options.load()
        let folder = try ExportFolder(out ?? "pdu-harness-out/\(recorded.name).wiremock")
        var mappings = WireMockMappings()
        try recorded.forEach { entry in
            if case .exchange(let exchange) = entry { mappings.note(exchange) }
        }
        let files = mappings.files
        try folder.write(files)
        var words =
            "\(folder.path): \(mappings.mappingCount.counted("mapping")) in "
            + files.count.counted("file")
        if mappings.deliveryCount > 0 {
            words +=
                "; \(mappings.deliveryCount.counted("delivery", "deliveries")) to the client "
                + "left out"
        }
        Console.note(words)
    }
}

struct ExportCurlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curl", abstract: "As a shell script that sends the requests again.",
        discussion: """
            The script runs against pdu-harness serve, or any device: tokens are taken from the \
            answers that issue them, and USER_NAME and PASSWORD from the environment. It says \
            where an answer has another status than recorded, and then ends with 1. Nothing waits \
            between requests.
            """)

    @OptionGroup var options: ExportOptions

    @Option(
        help: ArgumentHelp("The script (default: pdu-harness-out/NAME.sh).", valueName: "file"))
    var out: String?

    func run() throws {
        let recorded = try options.load()
        let path = out ?? "pdu-harness-out/\(recorded.name).sh"
        var script = CurlScript(
            title: "What a client asked for in \(recorded.name)",
            serving: recorded.serviceCommand, start: recorded.start)
        try recorded.forEach { entry in
            if case .exchange(let exchange) = entry { script.note(exchange) }
        }
        try Files.write(script.text, to: path)
        Console.note("\(path): \(script.requestCount.counted("request"))")
    }
}
