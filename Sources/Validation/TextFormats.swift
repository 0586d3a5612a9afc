import Schema

/// Hand-written checks of texts with a form of their own: they run on every payload.
enum TextFormats {
    static func isValid(_ text: String, _ type: EdmType) -> Bool {
        var scanner = ByteScanner(text)
        switch type {
        case .dateTimeOffset: return scanner.dateTime() && scanner.isAtEnd
        case .duration: return scanner.duration() && scanner.isAtEnd
        case .guid: return scanner.guid() && scanner.isAtEnd
        case .date: return scanner.date() && scanner.isAtEnd
        case .timeOfDay: return scanner.time() && scanner.isAtEnd
        default: return true
        }
    }

    static func isValid(_ text: String, _ format: TextFormat) -> Bool {
        switch format {
        case .url: isURIReference(text)
        case .ipv6: isIPv6(text)
        }
    }

    /// Only characters that a URI reference may hold, percent signs followed by two hexadecimal
    /// digits.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", appendix A.
    static func isURIReference(_ text: String) -> Bool {
        var text = text
        return text.withUTF8(isURIReference)
    }

    private static func isURIReference(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var digitsDue = 0
        for byte in bytes {
            if digitsDue > 0 {
                guard isHexadecimal(byte) else { return false }
                digitsDue -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsDue = 2
            } else if !isURICharacter(byte) {
                return false
            }
        }
        return digitsDue == 0
    }

    /// An address, with or without the length of a prefix.
    ///
    /// Source: RFC 4291, "IP Version 6 Addressing Architecture", clauses 2.2 and 2.3.
    static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...128).contains(length) else { return false }
        }
        return parts.count <= 2 && isIPv6Address(parts[0])
    }

    private static func isIPv6Address(_ text: Substring) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && position == parts.count - 1
                if isLast, part.contains(".") {
                    guard isIPv4(part) else { return false }
                    groups += 2
                } else {
                    guard (1...4).contains(part.count), part.utf8.allSatisfy(isHexadecimal) else {
                        return false
                    }
                    groups += 1
                }
            }
        }
        return halves.count == 2 ? groups < 8 : groups == 8
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } && UInt8(part) != nil
            }
    }
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...70, 97...102: true
    default: false
    }
}

private func isURICharacter(_ byte: UInt8) -> Bool {
    switch byte {
    // Letters, digits, and the punctuation of the clause except what stands below.
    case 0x61...0x7A, 0x3F...0x5B, 0x26...0x3B: true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "="),
        UInt8(ascii: "]"), UInt8(ascii: "_"), UInt8(ascii: "~"):
        true
    default: false
    }
}

/// Reads fixed forms from a text's bytes without copying them.
private struct ByteScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = rest.first, byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
            rest.removeFirst()
        }
        return value
    }

    /// One digit or more.
    private mutating func number() -> Bool {
        var hasDigit = false
        while let byte = rest.first, byte >= 48, byte <= 57 {
            rest.removeFirst()
            hasDigit = true
        }
        return hasDigit
    }

    mutating func date() -> Bool {
        guard let year = digits(4), skip(UInt8(ascii: "-")), let month = digits(2),
            skip(UInt8(ascii: "-")), let day = digits(2), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = (31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        let length = withUnsafeBytes(of: lengths) {
            $0.assumingMemoryBound(to: Int.self)[month - 1]
        }
        return (1...length).contains(day)
    }

    mutating func time() -> Bool {
        guard let hour = digits(2), hour < 24, skip(UInt8(ascii: ":")),
            let minute = digits(2), minute < 60, skip(UInt8(ascii: ":")),
            let second = digits(2), second < 61
        else { return false }
        return !skip(UInt8(ascii: ".")) || number()
    }

    /// Source: DSP0266 "Redfish Specification" 1.8.1, clause "Date-Time values".
    mutating func dateTime() -> Bool {
        guard date(), skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")), time() else {
            return false
        }
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return true }
        guard skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-")), let hour = digits(2), hour < 24,
            skip(UInt8(ascii: ":")), let minute = digits(2)
        else { return false }
        return minute < 60
    }

    /// Source: DSP0266 "Redfish Specification" 1.8.1, clause "Duration values".
    mutating func duration() -> Bool {
        _ = skip(UInt8(ascii: "-"))
        guard skip(UInt8(ascii: "P")) else { return false }
        var hasField = false
        if let first = rest.first, first != UInt8(ascii: "T") {
            guard number(), skip(UInt8(ascii: "D")) else { return false }
            hasField = true
        }
        guard skip(UInt8(ascii: "T")) else { return hasField }
        hasField = false
        var due = [UInt8(ascii: "H"), UInt8(ascii: "M"), UInt8(ascii: "S")][...]
        while !isAtEnd {
            guard number() else { return false }
            let hasFraction = skip(UInt8(ascii: "."))
            if hasFraction, !number() { return false }
            guard let unit = rest.first, let place = due.firstIndex(of: unit),
                !hasFraction || unit == UInt8(ascii: "S")
            else { return false }
            rest.removeFirst()
            due = due[(place + 1)...]
            hasField = true
        }
        return hasField
    }

    /// Source: RFC 4122, "A Universally Unique IDentifier (UUID) URN Namespace", clause 3.
    mutating func guid() -> Bool {
        for (position, length) in [8, 4, 4, 4, 12].enumerated() {
            if position > 0, !skip(UInt8(ascii: "-")) { return false }
            for _ in 0..<length {
                guard let byte = rest.first, isHexadecimal(byte) else { return false }
                rest.removeFirst()
            }
        }
        return true
    }
}
