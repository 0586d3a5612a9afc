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
            what went elsewhere, or by no HTTP, is counted and left out.
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

    func run() throws {
        let reader = try FileReader(file)
        var archive = try open(reader)
        let name = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "har"
        var count = 0
        let path: String
        if case .golden(let header, let matchers) = archive.head {
            path = out ?? "pdu-harness-out/\(name).golden.jsonl"
            var entries: [RecordEntry] = []
            try reading { try archive.forEach { entries.append($0) } }
            count = entries.count
            let document = GoldenDocument(header: header, matchers: matchers, entries: entries)
            try Files.write(GoldenEncoder.encode(document), to: path)
        } else {
            path = out ?? "pdu-harness-out/\(name).recording.jsonl"
            count = try writeRecording(of: &archive, name, to: path)
        }
        report(archive, count, path)
    }

    /// Finds the entries, each of which is then read when it is its turn.
    private func open(_ reader: FileReader) throws -> HARReader {
        guard Files.isRegularFile(file) else {
            throw CommandFailure.usage("\(file) has to be read twice, and is no file")
        }
        return try reading {
            var scanner = HARScanner()
            while let piece = try reader.next() { try scanner.add(piece) }
            let places = scanner.places
            return try HARReader(
                try scanner.finish(), host: host, count: places.count
            ) { index in
                let place = places[index]
                guard let bytes = reader.bytes(at: place.offset, count: place.length) else {
                    throw CommandFailure.usage("\(file) has changed while it was read")
                }
                do {
                    return try JSONValue(parsing: bytes)
                } catch {
                    throw CommandFailure.usage("\(file): log/entries/\(index), \(error)")
                }
            }
        }
    }

    /// Says of what an archive lacks in which file it is.
    private func reading<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(file):\(error)")
        } catch let error as HARError {
            throw CommandFailure.usage("\(file): \(error.message)")
        }
    }

    /// Returns how many entries there were.
    private func writeRecording(
        of archive: inout HARReader, _ name: String, to path: String
    ) throws -> Int {
        var masker: SecretMasker?
        var header = foreignHeader(name, archive.start)
        if case .recording(let own) = archive.head {
            header = own
        } else {
            masker = SecretMasker(rules: try maskOptions.rules())
        }
        var writer = RecordingWriter(header: header)
        var count = 0
        let target = try RecordingFile(path: path)
        do {
            try target.write(writer.encodeHeader())
            try reading {
                try archive.forEach { entry in
                    count += 1
                    try target.write(writer.encode(masker?.mask(entry) ?? entry))
                }
            }
            try target.write(writer.encodeEnd(archive.conclusion))
            try target.finish()
        } catch {
            target.abandon()
            throw error
        }
        return count
    }

    private func foreignHeader(_ name: String, _ start: VirtualInstant?) -> RecordingHeader {
        RecordingHeader(
            scenario: name, seed: 0, start: start ?? VirtualInstant(millisecondsSinceEpoch: 0),
            client: "unknown", clock: "wall", model: "device", resolvedScenario: .null,
            scenarioDigest: "")
    }

    private func report(_ archive: HARReader, _ count: Int, _ path: String) {
        var words = "\(path): \(count.counted("entry", "entries"))"
        if archive.foreignRequests > 0 {
            words += "; \(archive.foreignRequests.counted("request")) to other hosts left out"
        }
        if archive.otherSchemeRequests > 0 {
            words += "; \(archive.otherSchemeRequests.counted("request")) by other schemes left out"
        }
        if archive.missingBodies > 0 {
            words += "; \(archive.missingBodies.counted("body", "bodies")) not in the archive"
        }
        Console.note(words)
    }
}
