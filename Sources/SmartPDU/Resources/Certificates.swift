import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 CertificateService v1_2_1.
    static let certificateService: Resource = Resource(
        type: "CertificateService.v1_2_1.CertificateService", hasEntityTag: true,
        render: { _, _, _, json in
            json.head(
                Addresses.certificateService, .certificateService, id: "CertificateService",
                name: "Certificate service")
            json.link("CertificateLocations", Addresses.certificateLocations)
        },
        actions: [.replaceCertificate])

    /// Source: DSP8010 CertificateLocations v1_0_4.
    static let certificateLocations: Resource = Resource(
        type: "CertificateLocations.v1_0_4.CertificateLocations", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.certificateLocations, .certificateLocations, id: "CertificateLocations",
                name: "Certificate locations")
            json.object("Links") { $0.links("Certificates", pdu.serverCertificatePaths) }
        })

    static let serverCertificateCollection = Resource.collection(
        "CertificateCollection", at: Addresses.serverCertificates, name: "HTTPS certificates",
        members: { pdu in pdu.serverCertificatePaths })

    /// Source: DSP8010 Certificate v1_11_0.
    static let serverCertificate: Resource = Resource(
        type: "Certificate.v1_11_0.Certificate", hasEntityTag: true,
        render: { pdu, _, _, json in
            guard let certificate = pdu.listening.certificate else { return }
            json.head(
                Addresses.serverCertificate, .serverCertificate, id: "1",
                name: "HTTPS certificate")
            json.certificate(certificate)
        },
        exists: { pdu, place in
            place == .member("1") && pdu.listening.certificate != nil
        })
}

extension JSONWriter {
    fileprivate mutating func certificate(_ certificate: ServedCertificate) {
        member("CertificateString", certificate.pem)
        member("CertificateType", certificate.isChain ? "PEMchain" : "PEM")
        strings("CertificateUsageTypes", ["Web"])
        object("Subject") { json in
            json.name(certificate.subject)
            if !certificate.alternativeNames.isEmpty {
                json.strings("AlternativeNames", certificate.alternativeNames)
            }
        }
        object("Issuer") { $0.name(certificate.issuer) }
        member("ValidNotBefore", certificate.validNotBefore.iso8601)
        member("ValidNotAfter", certificate.validNotAfter.iso8601)
        strings("KeyUsage", certificate.keyUsage)
        member("SerialNumber", certificate.serialNumber)
        member("Fingerprint", certificate.fingerprint)
        member("FingerprintHashAlgorithm", "TPM_ALG_SHA256")
        member("SignatureAlgorithm", ifPresent: certificate.signatureAlgorithm)
    }

    private mutating func name(_ name: ServedCertificate.Name) {
        member("CommonName", ifPresent: name.commonName)
        member("Organization", ifPresent: name.organization)
    }
}

extension SmartPDU {
    fileprivate var serverCertificatePaths: [String] {
        listening.certificate == nil ? [] : [Addresses.serverCertificate]
    }
}
