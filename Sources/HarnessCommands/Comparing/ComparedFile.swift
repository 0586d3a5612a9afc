import Findings
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

    /// - Throws: a usage error where there is no such file, or it is no recording and no golden.
    static func read(_ path: String) throws -> ComparedFile {
        let bytes = try Files.read(path)
        let name = Files.fromHere(path)
        if bytes.starts(with: #"{"conduct":"#.utf8) {
            do throws(GoldenError) {
                return ComparedFile(
                    name: name, kind: "conduct golden",
                    content: .conduct(try ConductReader.read(bytes)))
            } catch {
                throw CommandFailure.usage("\(name):\(error.line): \(error.message)")
            }
        }
        switch RecordingFormat(firstBytesOf: bytes) {
        case .recording:
            do throws(RecordingError) {
                let recording = try RecordingReader.read(bytes)
                let content = content(of: recording)
                var file = ComparedFile(
                    name: name, kind: recording.isComplete ? "recording" : "incomplete recording",
                    content: content)
                if case .conduct = content { file.recording = recording }
                return file
            } catch {
                throw CommandFailure.usage("\(name):\(error.line): \(error.message)")
            }
        case .golden, nil:
            do throws(GoldenError) {
                return ComparedFile(
                    name: name, kind: "golden",
                    content: .exchanges(try GoldenReader.read(bytes)))
            } catch {
                throw CommandFailure.usage("\(name):\(error.line): \(error.message)")
            }
        }
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

    private static func content(of recording: Recording) -> Content {
        let header = recording.header
        guard ["virtual", "stepped"].contains(header.clock) else {
            return .conduct(ConductDocument(header: header, entries: recording.entries))
        }
        return .exchanges(
            GoldenDocument(header: GoldenHeader(header), entries: recording.entries))
    }

    private var header: GoldenHeader {
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
    /// - Throws: a usage error where one is conduct only and the other is not.
    init(left: ComparedFile, right: ComparedFile) throws {
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
                staleMatchers: golden.staleMatchers.map(\.leaf))
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
            causes: DifferenceCause.causes(of: differences).map(Cause.init),
            total: differences.count, frameCount: Set(differences.map(\.frame)).count,
            toleratedCount: tolerated, staleMatchers: stale.map(\.leaf))
    }
}

extension ComparisonReport.Cause {
    init(_ cause: DifferenceCause) {
        let differences = cause.stories.flatMap(\.differences).enumerated()
            .sorted { ($0.element.frame, $0.offset) < ($1.element.frame, $1.offset) }
            .map(\.element)
        self.init(
            subject: cause.subject, change: cause.change, from: cause.firstFrame.iso8601,
            count: differences.count, rows: differences.map(ComparisonReport.Row.init),
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
