import NIOCore

/// How far the first response in a buffer reaches: just enough HTTP to count responses quickly.
enum ResponseExtent: Equatable {
    case incomplete
    case complete(status: Int, byteCount: Int)
    /// No HTTP/1.1 status line, or no `Content-Length`.
    case unreadable

    private static let lengthName = Array("content-length:".utf8)
    private static let statusOffset = "HTTP/1.1 ".utf8.count

    init(of buffer: ByteBuffer) {
        self = buffer.withUnsafeReadableBytes { Self.measure($0) }
    }

    private static func measure(_ bytes: UnsafeRawBufferPointer) -> ResponseExtent {
        var length: Int?
        var lineStart = 0
        var position = 0
        while position + 1 < bytes.count {
            guard bytes[position] == UInt8(ascii: "\r") else {
                position += 1
                continue
            }
            if position == lineStart {
                return extent(bytes, headByteCount: position + 2, length: length)
            }
            if length == nil { length = contentLength(bytes[lineStart..<position]) }
            position += 2
            lineStart = position
        }
        return .incomplete
    }

    private static func extent(
        _ bytes: UnsafeRawBufferPointer, headByteCount: Int, length: Int?
    ) -> ResponseExtent {
        guard let length, headByteCount > statusOffset + 3,
            let status = number(bytes[statusOffset..<statusOffset + 3])
        else { return .unreadable }
        let byteCount = headByteCount + length
        return bytes.count < byteCount
            ? .incomplete : .complete(status: status, byteCount: byteCount)
    }

    private static func contentLength(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard line.count > lengthName.count else { return nil }
        for (offset, expected) in lengthName.enumerated() {
            // Setting bit 5 lower-cases letters and leaves the hyphen and the colon.
            guard line[line.startIndex + offset] | 0x20 == expected else { return nil }
        }
        return number(line.dropFirst(lengthName.count))
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        var value: Int?
        for byte in digits where byte != UInt8(ascii: " ") {
            guard byte >= 48, byte <= 57, (value ?? 0) < 1 << 40 else { return nil }
            value = (value ?? 0) * 10 + Int(byte - 48)
        }
        return value
    }
}
