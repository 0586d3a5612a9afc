import Crypto
import FoundationEssentials
package import SmartPDU
import SwiftASN1
import VirtualTime
import X509

private struct CertificateMissing: Error {}

extension TLSIdentity {
    /// This identity with another certificate, or chain that begins with it. Its private key may
    /// stand in the text too; else it is the key in use.
    ///
    /// - Returns: Nil where the text holds no certificate, or one that the key does not belong to.
    package func replaced(by pem: String) -> TLSIdentity? {
        guard let documents = try? PEMDocument.parseMultiple(pemString: pem) else { return nil }
        let chain = documents.filter { $0.discriminator == "CERTIFICATE" }
        let keys = documents.filter { $0.discriminator.hasSuffix("PRIVATE KEY") }
        let keyPEM = keys.first?.pemString ?? privateKeyPEM
        guard let leaf = chain.first, keys.count < 2,
            let certificate = try? Certificate(pemDocument: leaf),
            let key = try? Certificate.PrivateKey(pemEncoded: keyPEM),
            key.publicKey == certificate.publicKey
        else { return nil }
        return TLSIdentity(
            authorityCertificatePEM: authorityCertificatePEM,
            certificatePEM: chain.map(\.pemString).joined(separator: "\n"), privateKeyPEM: keyPEM)
    }

    /// The server certificate as the device shows it.
    ///
    /// - Throws: Where the PEM text is no certificate.
    package func served() throws -> ServedCertificate {
        guard let leaf = try PEMDocument.parseMultiple(pemString: certificatePEM).first else {
            throw CertificateMissing()
        }
        let certificate = try Certificate(pemDocument: leaf)
        var bytes = DER.Serializer()
        try bytes.serialize(certificate)
        return ServedCertificate(
            pem: certificatePEM, subject: name(certificate.subject),
            issuer: name(certificate.issuer), alternativeNames: try alternativeNames(certificate),
            validNotBefore: instant(certificate.notValidBefore),
            validNotAfter: instant(certificate.notValidAfter),
            keyUsage: try keyUsage(certificate),
            serialNumber: hexadecimalPairs(certificate.serialNumber.bytes),
            fingerprint: hexadecimalPairs(SHA256.hash(data: bytes.serializedBytes)),
            signatureAlgorithm: objectIdentifier(certificate.signatureAlgorithm))
    }

    private func name(_ name: DistinguishedName) -> ServedCertificate.Name {
        func first(_ type: ASN1ObjectIdentifier) -> String? {
            name.lazy.joined().first { $0.type == type }.flatMap { String($0.value) }
        }
        return ServedCertificate.Name(
            commonName: first(.RDNAttributeType.commonName),
            organization: first(.RDNAttributeType.organizationName))
    }

    private func alternativeNames(_ certificate: Certificate) throws -> [String] {
        guard let names = try certificate.extensions.subjectAlternativeNames else { return [] }
        return names.compactMap { name in
            switch name {
            case .dnsName(let host): host
            case .ipAddress(let address): addressText(Array(address.bytes))
            default: nil
            }
        }
    }

    /// RFC 5280, clauses 4.2.1.3 and 4.2.1.12, in the words of DSP8010 Certificate.
    private func keyUsage(_ certificate: Certificate) throws -> [String] {
        var words: [String] = []
        if let usage = try certificate.extensions.keyUsage {
            let bits: [(Bool, String)] = [
                (usage.digitalSignature, "DigitalSignature"),
                (usage.nonRepudiation, "NonRepudiation"),
                (usage.keyEncipherment, "KeyEncipherment"),
                (usage.dataEncipherment, "DataEncipherment"),
                (usage.keyAgreement, "KeyAgreement"), (usage.keyCertSign, "KeyCertSign"),
                (usage.cRLSign, "CRLSigning"), (usage.encipherOnly, "EncipherOnly"),
                (usage.decipherOnly, "DecipherOnly"),
            ]
            words += bits.filter(\.0).map(\.1)
        }
        if let usage = try certificate.extensions.extendedKeyUsage {
            if usage.contains(.serverAuth) { words.append("ServerAuthentication") }
            if usage.contains(.clientAuth) { words.append("ClientAuthentication") }
        }
        return words
    }

    private func objectIdentifier(_ algorithm: Certificate.SignatureAlgorithm) -> String? {
        switch algorithm {
        case .ecdsaWithSHA256: "1.2.840.10045.4.3.2"
        case .ecdsaWithSHA384: "1.2.840.10045.4.3.3"
        case .sha256WithRSAEncryption: "1.2.840.113549.1.1.11"
        case .sha384WithRSAEncryption: "1.2.840.113549.1.1.12"
        default: nil
        }
    }

    private func instant(_ date: Date) -> VirtualInstant {
        VirtualInstant(millisecondsSinceEpoch: Int64(date.timeIntervalSince1970) * 1000)
    }
}

/// `127.0.0.1`, or the eight groups of an IPv6 address without abbreviation.
private func addressText(_ bytes: [UInt8]) -> String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2)
        .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        .joined(separator: ":")
}

/// `0A:1B`, as serial numbers and fingerprints are written.
private func hexadecimalPairs(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0\(digits)" : digits
    }.joined(separator: ":")
}
