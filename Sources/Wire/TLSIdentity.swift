import Crypto
import FoundationEssentials
import SwiftASN1
package import VirtualTime
import X509

/// A certificate authority of our own and a server certificate it has issued, for `localhost` and
/// the loopback addresses. Everything is PEM text.
///
/// Source: RFC 5280, "Internet X.509 Public Key Infrastructure Certificate and Certificate
/// Revocation List (CRL) Profile", clause 4.
package struct TLSIdentity: Sendable {
    /// What clients have to trust.
    package var authorityCertificatePEM: String
    package var certificatePEM: String
    package var privateKeyPEM: String

    /// Takes over an identity that was made before.
    package init(authorityCertificatePEM: String, certificatePEM: String, privateKeyPEM: String) {
        self.authorityCertificatePEM = authorityCertificatePEM
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
    }

    /// Makes a new identity with keys of its own.
    ///
    /// - Parameters:
    ///   - first: Valid from here on; scenarios may play in the past.
    ///   - last: Valid until here.
    ///   - hosts: More names of the server.
    package static func make(
        from first: VirtualInstant, until last: VirtualInstant, hosts: [String] = []
    ) throws -> TLSIdentity {
        let authorityKey = P256.Signing.PrivateKey()
        let serverKey = P256.Signing.PrivateKey()
        let authorityName = try DistinguishedName {
            OrganizationName("pdu-harness")
            CommonName("pdu-harness certificate authority")
        }
        let validity = (date(first), date(last))
        let authority = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(authorityKey.publicKey),
            notValidBefore: validity.0, notValidAfter: validity.1, issuer: authorityName,
            subject: authorityName, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(authorityKey.publicKey))
            }, issuerPrivateKey: Certificate.PrivateKey(authorityKey))
        let server = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(serverKey.publicKey),
            notValidBefore: validity.0, notValidAfter: validity.1, issuer: authorityName,
            subject: DistinguishedName {
                OrganizationName("pdu-harness")
                CommonName("localhost")
            }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: serverExtensions(
                for: serverKey, issuedBy: authorityKey, hosts: hosts),
            issuerPrivateKey: Certificate.PrivateKey(authorityKey))
        return TLSIdentity(
            authorityCertificatePEM: try authority.serializeAsPEM().pemString,
            certificatePEM: try server.serializeAsPEM().pemString,
            privateKeyPEM: serverKey.pemRepresentation)
    }

    private static func serverExtensions(
        for key: P256.Signing.PrivateKey, issuedBy authorityKey: P256.Signing.PrivateKey,
        hosts: [String]
    ) throws -> Certificate.Extensions {
        let addresses: [[UInt8]] = [
            [127, 0, 0, 1], Array(repeating: 0, count: 15) + [1],
        ]
        let names =
            (["localhost"] + hosts).map(GeneralName.dnsName)
            + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        let authorityKeyIdentifier = SubjectKeyIdentifier(
            hash: Certificate.PublicKey(authorityKey.publicKey))
        return try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            SubjectAlternativeNames(names)
            SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
            AuthorityKeyIdentifier(keyIdentifier: authorityKeyIdentifier.keyIdentifier)
        }
    }

    private static func date(_ instant: VirtualInstant) -> Date {
        Date(timeIntervalSince1970: Double(instant.millisecondsSinceEpoch / 1000))
    }
}
