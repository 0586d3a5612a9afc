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
        write(head, contentLength: nil, isChunked: isChunked, closes: true, body: [])
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
        let fields = response.head.headerFields
        let hasLength = status.forbidsLength || fields.contains(.contentLength)
        write(
            response.head, contentLength: hasLength ? nil : response.body.count,
            closes: closesConnection && !fields.contains(.connection),
            body: status.forbidsBody ? [] : response.body.prefix(bodyLimit))
    }

    /// Writes head and body in one go, with field lines added to those of the head.
    private mutating func write(
        _ head: HTTPResponse, contentLength: Int?, isChunked: Bool = false, closes: Bool,
        body: ArraySlice<UInt8>
    ) {
        var room = 1024 + body.count
        var isWhole = false
        while !isWhole {
            writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
                var text = BytesOfText(memory)
                text.putStatusLine(head.status)
                for field in head.headerFields { text.put(field) }
                if let contentLength { text.put("Content-Length: ", contentLength) }
                if isChunked { text.put("Transfer-Encoding: chunked\r\n" as StaticString) }
                if closes { text.put("Connection: close\r\n" as StaticString) }
                text.put("\r\n" as StaticString)
                body.withUnsafeBytes { text.put($0) }
                isWhole = text.isWhole
                return isWhole ? text.count : 0
            }
            room *= 2
        }
    }
}

/// Puts text into memory, as long as there is room.
private struct BytesOfText {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    /// Whether everything has found room.
    private(set) var isWhole = true

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard isWhole, bytes.count <= memory.count - count else {
            isWhole = false
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ name: StaticString, _ number: Int) {
        put(name)
        put(String(number))
        put("\r\n" as StaticString)
    }

    mutating func put(_ field: HTTPField) {
        put(field.name.rawName)
        put(": " as StaticString)
        field.withUnsafeBytesOfValue { put(UnsafeRawBufferPointer($0)) }
        put("\r\n" as StaticString)
    }

    mutating func putStatusLine(_ status: HTTPResponse.Status) {
        put("HTTP/1.1 " as StaticString)
        put(String(status.code))
        put(" " as StaticString)
        put(status.reasonPhrase)
        put("\r\n" as StaticString)
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
