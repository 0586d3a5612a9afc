import JSONText

extension Action {
    private static let replaceName = "CertificateService.ReplaceCertificate"
    private static let textLimitBytes = 65_536

    /// Puts another certificate in the place of the one served. Where its private key is not the
    /// one in use, it comes along in the text, which is therefore never echoed.
    ///
    /// Source: DSP8010 CertificateService v1_2, ReplaceCertificate.
    static let replaceCertificate = Action(
        name: replaceName,
        parameters: [
            Parameter(name: "CertificateString"),
            Parameter(name: "CertificateType", allowableValues: ["PEM", "PEMchain"]),
            Parameter(name: "CertificateUri"),
        ], location: Addresses.serverCertificate
    ) { pdu, _, arguments throws(RedfishError) in
        guard let text = arguments["CertificateString"]?.string else {
            throw .actionParameterType(replaceName, "CertificateString", "")
        }
        let link = arguments["CertificateUri"] ?? .null
        guard let uri = link["@odata.id"]?.string else {
            throw .actionParameterType(replaceName, "CertificateUri", link.compactText)
        }
        guard uri == Addresses.serverCertificate, pdu.listening.certificate != nil else {
            throw .actionParameterNotInList(replaceName, "CertificateUri", uri)
        }
        guard text.utf8.count <= textLimitBytes, let certificate = pdu.certificateReader?(text)
        else { throw .actionParameterFormat(replaceName, "CertificateString", "") }
        pdu.listening.certificate = certificate
        return [.serveCertificate(pem: text)]
    }
}
