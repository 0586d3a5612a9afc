import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

/// Secrets planted in every place where one has been seen, one place a test.
@Suite struct CanaryTests {
    static let canary = "c4nary/Tw33t-77"

    /// The places, each an exchange that holds the canary and says by its structure that it is one.
    static let places: [(name: String, exchange: Exchange)] = [
        ("token field", make(fields: [.xAuthToken: canary])),
        ("authorization", make(fields: [.authorization: "Bearer \(canary)"])),
        (
            "basic",
            make(fields: [.authorization: "Basic \(base64Text(Array("admin:\(canary)".utf8)))"])
        ),
        ("proxy authorization", make(fields: [.proxyAuthorization: "Negotiate \(canary)"])),
        ("cookie", make(fields: [.cookie: "a=1; session=\(canary)"])),
        ("set-cookie", make(responseFields: [.setCookie: "session=\(canary); HttpOnly"])),
        ("login", make(body: #"{"UserName":"admin","Password":"\#(canary)"}"#)),
        ("password change", make(.patch, body: #"{ "Password" : "\#(canary)" }"#)),
        ("escaped name", make(body: #"{"\u0050assword":"\#(canary)"}"#)),
        ("escaped value", make(body: #"{"Password":"c4nary\/\u0054w33t-77"}"#)),
        ("cut short", make(body: #"{"UserName":"admin","Password":"\#(canary)"#)),
        ("token member", make(responseBody: #"{"AuthToken":"\#(canary)"}"#)),
        ("query", make("/redfish/v1?token=\(canary)")),
        ("encoded query", make("/redfish/v1?pass%77ord=c4nary%2FTw33t-77&$top=1")),
        ("user information", make(body: #"{"Destination":"https://me:c4nary%2FTw33t-77@host/e"}"#)),
        ("location query", make(responseFields: [.location: "/Sessions/1?access_token=\(canary)"])),
        ("location user", make(responseFields: [.location: "https://a:c4nary%2fTw33t-77@host/x"])),
        ("referer", make(fields: [.referer: "http://host/?api_key=\(canary)"])),
        ("link", make(responseFields: [.link: "<http://h/s?token=\(canary)>; rel=describedby"])),
        ("subscription fields", make(body: #"{"HttpHeaders":[{"X-Any":"\#(canary)"}]}"#)),
        ("SNMP community", make(body: #"{"SNMP":{"TrapCommunity":"\#(canary)"}}"#)),
        ("SNMP strings", make(body: #"{"CommunityStrings":[{"CommunityString":"\#(canary)"}]}"#)),
        ("SNMP key", make(body: #"{"SNMP":{"AuthenticationKey":"\#(canary)"}}"#)),
        ("SNMP encryption", make(body: #"{"EncryptionKey":"\#(canary)"}"#)),
        ("certificate", make(body: #"{"CertificateString":"\#(canary)"}"#)),
        (
            "private key",
            make(
                body:
                    #"{"Text":"-----BEGIN PRIVATE KEY-----\n\#(canary)\n-----END PRIVATE KEY-----"}"#
            )
        ),
        (
            "bare private key",
            make(
                responseBody:
                    "-----BEGIN EC PRIVATE KEY-----\n\(canary)\n-----END EC PRIVATE KEY-----\n")
        ),
        (
            "form",
            make(
                fields: [.contentType: "application/x-www-form-urlencoded"],
                body: "user=admin&password=c4nary%2fTw33t-77")
        ),
        ("array", make(body: #"{"Secret":["\#(canary)"]}"#)),
        ("pair", make(body: #"[{"name":"password","value":"\#(canary)"}]"#)),
        ("value first", make(body: #"{"l":[{"Value":"\#(canary)","a":1,"Key":"PassWord"}]}"#)),
        ("pair cut short", make(body: #"[{"name":"X-Auth-Token", "value":"\#(canary)"#)),
        (
            "pair in a text",
            make(body: #"{"Body":"{\"name\":\"token\",\"value\":\"\#(canary)\"}"}"#)
        ),
        ("semicolons", make("/redfish/v1?a=1;password=c4nary%2FTw33t-77;b=2")),
        ("semicolons in a text", make(body: #"{"U":"/x?a=1;token=c4nary%2fTw33t-77;b=2"}"#)),
        ("secret key", make(responseBody: #"{"SecretKey":"\#(canary)"}"#)),
    ]

    private static func make(
        _ target: String = "/redfish/v1", _ method: HTTPRequest.Method = .post,
        fields: HTTPFields = [:], body: String = "", responseFields: HTTPFields = [:],
        responseBody: String = ""
    ) -> Exchange {
        Exchange(
            instant: VirtualInstant(millisecondsSinceEpoch: 0), direction: .request,
            request: RequestMessage(method, target, fields: fields, body: Array(body.utf8)),
            response: ResponseMessage(
                status: .ok, fields: responseFields, body: Array(responseBody.utf8)))
    }

    private static func make(_ method: HTTPRequest.Method, body: String) -> Exchange {
        make("/redfish/v1", method, body: body)
    }

    /// Every way in which a later exchange may bring a secret along, under no name at all.
    private static let echo = make(
        "/Sessions/c4nary%2fTw33t-77/c4%6eary%2FTw33t-77", fields: [.userAgent: "x \(canary)"],
        body: #"{"Context":"\#(canary)","Again":"\u00634nary\/Tw33t-77"}"#,
        responseFields: [.eTag: "\"\(canary)\""],
        responseBody:
            #"{"error":"not \#(canary)!","encoded":"\#(base64Text(Array("ab \(canary) cd".utf8)))"}"#
    )

    private func text(_ exchange: Exchange) -> String {
        var writer = RecordingWriter(
            header: RecordingHeader(
                scenario: "", seed: 0, start: VirtualInstant(millisecondsSinceEpoch: 0), client: "",
                clock: "", model: "", resolvedScenario: .null, scenarioDigest: ""))
        return String(decoding: writer.encode(.exchange(exchange)), as: UTF8.self)
    }

    @Test(arguments: places.indices)
    func aSecretIsGoneWhereItStandsAndWhereItComesAgain(place: Int) {
        var masker = SecretMasker()
        for exchange in [Self.places[place].exchange, Self.echo] {
            let text = text(masker.mask(exchange))
            let encoded = String(base64Text(Array("x\(Self.canary)".utf8)).dropFirst(4))
            for trace in ["c4nary", "Tw33t", "4nary", encoded] {
                #expect(!text.contains(trace), "\(Self.places[place].name): \(text)")
            }
        }
    }

    @Test func theSameSecretHasTheSameNameEverywhere() {
        var masker = SecretMasker()
        for place in Self.places.prefix(8) { _ = masker.mask(place.exchange) }
        let text = text(masker.mask(Self.echo))
        #expect(text.contains(#""Context":"<token#1>","Again":"<token#1>""#), "\(text)")
        #expect(text.contains("/Sessions/<token#1>/<token#1>"), "\(text)")
    }

    @Test func maskingTwiceChangesNothing() {
        for place in Self.places {
            var masker = SecretMasker()
            let once = masker.mask(place.exchange)
            var other = SecretMasker()
            #expect(other.mask(once) == once, "\(place.name)")
        }
    }

    /// What stands round the secret stays, byte for byte, and the same secret has the same name.
    @Test(arguments: [
        (
            #"[{"name":"a","value":"b"},{"value":"x1","name":"password"},{"Key":"Token","Value":"x2"}]"#,
            #"[{"name":"a","value":"b"},{"value":"<secret#1>","name":"password"},"#
                + #"{"Key":"Token","Value":"<token#1>"}]"#
        ),
        (
            #"{"value":"q","inner":{"name":"password","value":7},"name":"a"}"#,
            #"{"value":"q","inner":{"name":"password","value":"<secret#1>"},"name":"a"}"#
        ),
        (
            #"{"value":["x1","x1"],"name":"secret"} {"name":"password"} {"value":"q"}"#,
            #"{"value":["<secret#1>","<secret#1>"],"name":"secret"} {"name":"password"} {"value":"q"}"#
        ),
        (
            #"{"headers":[{"name":"Authorization","value":"Bearer x1"}],"Name":"Reading","Value":5}"#,
            #"{"headers":[{"name":"Authorization","value":"Bearer <credential#1>"}],"#
                + #""Name":"Reading","Value":5}"#
        ),
        (
            #"{"U":"/x?a=1;b;password=x;y;c=2"}"#, #"{"U":"/x?a=1;b;password=<secret#1>;c=2"}"#
        ),
    ])
    func masksNoMoreThanTheValueOfAPair(body: String, expected: String) {
        var masker = SecretMasker()
        let masked = masker.mask(Self.make(body: body)).request.body
        #expect(String(decoding: masked, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("/a?x=1;password=p;y=2&token=t", "/a?x=1;password=<secret#1>;y=2&token=<token#1>"),
        ("/a?password=p;q", "/a?password=<secret#1>"),
        ("/a?$filter=x;y=1&$top=2", "/a?$filter=x;y=1&$top=2"),
    ])
    func queriesMayBePartedBySemicolons(target: String, expected: String) {
        var masker = SecretMasker()
        #expect(masker.mask(Self.make(target)).request.target == expected)
    }

    @Test(arguments: [
        (
            "<a><Password>\n  <![CDATA[x<1]]>\n</Password><b>x</b></a>",
            "<a><Password>\n  <![CDATA[<secret#1>]]>\n</Password><b>x</b></a>"
        ),
        (
            "<u:Token>ab<![CDATA[cd]]><![CDATA[ab]]></u:Token>",
            "<u:Token><token#1><![CDATA[<token#2>]]><![CDATA[<token#1>]]></u:Token>"
        ),
        ("<Password><![CDATA[cut sho", "<Password><![CDATA[<secret#1>"),
        ("<Password>\n  <Old>x</Old>\n</Password>", "<Password>\n  <Old>x</Old>\n</Password>"),
    ])
    func elementsMayHoldCharacterData(body: String, expected: String) {
        var masker = SecretMasker()
        let masked = masker.mask(
            Self.make(fields: [.contentType: "text/xml"], body: body)
        ).request.body
        #expect(String(decoding: masked, as: UTF8.self) == expected)
    }

    @Test func aPasswordOfDigitsLeavesReadingsAlone() {
        var masker = SecretMasker()
        _ = masker.mask(Self.make(body: #"{"Password":"123456789"}"#))
        let masked = masker.mask(
            Self.make(
                body:
                    #"{"Name":"123456789","Reading": 123456789,"a":[123456789],"t":"use 123456789!"}"#
            ))
        #expect(
            String(decoding: masked.request.body, as: UTF8.self)
                == #"{"Name":"<secret#1>","Reading": 123456789,"a":[123456789],"t":"use <secret#1>!"}"#
        )
    }

    @Test(arguments: [
        ("X-Auth-Token: c4nary/Tw33t-77\n", "X-Auth-Token: <token#1>\n"),
        (
            "login {'UserName': 'admin', 'Password': 'a b,c'}",
            "login {'UserName': 'admin', 'Password': '<secret#1>'}"
        ),
        ("Authorization: Basic YWRtaW46aHVudGVyMjI=", "Authorization: Basic <credential#1>"),
        (
            #"send: b'GET / HTTP/1.1\r\nCookie: sid=77\r\n'"#,
            #"send: b'GET / HTTP/1.1\r\nCookie: <secret#1>\r\n'"#
        ),
        (
            "run --password hunter22 --url https://a:b@h/",
            "run --password <secret#1> --url https://a:<secret#2>@h/"
        ),
        (
            "argv ['--api-key', 'k 1', '-v', \"--password\",\n 'p']",
            "argv ['--api-key', '<secret#1>', '-v', \"--password\",\n '<secret#2>']"
        ),
        (
            "password=x; token expired, password = null",
            "password=<secret#1>; token expired, password = null"
        ),
        (#"{\"Token\":\"77\"} and again 77"#, #"{\"Token\":\"<token#1>\"} and again 77"#),
    ])
    func masksWhatProgramsPrint(text: String, expected: String) {
        var masker = SecretMasker()
        #expect(masker.mask(text: text) == expected)
    }

    @Test func rulesMaskWhoseDeviceItWas() {
        var rules = MaskRules()
        rules.add(.serial)
        rules.add(.host)
        rules.add("site", members: ["Row"], fields: ["X-Site"])
        var masker = SecretMasker(rules: rules)
        let masked = masker.mask(
            Self.make(
                fields: [.host: "pdu7.example.com:8443"],
                body:
                    #"{"Destination":"https://me@pdu7.example.com/events","Local":"http://127.0.0.1:80/"}"#,
                responseFields: [.location: "https://pdu7.example.com:8443/redfish/v1/x"],
                responseBody:
                    #"{"SerialNumber":"SN-778899","Text":"SN-778899 at pdu7.example.com","#
                    + #""IPv4Addresses":[{"Address":"10.1.2.3"}],"Placement":{"Row":"North 1"}}"#))
        #expect(masked.request.head.headerFields[.host] == "<host#1>:8443")
        #expect(
            String(decoding: masked.request.body, as: UTF8.self)
                == #"{"Destination":"https://me@<host#1>/events","Local":"http://127.0.0.1:80/"}"#)
        #expect(
            masked.response?.head.headerFields[.location] == "https://<host#1>:8443/redfish/v1/x")
        #expect(
            String(decoding: masked.response?.body ?? [], as: UTF8.self)
                == #"{"SerialNumber":"<serial#1>","Text":"<serial#1> at <host#1>","#
                + #""IPv4Addresses":[{"Address":"<host#2>"}],"Placement":{"Row":"<site#1>"}}"#)
    }
}
