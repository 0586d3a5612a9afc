import HTTPMessages
import HTTPTypes
import NIOCore

extension ByteBuffer {
    /// The head of a response whose body follows bit by bit. `Content-Length` is never given, and
    /// `Connection: close` always: the connection ends with the body.
    ///
    /// Source: RFC 9112, "HTTP/1.1", clause 7.1 Chunked transfer coding.
    mutating func writeStreamHead(_ response: ResponseMessage, isChunked: Bool) {
        writeStatusLine(response.head.status)
        for field in response.head.headerFields
        where field.name != .contentLength && field.name != .connection {
            writeField(field)
        }
        if isChunked { writeStaticString("Transfer-Encoding: chunked\r\n") }
        writeStaticString("Connection: close\r\n\r\n")
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
        writeStatusLine(status)
        var hasLength = status.forbidsLength
        var hasConnection = false
        for field in response.head.headerFields {
            if field.name == .contentLength { hasLength = true }
            if field.name == .connection { hasConnection = true }
            writeField(field)
        }
        if !hasLength {
            writeStaticString("Content-Length: ")
            writeString(String(response.body.count))
            writeStaticString("\r\n")
        }
        if closesConnection && !hasConnection { writeStaticString("Connection: close\r\n") }
        writeStaticString("\r\n")
        guard !status.forbidsBody, bodyLimit > 0 else { return }
        if bodyLimit >= response.body.count {
            writeBytes(response.body)
        } else {
            writeBytes(response.body[..<bodyLimit])
        }
    }

    private mutating func writeStatusLine(_ status: HTTPResponse.Status) {
        if status == .ok && status.reasonPhrase == "OK" {
            writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        writeStaticString("HTTP/1.1 ")
        writeString(String(status.code))
        writeStaticString(" ")
        writeString(status.reasonPhrase)
        writeStaticString("\r\n")
    }

    private mutating func writeField(_ field: HTTPField) {
        writeString(field.name.rawName)
        writeStaticString(": ")
        field.withUnsafeBytesOfValue { _ = writeBytes($0) }
        writeStaticString("\r\n")
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
