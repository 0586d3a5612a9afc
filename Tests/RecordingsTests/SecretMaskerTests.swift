import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

@Suite struct SecretMaskerTests {
    private let instant = VirtualInstant(millisecondsSinceEpoch: 0)

    private func exchange(
        _ target: String = "/redfish/v1", fields: HTTPFields = [:], body: String = "",
        responseFields: HTTPFields = [:], responseBody: String = ""
    ) -> Exchange {
        Exchange(
            instant: instant, direction: .request,
            request: RequestMessage(.post, target, fields: fields, body: Array(body.utf8)),
            response: ResponseMessage(
                status: .ok, fields: responseFields, body: Array(responseBody.utf8)))
    }

    private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    @Test func masksACertificateThatMayBringItsKey() {
        var masker = SecretMasker()
        let install = masker.mask(
            exchange(
                "/redfish/v1/CertificateService/Actions/CertificateService.ReplaceCertificate",
                body: #"{"CertificateString":"-----BEGIN PRIVATE KEY-----\nMIG\n"}"#))
        #expect(text(install.request.body) == #"{"CertificateString":"<secret#1>"}"#)
    }

    @Test func masksALoginAndRecognisesItsTokenLater() {
        var masker = SecretMasker()
        let login = masker.mask(
            exchange(
                "/redfish/v1/SessionService/Sessions",
                body: #"{ "UserName" : "admin", "Password" : "hunter22" }"#,
                responseFields: [.xAuthToken: "3f9a8b7c6d", .location: "/Sessions/1"],
                responseBody: #"{"Id":"1","Password":null,"Token":"3f9a8b7c6d"}"#))
        #expect(
            text(login.request.body) == #"{ "UserName" : "admin", "Password" : "<secret#1>" }"#)
        #expect(login.response?.head.headerFields[.xAuthToken] == "<token#1>")
        #expect(login.response?.head.headerFields[.location] == "/Sessions/1")
        #expect(text(login.response?.body) == #"{"Id":"1","Password":null,"Token":"<token#1>"}"#)
        let get = masker.mask(exchange(fields: [.xAuthToken: "3f9a8b7c6d"]))
        #expect(get.request.head.headerFields[.xAuthToken] == "<token#1>")
        let other = masker.mask(exchange(fields: [.xAuthToken: "ffffffffff"]))
        #expect(other.request.head.headerFields[.xAuthToken] == "<token#2>")
    }

    @Test(arguments: [
        (
            #"{"NewPassword":"abc","OldPassword":"abd"}"#,
            #"{"NewPassword":"<secret#1>","OldPassword":"<secret#2>"}"#
        ),
        (#"{"password":12345678}"#, #"{"password":"<secret#1>"}"#),
        (
            #"{"Password":"","PasswordChangeRequired":true}"#,
            #"{"Password":"","PasswordChangeRequired":true}"#
        ),
        (#"{"Pass\u0077ord":"abc"}"#, #"{"Pass\u0077ord":"<secret#1>"}"#),
        (#"{"UserName":"a","Password":"sec"#, #"{"UserName":"a","Password":"<secret#1>"#),
        (
            #"{"HttpHeaders":[{"Authorization":"Bearer xyz"}]}"#,
            #"{"HttpHeaders":[{"Authorization":"Bearer <credential#1>"}]}"#
        ),
        (
            #"{"Destination":"https://me:pw@host/events"}"#,
            #"{"Destination":"https://me:<secret#1>@host/events"}"#
        ),
        (#"{"Password":"a\"b"}"#, #"{"Password":"<secret#1>"}"#),
        (
            #"{"db_pwd":"p1","KerberosKeytab":"p2","X-Auth-Key":"p3","access-tokens":["p4","p5"]}"#,
            #"{"db_pwd":"<secret#1>","KerberosKeytab":"<secret#2>","X-Auth-Key":"<secret#3>","access-tokens":["<token#1>","<token#2>"]}"#
        ),
        (
            #"{"CommunityStrings":[{"Name":"a","CommunityString":"public1"}]}"#,
            #"{"CommunityStrings":[{"Name":"a","CommunityString":"<secret#1>"}]}"#
        ),
        (
            #"{"Raw":"{\"password\":\"a\\\"b\",\"n\":[1],\"token\": 12}","Password":"c"}"#,
            #"{"Raw":"{\"password\":\"<secret#1>\",\"n\":[1],\"token\": \"<token#1>\"}","Password":"<secret#2>"}"#
        ),
        (
            #"{"Raw":"[\"{\\\"\\u0070assword\\\":\\\"x\ud83d\ude00y\\\"}\"]"}"#,
            #"{"Raw":"[\"{\\\"\\u0070assword\\\":\\\"<secret#1>\\\"}\"]"}"#
        ),
        (#"{"Raw":"{\"password\":\"cut sho"#, #"{"Raw":"{\"password\":\"<secret#1>"#),
        (#"{"Password":"<secret#9>"}"#, #"{"Password":"<secret#9>"}"#),
        (
            #"{"Destination":"http://host/ev?id=1&Access_Token=a%2Fb&n=2"}"#,
            #"{"Destination":"http://host/ev?id=1&Access_Token=<token#1>&n=2"}"#
        ),
        (
            #"{"A":"/x?api-key=abc#part","B":"/x?api-key=<secret#7>&password=def\u0026n=1"}"#,
            #"{"A":"/x?api-key=<secret#1>#part","B":"/x?api-key=<secret#7>&password=<secret#2>\u0026n=1"}"#
        ),
        (
            #"{"Members@odata.nextLink":"/a?$skiptoken=abcdef"}"#,
            #"{"Members@odata.nextLink":"/a?$skiptoken=abcdef"}"#
        ),
    ])
    func masksMembers(body: String, expected: String) {
        var masker = SecretMasker()
        #expect(text(masker.mask(exchange(body: body)).request.body) == expected)
    }

    @Test(arguments: [
        (
            "application/xml",
            "<a><Password>pw 1</Password><n:token kind='x'>t2</n:token><Token/><A>Password</A></a>",
            "<a><Password><secret#1></Password><n:token kind='x'><token#1></n:token><Token/><A>Password</A></a>"
        ),
        ("text/plain; charset=utf-8", "password: pw1, user: a", "password: <secret#1>, user: a"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\npw 1\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n<secret#1>\r\n--b--\r\n"
        ),
        ("text/plain", #"{"PasswordChange":"password: x"}"#, #"{"PasswordChange":"password: x"}"#),
        ("application/json", "password: pw1", "password: pw1"),
    ])
    func masksTexts(type: String, body: String, expected: String) {
        var masker = SecretMasker()
        let masked = masker.mask(exchange(fields: [.contentType: type], body: body))
        #expect(text(masked.request.body) == expected)
        let again = masker.mask(masked)
        #expect(text(again.request.body) == expected)
        let answered = masker.mask(
            exchange(responseFields: [.contentType: type], responseBody: body))
        #expect(text(answered.response?.body) == expected)
    }

    @Test func masksStreamedText() {
        var masker = SecretMasker()
        func masked(_ body: String) -> String {
            let payload = StreamRecord.Payload(id: "1", body: Array(body.utf8))
            let record = StreamRecord(
                instant: VirtualInstant(millisecondsSinceEpoch: 0), stream: 1, payload: payload)
            return text(masker.mask(record).payload?.body)
        }
        #expect(masked("token=abc!") == "token=<token#1>")
        #expect(masked(#"{"Message":"token: abc"}"#) == #"{"Message":"token: abc"}"#)
    }

    @Test func keepsSchemesAndCookieNames() {
        var masker = SecretMasker()
        let masked = masker.mask(
            exchange(
                fields: [
                    .authorization: "Basic YWRtaW46cGFzc3cwcmQ=", .cookie: "a=one11111; b=two22222",
                ],
                responseFields: [.setCookie: "sid=one11111; Path=/; HttpOnly"],
                responseBody: #"{"Message":"not passw0rd, admin"}"#))
        #expect(masked.request.head.headerFields[.authorization] == "Basic <credential#1>")
        #expect(masked.request.head.headerFields[.cookie] == "a=<secret#2>; b=<secret#3>")
        #expect(
            masked.response?.head.headerFields[.setCookie] == "sid=<secret#2>; Path=/; HttpOnly")
        #expect(text(masked.response?.body) == #"{"Message":"not <secret#1>, admin"}"#)
    }

    @Test func masksFieldsThatAreNoCookiesWhole() throws {
        var masker = SecretMasker()
        var fields: HTTPFields = [.cookie: "only-a-value"]
        for (name, value) in [
            ("X-Api-Key", "k1"), ("X-Password", "a=b;c"), ("X-Secret-Key", "k3"),
        ] {
            fields[try #require(HTTPField.Name(name))] = value
        }
        let masked = masker.mask(exchange(fields: fields)).request.head.headerFields
        #expect(
            masked.map(\.value) == ["<secret#1>", "<secret#2>", "<secret#3>", "<secret#4>"])
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded; x=y",
    ])
    func masksForms(type: String) {
        var masker = SecretMasker()
        let masked = masker.mask(exchange(fields: [.contentType: type], body: "a=1&password=pw1"))
        #expect(text(masked.request.body) == "a=1&password=<secret#1>")
    }

    @Test func masksQueriesAndKnownValuesInThem() {
        var masker = SecretMasker()
        let first = masker.mask(exchange("/events?access_token=s%2Fcret99&$skiptoken=page7777"))
        #expect(first.request.target == "/events?access_token=<token#1>&$skiptoken=page7777")
        let second = masker.mask(
            exchange("/elsewhere/s%2Fcret99/x", body: "plain s/cret99 text"))
        #expect(second.request.target == "/elsewhere/<token#1>/x")
        #expect(text(second.request.body) == "plain <token#1> text")
    }

    @Test func aPasswordThatIsAWordLeavesNamesAlone() {
        var masker = SecretMasker()
        let masked = masker.mask(exchange(body: #"{"Password":"Password"}"#))
        #expect(text(masked.request.body) == #"{"Password":"<secret#1>"}"#)
    }

    @Test func masksClaims() throws {
        var masker = SecretMasker()
        let claim = try JSONValue(parsing: #"{"kWh":1.250,"token":"abcdefgh"}"#)
        #expect(masker.mask(claim).compactText == #"{"kWh":1.250,"token":"<token#1>"}"#)
    }

    /// Wherever a secret is planted after it was first seen, and however it is spelt, it is gone.
    @Test(.timeLimit(.minutes(5)))
    func canariesNeverSurvive() {
        let alphabet = Array("abcXYZ019/+\"\\ %&=é")
        for seed in 0..<500 as Range<UInt64> {
            var random = RandomStream(seed: seed, label: "canary")
            let canary =
                String((0..<12).map { _ in alphabet[Int(random.integer(in: 0...17))] }) + "q"
            var masker = SecretMasker()
            let body = JSONValue.object(
                JSONObject([
                    .init(name: "Password", value: .string(canary)),
                    .init(name: "Echo", value: .string("x\(canary)\(canary)y")),
                    .init(name: "Nested", value: [.string(canary), ["Name": .string(canary)]]),
                ]))
            let masked = masker.mask(
                exchange(
                    body: body.compactText,
                    responseBody: "<html>\(canary)</html> \(body.compactText)"))
            for text in [text(masked.request.body), text(masked.response?.body)] {
                #expect(!text.contains(canary))
                #expect(!text.contains(JSONValue.string(canary).compactText.dropFirst().dropLast()))
            }
            #expect(
                text(masked.request.body)
                    == #"{"Password":"<secret#1>","Echo":"x<secret#1><secret#1>y","#
                    + #""Nested":["<secret#1>",{"Name":"<secret#1>"}]}"#)
        }
    }

    @Test func bodiesWithoutSecretsStayTheSameBytes() {
        var masker = SecretMasker()
        _ = masker.mask(exchange(fields: [.xAuthToken: "0123456789abcdef"]))
        let body = SyntheticRun.outlet(3, milliwatts: 1000, millijoules: 5000, poll: 1)
        #expect(masker.mask(exchange(body: text(body))).request.body == body)
    }
}
