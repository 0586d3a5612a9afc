import JSONText
import Testing

@Suite struct JSONParserTests {
    @Test func keepsOrderDuplicatesAndNumberText() throws {
        let text = #"{"b":1.0,"a":[true,null,-0.0,1e21],"b":"x\u00e9\ud83d\ude00\n"}"#
        let value = try JSONValue(parsing: text)
        #expect(value.object?.names == ["b", "a", "b"])
        #expect(value.object?.duplicateNames == ["b"])
        #expect(value["a"]?[3]?.number?.text == "1e21")
        #expect(value.object?.members.last?.value.string == "xé😀\n")
        #expect(value.compactText == #"{"b":1.0,"a":[true,null,-0.0,1e21],"b":"xé😀\n"}"#)
    }

    @Test(arguments: [
        ("{\"a\":1,}", 1, 8, "member name"), ("[1,]", 1, 4, "JSON value"),
        ("\u{FEFF}{}", 1, 1, "byte-order mark"), ("{\"a\" 1}", 1, 6, "':'"),
        ("01", 1, 1, "zero"), ("1.", 1, 3, "after the point"), ("{}\n{}", 2, 1, "after the end"),
        ("\"\\ud800\"", 1, 2, "surrogate"), ("\"a\nb\"", 1, 3, "control character"),
        ("nul", 1, 1, "unknown word"), ("\"abc", 1, 1, "not closed"), ("", 1, 1, "too early"),
        ("[[[1]]]", 1, 3, "nested deeper"),
    ])
    func refusesWithPosition(text: String, line: Int, column: Int, word: String) {
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: text, depthLimit: 2)
        }
        #expect(error?.position.line == line)
        #expect(error?.position.column == column)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func refusesBadUTF8() {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test func deepNestingIsAnErrorNotACrash() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }
}

@Suite struct JSONNumberTests {
    @Test(arguments: [
        ("6438", 6_438_000), ("6438.0", 6_438_000), ("6.438E3", 6_438_000), ("104.0739", 104_074),
        ("-0.0005", -1), ("-0.00049", 0), ("1e-7", 0), ("0", 0), ("1e400", nil), ("0.1230", 123),
    ])
    func scalesExactly(text: String, thousandths: Int64?) {
        #expect(JSONNumber(text: text).units(decimals: 3) == thousandths)
    }

    @Test(arguments: [("6438.0", 6438), ("6.4385E3", nil), ("6.4385E4", 64385), ("-3", -3)])
    func readsExactIntegers(text: String, integer: Int64?) {
        #expect(JSONNumber(text: text).exactInteger == integer)
    }

    @Test(arguments: [
        (12300, 3, "12.3"), (0, 3, "0"), (-5, 3, "-0.005"), (230_000, 3, "230"), (7, 0, "7"),
        (100, 0, "100"), (Int64.min, 0, "-9223372036854775808"),
    ])
    func writesScaledIntegers(units: Int64, decimals: Int, text: String) {
        #expect(JSONNumber(units: units, decimals: decimals).text == text)
    }

    @Test func comparesByValue() {
        #expect(JSONNumber(text: "1.0").hasSameValue(as: JSONNumber(text: "1")))
        #expect(!JSONNumber(text: "1.0").hasSameValue(as: JSONNumber(text: "1.001")))
    }

    /// Texts are looked at in words of eight bytes, so where a byte stands must not matter.
    @Test func escapesAtEveryPlace() throws {
        for length in 1...20 {
            for place in 0..<length {
                for byte in (0 as UInt8)..<0x80 {
                    var bytes = [UInt8](repeating: 0x7A, count: length)
                    bytes[place] = byte
                    let text = String(decoding: bytes, as: UTF8.self)
                    let written = JSONValue.string(text).compactText
                    let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5C
                    #expect((written == "\"\(text)\"") == isPlain)
                    #expect(try JSONValue(parsing: written) == .string(text))
                }
            }
        }
    }
}

@Suite struct JSONPointerTests {
    @Test func escapesBothWays() throws {
        let pointer = try #require(JSONPointer("/a~1b/m~0n/0"))
        #expect(pointer.tokens == ["a/b", "m~n", "0"])
        #expect(pointer.description == "/a~1b/m~0n/0")
        #expect(JSONPointer("a") == nil)
    }

    @Test func findsValuesAndPositions() throws {
        let text = "{\"a\":\n  [1, {\"b\": \"x,]\", \"c\": 3}],\n \"d\": 4}"
        let bytes = Array(text.utf8)
        let value = try JSONValue(parsing: bytes)
        let pointer = try #require(JSONPointer("/a/1/c"))
        #expect(value[pointer] == 3)
        // RFC 6901, clause 4: digits alone, and no zero before others.
        for token in ["+1", "01", "-0", "", "1 ", "\u{661}", "99999999999999999999"] {
            #expect(value[JSONPointer(tokens: ["a", token])] == nil)
        }
        #expect(pointer.position(in: bytes).description == "2:25")
        let absent = try #require(JSONPointer("/d/zzz"))
        #expect(absent.position(in: bytes).description == "3:7")
    }
}

@Suite struct StrictObjectTests {
    @Test func suggestsForUnknownKeys() throws {
        let bytes = Array("{\"duration\": 1,\n \"sede\": 2}".utf8)
        var object = try StrictObject(JSONValue(parsing: bytes), at: JSONPointer())
        _ = try object.required("duration").integer(in: 0...5)
        #expect(object.value("seed") == nil)
        let error = #expect(throws: ConfigurationError.self) {
            try object.rejectUnknownMembers()
        }
        #expect(
            error?.description(in: bytes)
                == "2:10: unknown key 'sede'; did you mean 'seed'? (at /sede)")
    }

    @Test func refusesDigitsItCannotHold() throws {
        let located = Located(value: .number(JSONNumber(text: "1.2345")), pointer: JSONPointer())
        #expect(throws: ConfigurationError.self) {
            try located.scaled(decimals: 3, in: 0...10_000)
        }
        #expect(try located.scaled(decimals: 4, in: 0...100_000) == 12_345)
    }
}
