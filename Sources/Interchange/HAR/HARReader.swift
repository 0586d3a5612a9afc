import HTTPMessages
import HTTPTypes
package import JSONText
package import Recordings
package import VirtualTime

/// An HTTP archive, read entry by entry, so that its size does not matter: our own back to the same
/// entries, and those of browsers and proxies as far as they go.
package struct HARReader {
    /// Nil where another tool made the archive.
    package let head: HARHead?
    /// When the first exchange began.
    package private(set) var start: VirtualInstant?
    /// Requests to other hosts, which are passed over.
    package private(set) var foreignRequests = 0
    /// What browsers did by other schemes than HTTP's, which is passed over too.
    package private(set) var otherSchemeRequests = 0
    /// Messages read so far whose bodies the archive does not hold, though they had some.
    package private(set) var missingBodies = 0

    /// How the run ended that was recorded; nil where it was none.
    package let conclusion: RunConclusion?

    private let log: JSONValue
    private let entry: (Int) throws -> JSONValue
    /// The entries that are read, in the order of a recording.
    private var order: [Int] = []

    /// - Parameters:
    ///   - document: The archive; what its entries hold does not matter.
    ///   - host: Of an archive that other tools made: the device's authority, as in
    ///     `10.0.0.7:8443`. Where none is named, it is the one that was first asked for `/redfish`.
    ///   - count: Of entries.
    ///   - entry: Reads one, counted from 0.
    /// - Throws: `HARError`, and whatever `entry` throws.
    package init(
        _ document: JSONValue, host: String? = nil, count: Int,
        entry: @escaping (Int) throws -> JSONValue
    ) throws {
        guard let log = document["log"] else {
            throw HARError("this is no HTTP archive: there is no 'log'")
        }
        guard log["entries"]?.array != nil else {
            throw HARError("this is no HTTP archive: 'log' has no array 'entries'")
        }
        if let version = log["version"]?.string, !version.hasPrefix("1.") {
            throw HARError("the archive has version \(version); this harness reads 1.1 and 1.2")
        }
        self.log = log
        self.entry = entry
        do throws(RecordingError) {
            conclusion = try log["_end"].flatMap { line throws(RecordingError) in
                try EndLine.read(line.compactBytes, number: 0)
            }
        } catch {
            throw HARError("log/_end: \(error.message)")
        }
        head = try log[HARHead.name].map { lines in try HARHead(lines: lines.array ?? []) }
        if let head {
            start = head.start
            order = Array(0..<count)
        } else {
            try findDevice(host, count)
        }
    }

    /// Tools write entries as they end; a recording is in the order of their beginning.
    private mutating func findDevice(_ host: String?, _ count: Int) throws {
        var device = host
        var requests: [(index: Int, instant: VirtualInstant, authority: String)] = []
        for index in 0..<count {
            let reader = HAREntryReader(try entry(index), index: index)
            guard !reader.isOfOtherScheme else { continue }
            let url = try reader.url()
            requests.append((index, try reader.instant(), url.authority))
            if device == nil, url.target.hasPrefix("/redfish") { device = url.authority }
        }
        guard let device else {
            throw HARError("nobody asks for /redfish in this archive; name the device with --host")
        }
        let own = requests.filter { $0.authority == device }
            .sorted { ($0.instant, $0.index) < ($1.instant, $1.index) }
        guard let first = own.first else {
            throw HARError("nobody asks \(device) for anything in this archive")
        }
        order = own.map(\.index)
        start = first.instant
        foreignRequests = requests.count - own.count
        otherSchemeRequests = count - requests.count
    }

    /// Hands over what the archive holds, in the order of a recording.
    package mutating func forEach(_ body: (RecordEntry) throws -> Void) throws {
        for index in order {
            let value = try entry(index)
            let reader = HAREntryReader(value, index: index)
            guard let head else {
                var exchange = try reader.exchange()
                exchange.dropTransport()
                missingBodies += reader.missingBodies
                try body(.exchange(exchange))
                continue
            }
            try Self.others(value["_before"], head: head, place: reader.place).forEach(body)
            try body(.exchange(try reader.exchange()))
        }
        guard let head else { return }
        try Self.others(log["_after"], head: head, place: "log/_after").forEach(body)
    }

    /// What stands between exchanges, as lines of a recording.
    private static func others(
        _ lines: JSONValue?, head: HARHead, place: String
    ) throws(HARError) -> [RecordEntry] {
        try (lines?.array ?? []).map { line throws(HARError) in
            do throws(RecordingError) {
                return try RecordingReader.readEntry(
                    line.compactBytes, start: head.start, number: 0)
            } catch {
                throw HARError("\(place): \(error.message)")
            }
        }
    }
}

extension Exchange {
    /// Archives hold bodies as text, decoded and whole; fields that say how they travelled would
    /// not be true of them.
    fileprivate mutating func dropTransport() {
        for name in [.contentEncoding, .transferEncoding, .contentLength] as [HTTPField.Name] {
            request.head.headerFields[name] = nil
            response?.head.headerFields[name] = nil
        }
    }
}
