/// Goes through the strings of a text: a string before a colon is a name, one after it its value.
struct SecretFinder {
    let bytes: UnsafeBufferPointer<UInt8>
    let rules: MaskRules
    private(set) var places: [SecretPlaces.Place] = []
    private var index = 0
    /// The objects that are open here, innermost last.
    private var pairs: [SecretPair] = []
    /// How many strings of JSON the text stands in.
    private let depth: Int

    private static let deepestString = 4

    init(bytes: UnsafeBufferPointer<UInt8>, rules: MaskRules, depth: Int = 0) {
        self.bytes = bytes
        self.rules = rules
        self.depth = depth
    }

    mutating func run() {
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\"") else {
                switch bytes[index] {
                case UInt8(ascii: "{"): pairs.append(SecretPair())
                case UInt8(ascii: "}"): _ = pairs.popLast()
                default: break
                }
                index += 1
                continue
            }
            let text = skipString()
            guard skipColon() else {
                if !findInJSON(of: text) { findInURIs(of: text) }
                continue
            }
            let name = unescaped(text)
            guard let kind = SecretKind(name: name) ?? rules.kind(ofMember: name) else {
                takePair(name)
                continue
            }
            takeValue(kind)
        }
    }

    /// A member that may be half of a pair of name and value, the other half of which stands before
    /// or behind it in the same object.
    private mutating func takePair(_ member: [UInt8]) {
        guard !pairs.isEmpty, index < bytes.count else { return }
        let value = index
        if SecretPair.isNameName(member), bytes[value] == UInt8(ascii: "\"") {
            let name = unescaped(skipString())
            index = value
            guard let kind = SecretKind(name: name) ?? rules.kind(ofMember: name) else { return }
            pairs[pairs.count - 1].kind = kind
            if let before = pairs[pairs.count - 1].value { retakeValue(at: before, kind) }
        } else if SecretPair.isValueName(member) {
            if let kind = pairs[pairs.count - 1].kind { return takeValue(kind) }
            pairs[pairs.count - 1].value = value
        }
    }

    /// Takes a value that has been gone through without knowing that it is a secret.
    private mutating func retakeValue(at start: Int, _ kind: SecretKind) {
        let here = index
        let known = places
        (places, index) = ([], start)
        takeValue(kind)
        let value = start..<index
        let before = known.filter { $0.range.upperBound <= value.lowerBound }
        let behind = known.filter { $0.range.lowerBound >= value.upperBound }
        (places, index) = (before + places + behind, here)
    }

    private mutating func takeValue(_ kind: SecretKind) {
        guard index < bytes.count else { return }
        switch bytes[index] {
        case UInt8(ascii: "\""): take(skipString(), kind)
        case UInt8(ascii: "["), UInt8(ascii: "{"): takeStrings(kind)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = index
            while index < bytes.count, ![0x2C, 0x5D, 0x7D].contains(bytes[index]),
                bytes[index] > 0x20
            {
                index += 1
            }
            places.append(
                SecretPlaces.Place(range: start..<index, kind: kind, isNumber: true))
        default: break
        }
    }

    /// All strings of the array or object that begins here, but for the names of its members.
    private mutating func takeStrings(_ kind: SecretKind) {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\""):
                let text = skipString()
                if skipColon() {
                    // A name that says more, such as that of a field with credentials.
                    if let inner = SecretKind(name: unescaped(text)) { takeValue(inner) }
                } else {
                    take(text, kind)
                }
                continue
            default: break
            }
            index += 1
            if depth == 0 { return }
        }
    }

    private mutating func take(_ value: Range<Int>, _ kind: SecretKind) {
        guard !value.isEmpty else { return }
        if case .ruled = kind, isLoopback(String(decoding: bytes[value], as: UTF8.self)) { return }
        places.append(SecretPlaces.Place(range: value, kind: kind))
    }

    private mutating func findInURIs(of text: Range<Int>) {
        defer { places += SecretPlaces.queryParameters(in: text, of: bytes) }
        for colon in text where bytes[colon] == UInt8(ascii: ":") {
            if let range = SecretPlaces.userInformation(at: colon, in: bytes), !range.isEmpty {
                places.append(
                    SecretPlaces.Place(range: range, kind: .secret, isPercentEncoded: true))
            }
            if let label = rules.hostLabel, let host = SecretPlaces.host(at: colon, in: bytes) {
                places.append(SecretPlaces.Place(range: host, kind: .ruled(label)))
            }
        }
    }

    /// A string may hold JSON itself, whose quotes are escapes.
    ///
    /// - Returns: Whether it does.
    private mutating func findInJSON(of text: Range<Int>) -> Bool {
        guard depth < Self.deepestString, let first = text.first, "{[".utf8.contains(bytes[first]),
            bytes[text].contains(UInt8(ascii: "\\"))
        else { return false }
        let nested = EscapedText(bytes[text])
        let found = nested.plain.withUnsafeBufferPointer { plain in
            var finder = SecretFinder(bytes: plain, rules: rules, depth: depth + 1)
            finder.run()
            return finder.places
        }
        places += found.map { place in
            var place = place
            place.range =
                nested.origins[place.range.lowerBound]..<nested.origins[place.range.upperBound]
            place.stringDepth += 1
            return place
        }
        return true
    }

    /// Skips the string that begins here and gives what stands between its quotes; a string that is
    /// cut short ends with the text.
    private mutating func skipString() -> Range<Int> {
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, bytes.count)
        index = min(end + 1, bytes.count)
        return start..<end
    }

    /// Skips a colon and the blanks round it. What stands before it was a name.
    private mutating func skipColon() -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return false }
        index += 1
        skipBlanks()
        return true
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }

    private func unescaped(_ range: Range<Int>) -> [UInt8] {
        unescapedJSONString(Array(bytes[range]))
    }
}
