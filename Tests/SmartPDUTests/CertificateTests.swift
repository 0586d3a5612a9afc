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
