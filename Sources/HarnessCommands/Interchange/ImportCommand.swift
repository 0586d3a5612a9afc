import ArgumentParser
import Findings
import Interchange
import JSONText
import Recordings
import VirtualTime

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes recordings and devices of what other tools wrote.",
        subcommands: [ImportHARCommand.self, ImportMockupCommand.self])
}

struct ImportHARCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "har", abstract: "An HTTP archive (HAR) becomes a recording or golden.",
        discussion: """
            An archive of our own becomes what it was made from, byte for byte. One that a browser \
            or proxy wrote becomes a recording of what went to one host, without its secrets; \
            what went elsewhere is counted and left out.
            """)

    @Argument(help: ArgumentHelp("The archive.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Of a foreign archive, the device (default: who is first asked for /redfish).",
            valueName: "host[:port]"))
    var host: String?

    @Option(
        help: ArgumentHelp(
            "The recording or golden (default: pdu-harness-out/NAME.recording.jsonl, or "
                + ".golden.jsonl).", valueName: "file"))
    var out: String?

    @OptionGroup var maskOptions: MaskOptions

    private static let limitBytes = 512 << 20

    func run() throws {
        let contents = try read()
        let name = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "har"
        let kind: String
        let files: [[UInt8]]
        switch contents.head {
        case .golden(let header, let matchers):
            kind = "golden"
            let document = GoldenDocument(
                header: header, matchers: matchers, entries: contents.entries)
            files = [GoldenEncoder.encode(document)]
        case .recording(let header):
            kind = "recording"
            files = lines(of: contents.entries, header)
        case nil:
            kind = "recording"
            var masker = SecretMasker(rules: try maskOptions.rules())
            files = lines(
                of: contents.entries.map { masker.mask($0) },
                foreignHeader(name, contents.entries))
        }
        let path = out ?? "pdu-harness-out/\(name).\(kind).jsonl"
        let target = try RecordingFile(path: path)
        do {
            for bytes in files { try target.write(bytes) }
            try target.finish()
        } catch {
            target.abandon()
            throw error
        }
        report(contents, path)
    }

    private func read() throws -> HARContents {
        let bytes = try Files.read(file, limit: Self.limitBytes)
        do {
            return try HARReader.read(try JSONValue(parsing: withoutMark(bytes)), host: host)
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(file):\(error)")
        } catch let error as HARError {
            throw CommandFailure.usage("\(file): \(error.message)")
        }
    }

    /// Some tools write a byte-order mark before the archive.
    private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    private func foreignHeader(_ name: String, _ entries: [RecordEntry]) -> RecordingHeader {
        RecordingHeader(
            scenario: name, seed: 0,
            start: entries.first?.instant ?? VirtualInstant(millisecondsSinceEpoch: 0),
            client: "unknown", clock: "wall", model: "device", resolvedScenario: .null,
            scenarioDigest: "")
    }

    private func lines(of entries: [RecordEntry], _ header: RecordingHeader) -> [[UInt8]] {
        var writer = RecordingWriter(header: header)
        return [writer.encodeHeader()] + entries.map { writer.encode($0) } + [writer.encodeEnd()]
    }

    private func report(_ contents: HARContents, _ path: String) {
        var words = "\(path): \(contents.entries.count.counted("entry", "entries"))"
        if contents.foreignRequests > 0 {
            words += "; \(contents.foreignRequests.counted("request")) to other hosts left out"
        }
        if contents.missingBodies > 0 {
            words += "; \(contents.missingBodies.counted("body", "bodies")) not in the archive"
        }
        Console.note(words)
    }
}
