import HTTPMessages
import HTTPTypes
package import JSONText
package import Recordings
import VirtualTime

/// What an HTTP archive holds.
package struct HARContents: Sendable {
    /// Nil where another tool made the archive.
    package var head: HARHead?
    package var entries: [RecordEntry]
    /// Requests to other hosts, which were passed over.
    package var foreignRequests = 0
    /// Responses whose bodies the archive does not hold, though they had some.
    package var missingBodies = 0
}

/// Reads HTTP archives: our own back to the same entries, and those of browsers and proxies as far
/// as they go.
package enum HARReader {
    /// - Parameter host: Of an archive that other tools made: the device's authority, as in
    ///   `10.0.0.7:8443`. Where none is named, it is the one that was first asked for `/redfish`.
    package static func read(
        _ document: JSONValue, host: String? = nil
    ) throws(HARError) -> HARContents {
        guard let log = document["log"] else {
            throw HARError("this is no HTTP archive: there is no 'log'")
        }
        guard let entries = log["entries"]?.array else {
            throw HARError("this is no HTTP archive: 'log' has no array 'entries'")
        }
        if let version = log["version"]?.string, !version.hasPrefix("1.") {
            throw HARError("the archive has version \(version); this harness reads 1.1 and 1.2")
        }
        if let lines = log[HARHead.name] {
            return try readOwn(log, entries, head: HARHead(lines: lines.array ?? []))
        }
        return try readForeign(entries, host: host)
    }

    private static func readOwn(
        _ log: JSONValue, _ entries: [JSONValue], head: HARHead
    ) throws(HARError) -> HARContents {
        var contents = HARContents(head: head, entries: [])
        for (index, value) in entries.enumerated() {
            let reader = HAREntryReader(value, index: index)
            contents.entries += try others(value["_before"], head: head, place: reader.place)
            contents.entries.append(.exchange(try reader.exchange()))
        }
        contents.entries += try others(log["_after"], head: head, place: "log/_after")
        return contents
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

    private static func readForeign(
        _ entries: [JSONValue], host: String?
    ) throws(HARError) -> HARContents {
        let urls = entries.map { entry in
            (entry["request"]?["url"]?.string).flatMap { AbsoluteURL($0) }
        }
        let device =
            host
            ?? urls.lazy.compactMap(\.self).first { $0.target.hasPrefix("/redfish") }?.authority
        guard let device else {
            throw HARError("nobody asks for /redfish in this archive; name the device with --host")
        }
        var contents = HARContents(head: nil, entries: [])
        var exchanges: [Exchange] = []
        for (index, value) in entries.enumerated() {
            let reader = HAREntryReader(value, index: index)
            guard let url = urls[index] else {
                throw HARError("\(reader.place)/request/url is no http or https URL")
            }
            guard url.authority == device else {
                contents.foreignRequests += 1
                continue
            }
            var exchange = try reader.exchange()
            exchange.dropTransport()
            if reader.lacksBody { contents.missingBodies += 1 }
            exchanges.append(exchange)
        }
        guard !exchanges.isEmpty else {
            throw HARError("nobody asks \(device) for anything in this archive")
        }
        // Tools write entries as they end; a recording is in the order of their beginning.
        contents.entries = exchanges.enumerated()
            .sorted { ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset) }
            .map { .exchange($0.element) }
        return contents
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
