/// Finds secrets in what people and programs print: `X-Auth-Token: …`, `password=…`,
/// `{'Password': '…'}`, `--password …`, `['--password', '…']`, `<Password>…</Password>`, the part
/// `name="password"` of a form, `Basic …`, `https://user:…@host`, private keys.
struct TextSecrets {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var places: [SecretPlaces.Place] = []
    private var index = 0
    private var nextOpening = NextPlace()
    private var nextClosing = NextPlace()

    static func find(in text: [UInt8]) -> [SecretPlaces.Place] {
        text.withUnsafeBufferPointer { bytes in
            var search = TextSecrets(bytes: bytes)
            search.run()
            let keys = SecretPlaces.privateKeys(in: bytes)
            let others = search.places.filter { place in
                !keys.contains { $0.range.overlaps(place.range) }
            }
            return (others + keys).sorted { $0.range.lowerBound < $1.range.lowerBound }
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func run() {
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: ":"),
                let range = SecretPlaces.userInformation(at: index, in: bytes)
            {
                places.append(
                    SecretPlaces.Place(range: range, kind: .secret, isPercentEncoded: true))
                index = range.upperBound
            } else if isLetter(index) {
                takeWord()
            } else {
                index += 1
            }
        }
    }

    /// A word that names a secret, with what it names; or a scheme with its credentials.
    private mutating func takeWord() {
        let start = index
        while index < bytes.count, isLetter(index) { index += 1 }
        let word = bytes[start..<index]
        if ["basic", "bearer"].contains(where: { word.elementsEqual($0.utf8, by: isSameLetter) }) {
            takeCredentials()
            return
        }
        guard mayNameSecret(upTo: index), let kind = SecretKind(name: word) else { return }
        if takeElement(start, kind) || takePart(start, kind) { return }
        let isOption = word.first == UInt8(ascii: "-")
        let end = index
        skip("\\")
        let quote = index
        skip("\"'")
        let isQuoted = index > quote
        skip(" \t")
        if index < bytes.count, [0x3A, 0x3D].contains(bytes[index]) {
            index += 1
        } else if isOption, isQuoted, index < bytes.count, bytes[index] == UInt8(ascii: ",") {
            // The next one of a list of arguments, which may stand on a line of its own.
            index += 1
            skip(" \t\r\n")
        } else if !isOption || index == end {
            index = end
            return
        }
        skip(" \t")
        takeValue(kind)
    }

    /// `<Password kind="x">…</`, also with a prefix before the name. What it holds may be spelt as
    /// `<![CDATA[…]]>`, or partly so.
    ///
    /// Source: W3C "Extensible Markup Language (XML) 1.0" (Fifth Edition), clauses 2.7 and 3.1.
    private mutating func takeElement(_ start: Int, _ kind: SecretKind) -> Bool {
        guard start > 0, "<:".utf8.contains(bytes[start - 1]) else { return false }
        let close = nextClosing.place(of: UInt8(ascii: ">"), in: bytes, from: index)
        let tag = nextOpening.place(of: UInt8(ascii: "<"), in: bytes, from: index)
        guard close < tag, tag < bytes.count, bytes[close - 1] != UInt8(ascii: "/"),
            bytes[index] == UInt8(ascii: ">") || bytes[index] <= 0x20
        else { return false }
        index = close + 1
        while index < bytes.count {
            let text = index..<(bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count)
            // Blanks between tags only lay the document out.
            if bytes[text].contains(where: { $0 > 0x20 }) { take(text, kind) }
            index = text.upperBound
            guard let section = end(of: "<![CDATA[", from: index, within: 1) else { break }
            let last = bytes[section...].indices.first { bytes[$0...].starts(with: "]]>".utf8) }
            index = last ?? bytes.count
            take(section..<index, kind)
            index = min(index + 3, bytes.count)
        }
        return true
    }

    /// Where a byte comes next. As the search goes on it is looked for only once it lies behind, so
    /// that all looks together take one pass.
    private struct NextPlace {
        private var known = -1

        mutating func place(
            of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from index: Int
        ) -> Int {
            if known < index { known = bytes[index...].firstIndex(of: byte) ?? bytes.count }
            return known
        }
    }

    /// `name="password"` in the head of a part, whose value stands below the head.
    ///
    /// Source: RFC 7578, "Returning Values from Forms: multipart/form-data", clause 4.2.
    private mutating func takePart(_ start: Int, _ kind: SecretKind) -> Bool {
        let name = Array("name=\"".utf8)
        guard start >= name.count, bytes[start - name.count..<start].elementsEqual(name),
            index < bytes.count, bytes[index] == UInt8(ascii: "\""),
            let head = end(of: "\r\n\r\n", from: index, within: Self.longestPartHeadBytes)
        else { return false }
        let value = bytes[head...]
        let last = value.indices.first { bytes[$0...].starts(with: "\r\n--".utf8) }
        index = last ?? bytes.count
        take(head..<index, kind)
        return true
    }

    private static let longestPartHeadBytes = 1024

    /// Where the characters that come next end.
    private func end(of characters: String, from start: Int, within count: Int) -> Int? {
        let near = start..<min(bytes.count, start + count)
        return near.first { bytes[$0...].starts(with: characters.utf8) }
            .map { $0 + characters.utf8.count }
    }

    /// A cheap test before the thorough one.
    private func mayNameSecret(upTo end: Int) -> Bool {
        guard end >= 4 else { return true }
        return SecretKind.mayEndName(
            bytes[end - 4..<end].reduce(0 as UInt32) { $0 << 8 | UInt32($1) })
    }

    private mutating func takeValue(_ kind: SecretKind) {
        skip("\\")
        guard index < bytes.count else { return }
        let quote = bytes[index]
        let start: Int
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            index += 1
            start = index
            while index < bytes.count, bytes[index] != quote, bytes[index] != 0x0A { index += 1 }
            // The quote itself was escaped.
            if index > start, bytes[index - 1] == UInt8(ascii: "\\") { index -= 1 }
        } else {
            start = index
            let ends = Array(kind == .credential ? "\r\n\"'\\,".utf8 : " \t\r\n\"'\\,;&)}]".utf8)
            while index < bytes.count, !ends.contains(bytes[index]) { index += 1 }
        }
        guard !Self.saysNothing.contains(String(decoding: bytes[start..<index], as: UTF8.self))
        else { return }
        take(start..<index, kind)
    }

    private static let saysNothing: Set = [
        "", "null", "None", "nil", "true", "false", "True", "False", "{", "[",
    ]

    private mutating func takeCredentials() {
        let blank = index
        skip(" ")
        let start = index
        while index < bytes.count, isCredential(bytes[index]) { index += 1 }
        guard start == blank + 1, index - start >= 8 else { return }
        take(start..<index, .credential)
    }

    private mutating func take(_ range: Range<Int>, _ kind: SecretKind) {
        guard !range.isEmpty else { return }
        places.append(SecretPlaces.Place(range: range, kind: kind))
    }

    private mutating func skip(_ characters: String) {
        while index < bytes.count, characters.utf8.contains(bytes[index]) { index += 1 }
    }

    private func isLetter(_ index: Int) -> Bool {
        let byte = bytes[index]
        return (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private func isSameLetter(_ one: UInt8, _ other: UInt8) -> Bool { one | 0x20 == other }

    private func isCredential(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || "+/=-_.~".utf8.contains(byte)
    }
}
