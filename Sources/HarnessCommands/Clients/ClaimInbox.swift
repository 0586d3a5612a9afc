import Findings
import JSONText
import Recordings
import Synchronization
import VirtualTime

/// Gathers what a client claims, by whatever way it comes, line by line.
final class ClaimInbox: Sendable {
    enum Way: Int, Sendable, CaseIterable {
        case file
        case output
        case callback

        /// The manifest's word for it.
        var word: String {
            switch self {
            case .file: "file"
            case .output: "output"
            case .callback: "callback"
            }
        }

        /// By the manifest's word.
        init?(_ word: String) {
            switch word {
            case "file": self = .file
            case "output": self = .output
            case "callback": self = .callback
            default: return nil
            }
        }
    }

    /// Lines that came while there was no room for them.
    private struct Dropped {
        var firstLine: Int
        var count: Int

        func record(at instant: VirtualInstant) -> ClaimRecord {
            let others = count > 1 ? "it and \((count - 1).counted("line")) after it" : "it"
            return ClaimRecord(
                malformedLine: firstLine,
                reason: "\(others) came while there was no room for more claims",
                text: "", at: instant)
        }
    }

    private struct Stream {
        var rest: [UInt8] = []
        var line = 0
        var ready: [(line: Int, text: String)] = []
        /// What `ready` takes, in bytes, and what found no room there any more.
        var readyBytes = 0
        var dropped: Dropped?
        /// The most bytes that `ready` may take.
        let readyLimit: Int
        /// On its standard output a client may say other things too.
        var takesObjectsOnly = false
        /// Joins JSON over several lines, where this may hold it.
        var joiner: JSONLines?
        /// Texts that came, and of those that became no claim without being one gone wrong: why the
        /// first did not.
        var count = 0
        var ignored: String?

        mutating func take(_ bytes: some Sequence<UInt8>) {
            rest += bytes
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                add(rest[start..<end])
                start = end + 1
            }
            rest.removeFirst(start)
            // A line without end is none; it must not fill the memory.
            if rest.count > ClaimInbox.lineBytes {
                add(rest[...])
                rest = []
            }
        }

        mutating func takeReady() -> (lines: [(line: Int, text: String)], dropped: Dropped?) {
            defer { (ready, readyBytes, dropped) = ([], 0, nil) }
            return (ready, dropped)
        }

        mutating func end() {
            if !rest.isEmpty { add(rest[...]) }
            rest = []
            for (line, text) in joiner?.end() ?? [] { note(line, text) }
        }

        private mutating func add(_ bytes: ArraySlice<UInt8>) {
            line += 1
            // A byte order mark says nothing.
            let isMarked = line == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
            let bytes = isMarked ? bytes.dropFirst(3) : bytes
            guard let first = bytes.first(where: { $0 != UInt8(ascii: " ") && $0 != 13 }),
                !takesObjectsOnly || first == UInt8(ascii: "{")
            else { return }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let joined = joiner?.take(text, line: line, limit: ClaimInbox.lineBytes) else {
                return note(line, text)
            }
            for (line, text) in joined { note(line, text) }
        }

        private mutating func note(_ line: Int, _ text: String) {
            count += 1
            let bytes = text.utf8.count + ClaimInbox.bytesBesideText
            guard readyBytes + bytes <= readyLimit else {
                return dropped = Dropped(
                    firstLine: dropped?.firstLine ?? line, count: (dropped?.count ?? 0) + 1)
            }
            readyBytes += bytes
            ready.append((line, text))
        }
    }

    private static let lineBytes = 1 << 20
    /// What a line that waits takes beside its text, about.
    private static let bytesBesideText = 64
    private static let quotedCharacters = 200

    private let streams: Mutex<[Stream]>
    private let adapter: ClaimAdapter?
    /// The heading that the adapter has read, where the client's words have one.
    private let columns = Mutex<[String]?>(nil)

    /// - Parameters:
    ///   - adapter: How the client's own words become claims; nil where it speaks ours.
    ///   - waitingBytes: How much may wait to be drained, of each way. On a clock that is moved what
    ///     a pipe brings waits until the client ends: a day of claims is some 30 MB.
    init(adapter: ClaimAdapter? = nil, waitingBytes: Int = 256 << 20) {
        self.adapter = adapter
        var streams = Array(
            repeating: Stream(readyLimit: waitingBytes), count: Way.allCases.count)
        streams[Way.output.rawValue].takesObjectsOnly = adapter == nil
        if adapter.map({ $0.format == .json }) ?? true {
            streams[Way.file.rawValue].joiner = JSONLines()
        }
        self.streams = Mutex(streams)
    }

    func take(_ bytes: some Sequence<UInt8> & Sendable, by way: Way) {
        streams.withLock { $0[way.rawValue].take(bytes) }
    }

    /// What comes by this way ends a line here, whether it says so or not.
    func endLine(of way: Way) {
        streams.withLock { $0[way.rawValue].end() }
    }

    /// The claims that came since the last call.
    func drain(
        _ ways: [Way] = Way.allCases, at instant: VirtualInstant
    ) -> [ClaimRecord] {
        let waiting = streams.withLock { streams in
            ways.map { way in (way, streams[way.rawValue].takeReady()) }
        }
        return waiting.flatMap { way, waiting in
            let claims = waiting.lines.flatMap { line, text in
                parts(of: text).compactMap { claim($0, line: line, by: way, at: instant) }
            }
            guard let dropped = waiting.dropped, adapter == nil || adapter?.way == way else {
                return claims
            }
            return claims + [dropped.record(at: instant)]
        }
    }

    /// The elements of a JSON array; any other text as it is.
    private func parts(of text: String) -> [String] {
        guard adapter.map({ $0.format == .json }) ?? true,
            text.first(where: { !$0.isWhitespace }) == "[",
            let elements = (try? JSONValue(parsing: text))?.array
        else { return [text] }
        return elements.map(\.compactText)
    }

    /// Why nothing that came became a claim; nil where nothing came that might have.
    ///
    /// - Parameter scrapes: What came by scrapes, where the client was scraped.
    func unclaimedWords(_ scrapes: ScrapeTally? = nil) -> String? {
        let streams = streams.withLock { $0 }
        guard let adapter else {
            let output = streams[Way.output.rawValue]
            guard let reason = output.ignored else { return nil }
            return "\(output.count.counted("JSON object")) came by output, none is a claim: "
                + reason
        }
        if let scrapes {
            guard scrapes.samples > 0, scrapes.namedSamples == 0 else { return nil }
            return "\(scrapes.samples.counted("metric")) seen, none is named \(adapter.metricNames)"
        }
        let source = streams[adapter.way.rawValue]
        guard source.count == 0 else {
            return "\(source.count.counted("line")) came by \(adapter.way.word), "
                + (source.ignored.map { "none is a claim: \($0)" } ?? adapter.nothingFound)
        }
        let others = Way.allCases.filter { streams[$0.rawValue].count > 0 }.map {
            "\(streams[$0.rawValue].count.counted("line")) by \($0.word)"
        }
        return others.isEmpty
            ? nil
            : "nothing came by \(adapter.way.word), the source in the claims table, but "
                + others.joined(separator: " and ")
    }

    /// On its standard output a client may say other things too: only what names a scope is a claim.
    private func claim(
        _ text: String, line: Int, by way: Way, at instant: VirtualInstant
    ) -> ClaimRecord? {
        func malformed(_ reason: String) -> ClaimRecord? {
            let mayBeClaim =
                adapter?.format == .csv || text.first { !$0.isWhitespace } == "{"
            streams.withLock { streams in
                if mayBeClaim, streams[way.rawValue].ignored == nil {
                    streams[way.rawValue].ignored = reason
                }
            }
            guard way != .output else { return nil }
            return ClaimRecord(
                malformedLine: line, reason: reason,
                text: String(text.prefix(Self.quotedCharacters)), at: instant)
        }
        if let adapter {
            guard adapter.way == way else { return nil }
            do {
                let claim = try columns.withLock { columns throws(ClaimAdapter.Mismatch) in
                    try adapter.claim(of: text, columns: &columns)
                }
                return claim.map { ClaimRecord(instant: instant, claim: $0) }
            } catch {
                return malformed(error.reason)
            }
        }
        do {
            let value = try JSONValue(parsing: text)
            guard value.object != nil else { return malformed("it is no JSON object") }
            guard value["scope"] != nil else { return malformed("it has no scope") }
            return ClaimRecord(instant: instant, claim: value)
        } catch {
            return malformed("it is no JSON text, \(error.message)")
        }
    }
}
