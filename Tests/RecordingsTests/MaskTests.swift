import HTTPMessages
import HTTPTypes
import Recordings
import Testing
import VirtualTime

@Suite struct MaskTests {
    @Test func findsMasksOfAnyLabel() {
        let text = "<host#1>, <my-site#27> and <token#3>"
        let places = Mask.places(in: text)
        #expect(places.map(\.mask.label) == ["host", "my-site", "token"])
        #expect(places.map(\.mask.number) == [1, 27, 3])
        #expect(places.map { String(text[$0.range]) } == ["<host#1>", "<my-site#27>", "<token#3>"])
        #expect(holdsMask("é<a#1>"))
    }

    @Test(arguments: [
        "", "<", "<a", "<a#", "<a#1", "<#1>", "<a#>", "<A#1>", "<a1#1>", "<a#1 >", "a#1>", "< a#1>",
        "<a#1111111111111111111>",
    ])
    func whatIsNoMask(text: String) {
        #expect(Mask.places(in: text).isEmpty)
        #expect(!holdsMask(text))
    }

    @Test(arguments: [
        ("<host#1>", "pdu-7.example", true), ("https://<host#1>:443/x", "https://a:443/x", true),
        ("https://<host#1>:443/x", "https://a:444/x", false), ("a", "a", true), ("a", "b", false),
        ("<host#1><site-a#2>", "", true), ("<x#1>*", "ab", false),
    ])
    func aMaskStandsForAnything(recorded: String, text: String, fits: Bool) {
        #expect(Mask.fits(text, recorded: recorded) == fits)
    }

    // MARK: What masking costs

    /// The search for what a name, a head or an authority begins goes through a text once.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ":token refreshed 17 ", ":token> ", "<token ", "://", "://<", "PRIVATE KEY----- ",
            "-----BEGIN PRIVATE KEY-----", "://user:<", "\"PRIVATE KEY-----\"",
        ])
    func longTextsTakeNoTime(piece: String) {
        let text = String(repeating: piece, count: (1 << 18) / piece.utf8.count)
        var masker = SecretMasker()
        let masked = masker.mask(text: text)
        #expect(masked.utf8.count <= text.utf8.count)
        let exchange = Exchange(
            instant: VirtualInstant(millisecondsSinceEpoch: 0), direction: .request,
            request: RequestMessage(
                .post, "/", fields: [.contentType: "text/plain"], body: Array(text.utf8)),
            response: ResponseMessage(
                status: .ok, fields: [.contentType: "application/json"],
                body: Array("{\"a\":\"\(text.replacing("\"", with: ""))\"}".utf8)))
        #expect(masker.mask(exchange).response?.status == 200)
    }

    @Test func aKeyWithoutItsLastLineIsMaskedToItsEnd() {
        var masker = SecretMasker()
        let whole = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n"
        #expect(
            masker.mask(text: whole + "-----BEGIN PRIVATE KEY-----\nNJH")
                == "-----BEGIN PRIVATE KEY-----<secret#1>-----END PRIVATE KEY-----\n"
                + "-----BEGIN PRIVATE KEY-----<secret#2>")
    }
}
