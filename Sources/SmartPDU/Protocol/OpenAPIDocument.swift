extension Document {
    static let openAPIPath = "\(Addresses.root)/openapi.yaml"

    /// The service in the words of the OpenAPI Specification 3.0.3: every URI it serves, members of
    /// a collection under one pattern, with the methods of each and the schemas of their payloads.
    ///
    /// It is made when asked for, which is seldom.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 11 OpenAPI.
    static func openAPI(describing tree: ResourceTree) -> Document {
        var text = """
            openapi: 3.0.3
            info:
              title: Redfish service of a rack PDU
              version: 1.0.0
            paths:

            """
        for pattern in tree.patterns { text += openAPIPath(pattern) }
        return Document(
            headers: StandingHeaders(contentType: "application/yaml"), body: Array(text.utf8))
    }

    private static func openAPIPath(_ pattern: URIPattern) -> String {
        var text = "  \"\(pattern.path)\":\n"
        if !pattern.parameters.isEmpty {
            text += "    parameters:\n"
            for name in pattern.parameters {
                text += "      - {name: \(name), in: path, required: true, "
                text += "schema: {type: string}}\n"
            }
        }
        for method in pattern.methods {
            text += "    \(method.lowercased()):\n      responses:\n"
            text += "        \(openAPISuccess(method, pattern))\n"
            text += "        default: {description: Refused}\n"
        }
        return text
    }

    private static func openAPISuccess(_ method: String, _ pattern: URIPattern) -> String {
        switch (method, pattern.isAction) {
        case ("GET", _), ("PATCH", _): return "\"200\": \(openAPIBody(pattern.type))"
        case ("POST", true) where pattern.isAsynchronous:
            return "\"202\": \(openAPIBody(Resource.task.type))"
        case ("POST", false): return "\"201\": \(openAPIBody(pattern.createdType))"
        case ("HEAD", _): return "\"200\": {description: Success}"
        default: return "\"204\": {description: Success}"
        }
    }

    private static func openAPIBody(_ type: String) -> String {
        "{description: Success, content: {application/json: "
            + "{schema: {$ref: \"\(openAPISchema(type))\"}}}}"
    }

    /// Where DMTF publishes the schema of `Outlet.v1_4_4.Outlet`.
    private static func openAPISchema(_ type: String) -> String {
        let parts = type.split(separator: ".")
        let file = parts.dropLast().joined(separator: ".")
        let name = parts.joined(separator: "_")
        return "http://redfish.dmtf.org/schemas/v1/\(file).yaml#/components/schemas/\(name)"
    }
}
