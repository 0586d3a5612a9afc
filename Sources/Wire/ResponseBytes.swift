import HTTPMessages
import HTTPTypes
import NIOCore

extension ByteBuffer {
    /// The head of a response whose body follows bit by bit. `Content-Length` is never given, and
    /// `Connection: close` always: the connection ends with the body.
    ///
    /// Source: RFC 9112, "HTTP/1.1", clause 7.1 Chunked transfer coding.
    mutating func writeStreamHead(_ response: ResponseMessage, isChunked: Bool) {
        var head = response.head
        head.headerFields[.contentLength] = nil
        head.headerFields[.connection] = nil
        let coding = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
        write(head, "\(coding)Connection: close\r\n", body: [])
    }

    /// A part of such a body, which is not empty: an empty chunk would end it.
    mutating func writeStreamPart(_ bytes: [UInt8], isChunked: Bool) {
        guard isChunked else {
            writeBytes(bytes)
            return
        }
        writeString(String(bytes.count, radix: 16))
        writeStaticString("\r\n")
        writeBytes(bytes)
        writeStaticString("\r\n")
    }

    mutating func writeStreamEnd(isChunked: Bool) {
        if isChunked { writeStaticString("0\r\n\r\n") }
    }

    /// Appends a response as HTTP/1.1 spells it, its fields in their order and case.
    ///
    /// `Content-Length` is added where the response has none and may have one, and
    /// `Connection: close` where the connection ends with it. Only the first `bodyLimit` bytes of
    /// the body are written, whatever the head says; a response to HEAD is written with 0.
    mutating func writeResponse(
        _ response: ResponseMessage, bodyLimit: Int = .max, closesConnection: Bool = false
    ) {
        let status = response.head.status
        var added = ""
        if !status.forbidsLength, !response.head.headerFields.contains(.contentLength) {
            added = "Content-Length: \(response.body.count)\r\n"
        }
        if closesConnection, !response.head.headerFields.contains(.connection) {
            added += "Connection: close\r\n"
        }
        write(
            response.head, added, body: status.forbidsBody ? [] : response.body.prefix(bodyLimit))
    }

    /// Writes head and body in one go, with field lines added to those of the head.
    private mutating func write(_ head: HTTPResponse, _ added: String, body: ArraySlice<UInt8>) {
        let statusLine = "HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n"
        var length = statusLine.utf8.count + added.utf8.count + 2 + body.count
        for field in head.headerFields {
            length += field.name.rawName.utf8.count + field.value.utf8.count + 4
        }
        writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
            var text = BytesOfText(room)
            text.put(statusLine)
            for field in head.headerFields { text.put(field) }
            text.put(added)
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
