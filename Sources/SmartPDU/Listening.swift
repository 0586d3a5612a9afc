package import VirtualTime

/// Where the service is reached and by which certificate it is known. Whoever listens says so; left
/// alone, it is what a PDU with plain HTTP has.
package struct Listening: Sendable, Hashable {
    /// Nil where the protocol is off.
    package var httpPort: Int?
    package var httpsPort: Int?
    package var certificate: ServedCertificate?

    package init(
        httpPort: Int? = 80, httpsPort: Int? = nil, certificate: ServedCertificate? = nil
    ) {
        self.httpPort = httpPort
        self.httpsPort = httpsPort
        self.certificate = certificate
    }
}

/// The certificate of an HTTPS server, in the words of DSP8010 Certificate v1_11.
package struct ServedCertificate: Sendable, Hashable {
    package struct Name: Sendable, Hashable {
        package var commonName: String?
        package var organization: String?

        package init(commonName: String?, organization: String?) {
            self.commonName = commonName
            self.organization = organization
        }
    }

    package var pem: String
    package var subject: Name
    package var issuer: Name
    /// Host names and addresses.
    package var alternativeNames: [String]
    package var validNotBefore: VirtualInstant
    package var validNotAfter: VirtualInstant
    /// Members of the schema's `KeyUsage`.
    package var keyUsage: [String]
    /// Pairs of hexadecimal digits with colons between them.
    package var serialNumber: String
    /// SHA-256 of the certificate, written likewise.
    package var fingerprint: String
    /// Object identifier with dots; nil of one that is not known here.
    package var signatureAlgorithm: String?

    /// Whether certificates of authorities follow the server's own.
    var isChain: Bool {
        pem.ranges(of: "-----BEGIN CERTIFICATE-----").count > 1
    }

    package init(
        pem: String, subject: Name, issuer: Name, alternativeNames: [String],
        validNotBefore: VirtualInstant, validNotAfter: VirtualInstant, keyUsage: [String],
        serialNumber: String, fingerprint: String, signatureAlgorithm: String?
    ) {
        self.pem = pem
        self.subject = subject
        self.issuer = issuer
        self.alternativeNames = alternativeNames
        self.validNotBefore = validNotBefore
        self.validNotAfter = validNotAfter
        self.keyUsage = keyUsage
        self.serialNumber = serialNumber
        self.fingerprint = fingerprint
        self.signatureAlgorithm = signatureAlgorithm
    }
}
