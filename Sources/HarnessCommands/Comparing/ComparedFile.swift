import Findings
import HTTPMessages
import Recordings
import VirtualTime

/// A recording or a golden as something to compare.
struct ComparedFile {
    enum Content {
        case exchanges(GoldenDocument)
        /// Of a client on a paced clock or the wall's, whose requests come at moments of their own.
        case conduct(ConductDocument)
    }

    var name: String
    var kind: String
    var content: Content
    /// Kept where a whole recording was read of which the content is the conduct only.
    var recording: Recording?

    /// - Parameter joinsParts: Whether of a golden that is split all is meant, whose other parts lie
    ///   beside this one.
    /// - Throws: a usage error where there is no such file, or it is no recording and no golden.
    static func read(_ path: String, joinsParts: Bool = true) throws -> ComparedFile {
        let reader = try FileReader(path)
        let first = try reader.next() ?? []
        let name = Files.fromHere(path)
        if RecordingFormat(firstBytesOf: first) == .recording {
            return try recording(RecordingStream(reader, after: first), name: name)
        }
        let bytes = try reader.rest(
            after: first, limit: GoldenStore.goldenByteLimit, of: "golden")
        do throws(GoldenError) {
            guard !bytes.starts(with: #"{"conduct":"#.utf8) else {
                return ComparedFile(
                    name: name, kind: "conduct golden",
                    content: .conduct(try ConductReader.read(bytes)))
            }
            let document = try GoldenReader.read(bytes)
            if joinsParts, let whole = try whole(of: document, path) {
                return ComparedFile(name: name, kind: "golden", content: .exchanges(whole))
            }
            let kind = document.header.phase.map { "part '\($0)' of a golden" } ?? "golden"
            return ComparedFile(name: name, kind: kind, content: .exchanges(document))
        } catch {
            throw CommandFailure.usage("\(name):\(error.line): \(error.message)")
        }
    }

    /// A golden of which a part is given, joined from the parts in the same folder; nil of one that
    /// is in one file, or whose part lies there alone.
    private static func whole(
        of part: GoldenDocument, _ path: String
    ) throws(GoldenError) -> GoldenDocument? {
        guard let phase = part.header.phase else { return nil }
        let folder = Files.folder(of: path)
        let names = GoldenStore.fileNames(of: part.header.scenario, in: folder)
        guard names.count > 1, names.contains(where: { path.hasSuffix($0) }) else { return nil }
        do throws(GoldenStoreError) {
            return try GoldenStore.document(names, in: folder, label: Files.fromHere(folder))
        } catch {
            throw GoldenError(
                .incompleteParts, line: 1,
                "this is the part '\(phase)' of a golden, which cannot be joined: \(error.reason)")
        }
    }

    /// What of a recording is compared is held in memory.
    private static let recordingByteLimit = 2 << 30
    /// Of one by a clock that runs by itself the answers are compared too, which takes their text.
    private static let ownClockByteLimit = 512 << 20

    private static func recording(
        _ stream: RecordingStream, name: String
    ) throws -> ComparedFile {
        let header = stream.header
        let hasOwnClock = !["virtual", "stepped"].contains(header.clock)
        var golden = GoldenBuilder(header: GoldenHeader(header))
        var lines: [RecordedLine] = []
        let byteLimit = hasOwnClock ? ownClockByteLimit : recordingByteLimit
        let isComplete = try stream.forEach { entry, place in
            guard place.offset < byteLimit else {
                throw CommandFailure.usage(
                    "\(name) has more than \(byteLimit >> 20) MiB, which is too much to "
                        + "compare; judge and validate read recordings of any size")
            }
            if hasOwnClock {
                lines.append(RecordedLine(line: place.line, entry: entry))
            } else if !golden.add(entry) {
                throw CommandFailure.usage(
                    "\(name):\(place.line): this entry is earlier than the one before it; a "
                        + "recording is in the order of time")
            }
        }
        var file = ComparedFile(
            name: name, kind: isComplete ? "recording" : "incomplete recording",
            content: hasOwnClock
                ? .conduct(ConductDocument(header: header, entries: lines.map(\.entry)))
                : .exchanges(golden.finish()))
        if hasOwnClock {
            file.recording = Recording(header: header, lines: lines, isComplete: isComplete)
        }
        return file
    }

    /// The golden of a scenario, which may be in several files.
    static func golden(_ scenario: String, in store: GoldenStore) throws -> ComparedFile? {
        do throws(GoldenStoreError) {
            return try store.load(scenario).map {
                ComparedFile(name: scenario, kind: "golden", content: .exchanges($0))
            }
        } catch {
            throw CommandFailure.usage(error.reason)
        }
    }

    fileprivate var header: GoldenHeader {
        switch content {
        case .exchanges(let document): document.header
        case .conduct(let document): document.header
        }
    }

    private var exchangeCount: Int {
        if let recording { return recording.exchangeCount }
        return switch content {
        case .exchanges(let document): document.exchangeCount
        case .conduct(let document): document.requestCount
        }
    }

    var side: ComparisonReport.Side {
        ComparisonReport.Side(
            name: name, kind: kind, scenario: header.scenario, client: header.client,
            model: header.model, exchangeCount: exchangeCount)
    }
}

extension ComparisonReport {
    /// - Throws: a usage error where one is conduct only and the other is not, or one a part of what
    ///   the other is all of.
    init(left: ComparedFile, right: ComparedFile) throws {
        let phases = (left.header.phase, right.header.phase)
        guard phases.0 == phases.1 else {
            let part = phases.0 == nil ? right : left
            throw CommandFailure.usage(
                "\(left.name) and \(right.name) cannot be compared: \(part.name) is only the part "
                    + "'\(part.header.phase ?? "")' of a golden, and the others do not lie beside it"
            )
        }
        switch (left.content, right.content) {
        case (.exchanges(let golden), .exchanges(let run)):
            self.init(left: left.side, right: right.side, golden: golden, run: run)
        case (.conduct(let golden), .conduct(let run)):
            var causes = golden.differences(to: run).map(Cause.init)
            if let before = left.recording, let after = right.recording {
                causes += AnswerComparison.causes(left: before, right: after)
            }
            self.init(
                harnessVersion: HarnessCommands.harnessVersion, left: left.side,
                right: right.side, causes: causes, total: causes.reduce(0) { $0 + $1.count },
                frameCount: Set(causes.map(\.from)).count, toleratedCount: 0,
                staleMatchers: golden.staleMatchers(comparedWith: run).map(\.leaf))
        case (.exchanges, .conduct), (.conduct, .exchanges):
            throw CommandFailure.usage(
                "\(left.name) and \(right.name) cannot be compared: one was recorded on a "
                    + "clock that runs by itself, of which only the conduct can be compared")
        }
    }

    private init(left: Side, right: Side, golden: GoldenDocument, run: GoldenDocument) {
        let (differences, tolerated) = GoldenComparison.differences(golden: golden, run: run)
        let stale = GoldenComparison.compare(golden: golden, run: run, limit: 0).staleMatchers
        self.init(
            harnessVersion: HarnessCommands.harnessVersion, left: left, right: right,
            causes: DifferenceCause.causes(of: differences, golden: golden, run: run)
                .map { Cause($0) },
            total: differences.count, frameCount: Set(differences.map(\.frame)).count,
            toleratedCount: tolerated, staleMatchers: stale.map(\.leaf))
    }
}

extension ComparisonReport.Cause {
    /// - Parameter rowLimit: How many values are spelt out; all are counted.
    init(_ cause: DifferenceCause, rowLimit: Int = .max) {
        let differences = cause.stories.flatMap(\.differences).enumerated()
            .sorted { ($0.element.frame, $0.offset) < ($1.element.frame, $1.offset) }
            .map(\.element)
        self.init(
            subject: cause.subject, change: cause.change, from: cause.firstFrame.iso8601,
            count: differences.count,
            rows: differences.prefix(rowLimit).map(ComparisonReport.Row.init),
            consequences: cause.consequenceWords,
            consequenceCount: cause.consequences.reduce(0) { $0 + $1.differences.count })
    }
}

extension ComparisonReport.Cause {
    init(_ difference: ConductDifference) {
        self.init(
            subject: difference.subject,
            change: "\(difference.golden ?? "none") → \(difference.run ?? "none")",
            from: difference.cause, count: 1, rows: [], consequences: [], consequenceCount: 0)
    }
}

extension ComparisonReport.Row {
    init(_ difference: RecordingDifference) {
        self.init(
            time: difference.time, subject: difference.words, exchange: difference.subject,
            place: difference.place, left: difference.golden, right: difference.run,
            change: difference.change)
    }
}
