import Interchange
import JSONText
import Recordings
import Scenarios
import VirtualTime

/// A recording or golden that is to be exported.
struct RecordedRun {
    let path: String
    private(set) var head: HARHead
    private let source: Source
    private var rules = MaskRules()

    private enum Source {
        case golden(GoldenDocument)
        case recording(RecordingStream)
    }

    /// - Parameter argument: A file, or the name of a scenario, which stands for its golden.
    init(_ argument: String, folders: @autoclosure () throws -> DataFolders) throws {
        guard !Files.exists(argument) else {
            try self.init(file: argument)
            return
        }
        let folders = try folders()
        let goldens = GoldenStore(folder: folders.golden, pendingFolder: "")
        let name = argument.lowercased()
        let document: GoldenDocument?
        do {
            document = try goldens.load(name)
        } catch {
            throw CommandFailure.golden(error.reason)
        }
        guard let document else {
            throw CommandFailure.usage(
                "there is no file '\(argument)', and no golden of a scenario of this name")
        }
        self.init(document, path: "\(folders.golden)/\(name).golden.jsonl")
    }

    private init(file path: String) throws {
        let reader = try FileReader(path)
        let first = try reader.next() ?? []
        guard RecordingFormat(firstBytesOf: first) == .golden else {
            let stream = try RecordingStream(reader, after: first)
            self.init(path: path, head: .recording(stream.header), source: .recording(stream))
            return
        }
        let bytes = try reader.rest(
            after: first, limit: GoldenStore.goldenByteLimit, of: "golden")
        do throws(GoldenError) {
            self.init(try GoldenReader.read(bytes), path: path)
        } catch {
            throw CommandFailure.golden("\(path):\(error.line): \(error.message)")
        }
    }

    private init(_ document: GoldenDocument, path: String) {
        self.init(
            path: path, head: .golden(document.header, document.matchers),
            source: .golden(document))
    }

    private init(path: String, head: HARHead, source: Source) {
        self.path = path
        self.head = head
        self.source = source
    }

    /// Masks what these rules say, beside the secrets that are masked already.
    mutating func apply(_ rules: MaskRules) {
        self.rules = rules
        guard !rules.isEmpty, case .recording(var header) = head else { return }
        var masker = SecretMasker(rules: rules)
        header.resolvedScenario = masker.mask(header.resolvedScenario)
        head = .recording(header)
    }

    var start: VirtualInstant { head.start }

    /// The command that serves what the requests were sent to.
    var serviceCommand: String {
        switch head {
        case .recording(let header)
        where header.resolvedScenario.isNull || header.clock == "wall":
            "pdu-harness replay \(shellWord(path)) --port 8000, or the device it was recorded of"
        case .recording(let header): "pdu-harness serve \(shellWord(header.scenario)) --port 8000"
        case .golden(let header, _): "pdu-harness serve \(shellWord(header.scenario)) --port 8000"
        }
    }

    /// What exported files are called.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? "run"
        return String(file.prefix { $0 != "." })
    }

    /// The scenario it was taken with, where that is at hand.
    func scenario(store: () throws -> ScenarioStore) throws -> Scenario? {
        let scenario = try statedScenario(store)
        return scenario?.start == start ? scenario : nil
    }

    private func statedScenario(_ store: () throws -> ScenarioStore) throws -> Scenario? {
        switch head {
        case .recording(let header): return try? Scenario(resolved: header.resolvedScenario)
        case .golden(let header, _):
            let store = try store()
            guard let path = try store.path(ofScenarioNamed: header.scenario) else { return nil }
            let loaded = try store.load(path)
            return digest(of: loaded.resolved) == header.scenarioDigest ? loaded.scenario : nil
        }
    }

    /// Hands every entry over, in order.
    ///
    /// - Returns: Whether nothing is missing at the end.
    @discardableResult
    func forEach(_ body: (RecordEntry) throws -> Void) throws -> Bool {
        guard !rules.isEmpty else { return try forEachRecorded(body) }
        var masker = SecretMasker(rules: rules)
        if case .recording(let header) = head { _ = masker.mask(header.resolvedScenario) }
        return try forEachRecorded { try body(masker.mask($0)) }
    }

    /// How the run ended that was recorded, once every entry was handed over; nil where it was none.
    var conclusion: RunConclusion? {
        guard case .recording(let stream) = source else { return nil }
        return rules.isEmpty ? stream.conclusion : stream.conclusion?.withoutWordsOfClient
    }

    private func forEachRecorded(_ body: (RecordEntry) throws -> Void) throws -> Bool {
        switch source {
        case .golden(let document):
            for entry in document.expand() { try body(entry) }
            return true
        case .recording(let stream): return try stream.forEach { entry, _ in try body(entry) }
        }
    }
}
