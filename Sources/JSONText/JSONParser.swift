/// What is wrong with a JSON text, and where.
package struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var position: TextPosition

    package var description: String { "\(position): \(message)" }
}

extension JSONValue {
    /// Parses one JSON text.
    ///
    /// Strict: RFC 8259 without extensions; no byte-order mark, no trailing comma, valid UTF-8, no
    /// lone surrogates. Duplicate names are kept, see `JSONObject.duplicateNames`.
    ///
    /// - Parameter depthLimit: How many arrays and objects may stand inside each other.
    package init(parsing bytes: [UInt8], depthLimit: Int = 128) throws(JSONSyntaxError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer, depthLimit: depthLimit)
            return parser.parseDocument()
        }
        self = try result.get()
    }

    package init(parsing text: String, depthLimit: Int = 128) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    private var index = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func parseDocument() -> Result<JSONValue, JSONSyntaxError> {
        do throws(JSONSyntaxError) {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                throw failure("a byte-order mark stands before the JSON text", at: 0)
            }
            // Two bytes a character: a mark, or a zero beside the first.
            if let first = bytes.first, let second = bytes.dropFirst().first,
                [first, second].contains(0) || (first ^ second == 1 && min(first, second) == 0xFE)
            {
                throw failure("the text is not UTF-8, it looks like UTF-16", at: 0)
            }
            skipWhitespace()
            let value = try parseValue()
            skipWhitespace()
            guard index == bytes.count else {
                throw failure("unexpected \(describeNext()) after the end of the JSON text")
            }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private mutating func parseValue() throws(JSONSyntaxError) -> JSONValue {
        guard index < bytes.count else { throw failure("the JSON text ends too early") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: throw failure("expected a JSON value, found \(describeNext())")
        }
    }

    private mutating func parseObject() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        skipWhitespace()
        if consume(UInt8(ascii: "}")) { return .object(JSONObject()) }
        members.reserveCapacity(16)
        while true {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw failure("expected a member name in quotes, found \(describeNext())")
            }
            let name = try parseString()
            skipWhitespace()
            guard consume(UInt8(ascii: ":")) else {
                throw failure("expected ':' after the member name, found \(describeNext())")
            }
            skipWhitespace()
            members.append(JSONObject.Member(name: name, value: try parseValue()))
            skipWhitespace()
            if consume(UInt8(ascii: ",")) {
                skipWhitespace()
                continue
            }
            guard consume(UInt8(ascii: "}")) else {
                throw failure("expected ',' or '}' in the object, found \(describeNext())")
            }
            return .object(JSONObject(members))
        }
    }

    private mutating func parseArray() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        skipWhitespace()
        if consume(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try parseValue())
            skipWhitespace()
            if consume(UInt8(ascii: ",")) {
                skipWhitespace()
                continue
            }
            guard consume(UInt8(ascii: "]")) else {
                throw failure("expected ',' or ']' in the array, found \(describeNext())")
            }
            return .array(elements)
        }
    }

    private mutating func enter() throws(JSONSyntaxError) {
        index += 1
        depth += 1
        guard depth <= depthLimit else {
            throw failure("nested deeper than \(depthLimit) levels", at: index - 1)
        }
    }

    private mutating func parseWord(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let end = index + word.utf8CodeUnitCount
        let matches =
            end <= bytes.count
            && word.withUTF8Buffer { $0.elementsEqual(bytes[index..<end]) }
        guard matches else { throw failure("expected a JSON value, found an unknown word") }
        index = end
        return value
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
        let start = index
        _ = consume(UInt8(ascii: "-"))
        if consume(UInt8(ascii: "0")) {
            if index < bytes.count, isDigit(bytes[index]) {
                throw failure("a number may not begin with a superfluous zero", at: start)
            }
        } else {
            try consumeDigits("expected a digit")
        }
        if consume(UInt8(ascii: ".")) { try consumeDigits("expected a digit after the point") }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try consumeDigits("expected a digit in the exponent")
        }
        return .number(JSONNumber(text: text(start..<index)))
    }

    private mutating func consumeDigits(_ complaint: String) throws(JSONSyntaxError) {
        let start = index
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
        guard index > start else { throw failure("\(complaint), found \(describeNext())") }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    // MARK: Strings

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        index += 1
        let start = index
        index = bytes.endOfPlainText(from: index)
        var isASCII = true
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let result = isASCII ? text(start..<index) : try validated(start..<index)
                index += 1
                return result
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            guard byte >= 0x20 else {
                throw failure("a control character stands unescaped in a string")
            }
            if byte >= 0x80 { isASCII = false }
            index += 1
        }
        throw failure("a string is not closed", at: start - 1)
    }

    private mutating func parseEscapedString(
        from start: Int
    ) throws(JSONSyntaxError) -> String {
        var plainStart = start
        var result = ""
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                result += try validated(plainStart..<index)
                index += 1
                return result
            }
            guard byte >= 0x20 else {
                throw failure("a control character stands unescaped in a string")
            }
            if byte == UInt8(ascii: "\\") {
                result += try validated(plainStart..<index)
                result.unicodeScalars.append(try parseEscape())
                plainStart = index
            } else {
                index += 1
            }
        }
        throw failure("a string is not closed", at: start - 1)
    }

    private mutating func parseEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = index
        index += 2
        guard index <= bytes.count else { throw failure("a string is not closed", at: start) }
        switch bytes[index - 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicodeEscape(from: start)
        default: throw failure("an unknown escape in a string", at: start)
        }
    }

    private mutating func parseUnicodeEscape(
        from start: Int
    ) throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try parseHexadecimal(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw failure("a lone surrogate in a string", at: start) }
        index += 2
        let second = try parseHexadecimal(from: start)
        guard (0xDC00...0xDFFF).contains(second) else {
            throw failure("a lone surrogate in a string", at: start)
        }
        let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        guard let scalar = Unicode.Scalar(value) else {
            throw failure("a lone surrogate in a string", at: start)
        }
        return scalar
    }

    private mutating func parseHexadecimal(from start: Int) throws(JSONSyntaxError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw failure("a string is not closed", at: start) }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = hexadecimalDigit(byte) else {
                throw failure("expected four hexadecimal digits after \\u", at: start)
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }

    private func validated(_ range: Range<Int>) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw failure("a string is not valid UTF-8", at: range.lowerBound)
        }
        return text
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    // MARK: Reading on

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private func describeNext() -> String {
        guard index < bytes.count else { return "the end of the text" }
        let byte = bytes[index]
        guard byte > 0x20, byte < 0x7F else { return "byte \(byte)" }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }

    private func failure(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(
            message: message, position: TextPosition(offset: offset ?? index, in: bytes))
    }
}

/// The value of an ASCII hexadecimal digit, or nil.
package func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
