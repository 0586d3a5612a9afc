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
        init?(_ word: String) {
            switch word {
            case "file": self = .file
            case "output": self = .output
            case "callback": self = .callback
            default: return nil
            }
        }
    }

    private struct Stream {
        var rest: [UInt8] = []
        var line = 0
        var ready: [(line: Int, text: String)] = []
        /// On its standard output a client may say other things too.
        var takesObjectsOnly = false

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

        mutating func end() {
            if !rest.isEmpty { add(rest[...]) }
            rest = []
        }

        private mutating func add(_ bytes: ArraySlice<UInt8>) {
            line += 1
            guard let first = bytes.first(where: { $0 != UInt8(ascii: " ") && $0 != 13 }),
                !takesObjectsOnly || first == UInt8(ascii: "{"), ready.count < ClaimInbox.lineLimit
            else { return }
            ready.append((line, String(decoding: bytes, as: UTF8.self)))
        }
    }

    private static let lineBytes = 1 << 20
    /// More lines than this at one time are no claims.
    private static let lineLimit = 100_000
    private static let quotedCharacters = 200

    private let streams: Mutex<[Stream]>
    private let adapter: ClaimAdapter?
    /// The heading that the adapter has read, where the client's words have one.
    private let columns = Mutex<[String]?>(nil)

    /// - Parameter adapter: How the client's own words become claims; nil where it speaks ours.
    init(adapter: ClaimAdapter? = nil) {
        self.adapter = adapter
        var streams = Array(repeating: Stream(), count: Way.allCases.count)
        streams[Way.output.rawValue].takesObjectsOnly = adapter == nil
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
        let lines = streams.withLock { streams in
            ways.map { way in
                defer { streams[way.rawValue].ready = [] }
                return (way, streams[way.rawValue].ready)
            }
        }
        return lines.flatMap { way, lines in
            lines.compactMap { claim($0.text, line: $0.line, by: way, at: instant) }
        }
    }

    /// On its standard output a client may say other things too: only what names a scope is a claim.
    private func claim(
        _ text: String, line: Int, by way: Way, at instant: VirtualInstant
    ) -> ClaimRecord? {
        func malformed(_ reason: String) -> ClaimRecord? {
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
