/// What an object of JSON has shown of a pair so far: `{"name": "password", "value": "…"}`, as HTTP
/// archives list header fields, cookies and fields of forms.
///
/// Source: "HTTP Archive (HAR) format 1.2", objects `headers`, `cookies`, `queryString`, `params`.
struct SecretPair {
    /// What the pair's name says that the value is.
    var kind: SecretKind?
    /// Where the value begins, where it stands before its name.
    var value: Int?

    /// Whether a member of this name holds the name of a pair.
    static func isNameName(_ member: [UInt8]) -> Bool {
        namesOfNames.contains { isSame(member, $0) }
    }

    private static let namesOfNames: [StaticString] = ["name", "key", "header"]

    /// Whether a member of this name holds the value of a pair.
    static func isValueName(_ member: some Collection<UInt8>) -> Bool { isSame(member, "value") }

    private static func isSame(_ text: some Collection<UInt8>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { text.elementsEqual($0) { $0 | 0x20 == $1 } }
    }
}
