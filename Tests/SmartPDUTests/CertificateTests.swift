import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct CertificateTests {
    private let network = "/redfish/v1/Managers/Manager/NetworkProtocol"
    private let locations = "/redfish/v1/CertificateService/CertificateLocations"

    private let certificate = ServedCertificate(
        pem: "-----BEGIN CERTIFICATE-----\n", subject: .init(commonName: "a", organization: nil),
        issuer: .init(commonName: "b", organization: "c"), alternativeNames: ["a"],
        validNotBefore: start, validNotAfter: start + .hours(1), keyUsage: ["DigitalSignature"],
        serialNumber: "01", fingerprint: "02:03", signatureAlgorithm: nil)

    @Test func plainServiceHasNone() throws {
        var pdu = try SmallPDU()
        let body = try pdu.json(network)
        #expect(body["HTTP"]?["Port"] == 80)
        #expect(body["HTTPS"]?["ProtocolEnabled"] == false)
        let certificates = try #require(body["HTTPS"]?["Certificates"]?["@odata.id"]?.string)
        #expect(try pdu.json(certificates)["Members"] == [])
        #expect(pdu.send(.get, "\(certificates)/1").status == 404)
        #expect(try pdu.json(locations)["Links"]?["Certificates"] == [])
    }

    @Test func showsWhatIsServed() throws {
        var pdu = try SmallPDU()
        pdu.device.listening = Listening(
            httpPort: nil, httpsPort: 8443, certificate: certificate)
        let body = try pdu.json(network)
        #expect(body["HTTP"]?["ProtocolEnabled"] == false)
        #expect(body["HTTPS"]?["Port"] == 8443)
        let link = try #require(
            try pdu.json(locations)["Links"]?["Certificates"]?[0]?["@odata.id"]?.string)
        let shown = try pdu.json(link)
        #expect(shown["CertificateString"]?.string == certificate.pem)
        #expect(shown["Issuer"]?["Organization"] == "c")
        #expect(shown["ValidNotAfter"] == "2026-01-15T11:00:00Z")
        #expect(pdu.send(.get, "\(network)/HTTPS/Certificates/2").status == 404)
    }

    @Test func replacesWhatCanBeServed() throws {
        var pdu = try SmallPDU()
        let action = "/redfish/v1/CertificateService/Actions/CertificateService.ReplaceCertificate"
        let own = "\(network)/HTTPS/Certificates/1"
        func body(_ pem: JSONValue, uri: String) -> JSONValue {
            [
                "CertificateString": pem, "CertificateType": "PEM",
                "CertificateUri": ["@odata.id": .string(uri)],
            ]
        }
        // Without HTTPS there is nothing to replace.
        let early = pdu.send(.post, action, body("good", uri: own))
        #expect(early.messageKey == "ActionParameterValueNotInList")
        var other = certificate
        other.serialNumber = "AA"
        pdu.device.listening = Listening(httpPort: nil, httpsPort: 443, certificate: certificate)
        pdu.device.certificateReader = { [other] pem in pem == "good" ? other : nil }
        let bad = pdu.send(.post, action, body("secret key", uri: own))
        #expect(bad.messageKey == "ActionParameterValueFormatError")
        #expect(!String(decoding: bad.body, as: UTF8.self).contains("secret key"))
        #expect(
            pdu.send(.post, action, body(1, uri: own)).messageKey
                == "ActionParameterValueTypeError")
        #expect(
            pdu.send(.post, action, body("good", uri: locations)).messageKey
                == "ActionParameterValueNotInList")
        #expect(try pdu.json(own)["SerialNumber"] == "01")
        let replaced = pdu.send(.post, action, body("good", uri: own))
        #expect(replaced.status == 204)
        #expect(replaced.head.headerFields[.location] == own)
        #expect(try pdu.json(own)["SerialNumber"] == "AA")
        #expect(pdu.effects == [.serveCertificate(pem: "good")])
    }

    @Test func onlyManagersSeeCertificates() throws {
        var pdu = try SmallPDU()
        let account: JSONValue = [
            "UserName": "eve", "Password": "Evening-12", "RoleId": "ReadOnly",
        ]
        #expect(pdu.send(.post, "/redfish/v1/AccountService/Accounts", account).status == 201)
        let eve = basic("eve", "Evening-12")
        #expect(pdu.send(.get, "\(network)/HTTPS/Certificates", fields: eve).status == 403)
        #expect(pdu.send(.get, locations, fields: eve).status == 403)
        #expect(pdu.send(.get, "/redfish/v1/CertificateService", fields: eve).status == 200)
    }
}
