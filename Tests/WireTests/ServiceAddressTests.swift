import Testing
import Wire

@Suite struct ServiceAddressTests {
    @Test(arguments: [
        ("http://pdu.example", "http://pdu.example:80", ""),
        ("https://pdu.example", "https://pdu.example:443", ""),
        ("https://pdu.example:80/", "https://pdu.example:80", "/"),
        ("https://pdu.example:8443/redfish/v1/", "https://pdu.example:8443", "/redfish/v1/"),
        ("HTTPS://[::1]/redfish?a#b", "https://[::1]:443", "/redfish"),
        ("http://[::1]:8000/redfish", "http://[::1]:8000", "/redfish"),
    ])
    func serviceURLs(url: String, origin: String, path: String) throws {
        let service = try #require(Origin.service(at: url))
        #expect(service.origin.description == origin)
        #expect(service.path == path)
    }

    @Test(arguments: ["pdu.example", "ftp://pdu.example", "http://", "http://a:b@c", "https://a:0"])
    func otherTexts(url: String) {
        #expect(Origin.service(at: url) == nil)
    }

    @Test func authoritiesAreCertificates() {
        #expect(ServerTrust(authoritiesPEM: Array("nothing".utf8)) == nil)
    }
}
