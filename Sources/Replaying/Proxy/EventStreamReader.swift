package import Recordings

/// Takes a stream of server-sent events apart while it is passed on.
///
/// Source: WHATWG HTML Living Standard, "Server-sent events", 9.2.6 Interpreting an event stream.
package struct EventStreamReader: Sendable {
    package enum Item: Sendable, Hashable {
        /// One line with its end, to be passed on at once.
        case line([UInt8])
        /// The lines so far made up this event, or said when to come back.
        case payload(StreamRecord.Payload)
    }

    /// A longer line, or longer data, is passed on and makes no event.
    package static let limitBytes = 8 << 20

    private var rest: [UInt8] = []
    private var id = ""
    private var event = ""
    private var data: [[UInt8]] = []
    private var dataBytes = 0

    package init() {}

    package mutating func take(_ bytes: [UInt8]) -> [Item] {
        rest += bytes
        var items: [Item] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[start...end]
            items.append(.line(Array(line)))
            if let payload = read(line.dropLast()) { items.append(.payload(payload)) }
            start = end + 1
        }
        rest.removeFirst(start)
        if rest.count > Self.limitBytes {
            items.append(.line(rest))
            rest = []
        }
        return items
    }

    /// What came after the last whole line.
    package mutating func end() -> [UInt8] {
        defer { rest = [] }
        return rest
    }

    private mutating func read(_ line: ArraySlice<UInt8>) -> StreamRecord.Payload? {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard !line.isEmpty else { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        // An id with a NUL in it is to be ignored.
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        case "event": event = String(decoding: value, as: UTF8.self)
        case "retry" where value.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }:
            // It holds from here on, whether an event follows or not.
            return Int(String(decoding: value, as: UTF8.self)).map {
                StreamRecord.Payload(id: "", retryMilliseconds: $0)
            }
        case "data" where dataBytes + value.count <= Self.limitBytes:
            data.append(Array(value))
            dataBytes += value.count
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> StreamRecord.Payload? {
        defer {
            event = ""
            data = []
            dataBytes = 0
        }
        guard !data.isEmpty else { return nil }
        return StreamRecord.Payload(
            id: id, event: event.isEmpty ? nil : event,
            body: Array(data.joined(separator: [UInt8(ascii: "\n")])))
    }
}

extension StreamRecord.Payload {
    /// As it stands on the wire, the blank line at its end included.
    package var eventStreamBytes: [UInt8] {
        if let retryMilliseconds { return Array("retry: \(retryMilliseconds)\n\n".utf8) }
        var bytes = id.isEmpty ? [] : Array("id: \(id)\n".utf8)
        if let event { bytes += Array("event: \(event)\n".utf8) }
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += Array("data: ".utf8) + line + [UInt8(ascii: "\n")]
        }
        return bytes + [UInt8(ascii: "\n")]
    }
}
