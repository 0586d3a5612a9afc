/// Finds secrets in what people and programs print: `X-Auth-Token: …`, `password=…`,
/// `{'Password': '…'}`, `--password …`, `Basic …`, `https://user:…@host`, private keys.
struct TextSecrets {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var places: [SecretPlaces.Place] = []
    private var index = 0

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
        guard let kind = SecretKind(name: word) else { return }
        let isOption = word.first == UInt8(ascii: "-")
        let end = index
        skip("\\")
        skip("\"'")
        skip(" \t")
        let hasSeparator = index < bytes.count && [0x3A, 0x3D].contains(bytes[index])
        if hasSeparator {
            index += 1
        } else if !isOption || index == end {
            index = end
            return
        }
        skip(" \t")
        takeValue(kind)
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
