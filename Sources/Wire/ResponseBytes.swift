import HTTPMessages
import HTTPTypes
import NIOCore

extension ByteBuffer {
    /// Appends a response as HTTP/1.1 spells it, its fields in their order and case.
    ///
    /// `Content-Length` is added where the response has none and may have one, and
    /// `Connection: close` where the connection ends with it. Only the first `bodyLimit` bytes of
    /// the body are written, whatever the head says; a response to HEAD is written with 0.
    mutating func writeResponse(
        _ response: ResponseMessage, bodyLimit: Int = .max, closesConnection: Bool = false
    ) {
        let status = response.head.status
        var hasLength = status.forbidsLength
        var hasConnection = false
        // More than a length and a Connection field that are added.
        var headLength = 128 + status.reasonPhrase.utf8.count
        for field in response.head.headerFields {
            if field.name == .contentLength { hasLength = true }
            if field.name == .connection { hasConnection = true }
            headLength += field.name.rawName.utf8.count + field.value.utf8.count + 4
        }
        let body = status.forbidsBody ? [] : response.body.prefix(bodyLimit)
        writeWithUnsafeMutableBytes(minimumWritableBytes: headLength + body.count) { room in
            var text = BytesOfText(room)
            text.put("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
            for field in response.head.headerFields { text.put(field) }
            if !hasLength { text.put("Content-Length: \(response.body.count)\r\n") }
            if closesConnection && !hasConnection { text.put("Connection: close\r\n") }
            text.put("\r\n")
            body.withUnsafeBytes { text.put($0) }
            return text.count
        }
    }
}

/// Puts text into memory that is known to hold it.
private struct BytesOfText {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    mutating func put(_ field: HTTPField) {
        put(field.name.rawName)
        put(UInt8(ascii: ":"), UInt8(ascii: " "))
        field.withUnsafeBytesOfValue { put(UnsafeRawBufferPointer($0)) }
        put(UInt8(ascii: "\r"), UInt8(ascii: "\n"))
    }

    private mutating func put(_ first: UInt8, _ second: UInt8) {
        room[count] = first
        room[count + 1] = second
        count += 2
    }
}

extension ResponseMessage {
    /// The response itself asks for the end of the connection.
    var asksToClose: Bool {
        guard let connection = head.headerFields[.connection] else { return false }
        return connection.lowercased().contains("close")
    }
}

extension HTTPResponse.Status {
    /// RFC 9110, "HTTP Semantics", clause 8.6: no length with 1xx and 204; with 304 only the length
    /// that a 200 would have had, which the handler alone can know.
    fileprivate var forbidsLength: Bool { forbidsBody }

    /// RFC 9110, "HTTP Semantics", clause 6.4.1.
    fileprivate var forbidsBody: Bool { code == 204 || code == 304 || code < 200 }
}
