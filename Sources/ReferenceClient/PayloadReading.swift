import HTTPMessages
import HTTPTypes
import JSONText

/// Why a response that looked like success holds no resource.
enum PayloadError: Error, Hashable, CustomStringConvertible {
    case notJSON(contentType: String)
    case malformed(String)
    case noObject

    var description: String {
        switch self {
        case .notJSON(let contentType): "a body of type '\(contentType)' is no resource"
        case .malformed(let message): "damaged body, \(message)"
        case .noObject: "the body is no JSON object"
        }
    }
}

extension ResponseMessage {
    /// The resource in the body, judged by Content-Type before anything is parsed: a login page
    /// with status 200 is no data.
    func resource() throws(PayloadError) -> JSONValue {
        let contentType = head.headerFields[.contentType] ?? ""
        let mediaType = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
            .filter { $0 != UInt8(ascii: " ") }
        guard String(decoding: mediaType, as: UTF8.self).lowercased() == "application/json" else {
            throw .notJSON(contentType: contentType)
        }
        var bytes = body
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .malformed(error.description)
        }
        guard value.object != nil else { throw .noObject }
        return value
    }

    /// The keys of the messages in the body without registry and version, because versions
    /// differ between services: `Base.1.8.SessionLimitExceeded` is `SessionLimitExceeded`.
    ///
    /// Source: DSP0266, "Redfish Specification" 1.8.1, clauses 8.6 and 9.4.9.
    var messageKeys: [String] {
        guard let resource = try? resource() else { return [] }
        let lists = [
            resource["error"]?["@Message.ExtendedInfo"], resource["@Message.ExtendedInfo"],
        ]
        var ids = lists.flatMap { $0?.array ?? [] }.compactMap { $0["MessageId"]?.string }
        if let code = resource["error"]?["code"]?.string { ids.append(code) }
        return ids.map(messageKey)
    }
}

/// The last part of a message id.
func messageKey(_ id: String) -> String {
    id.lastIndex(of: ".").map { String(id[id.index(after: $0)...]) } ?? id
}

extension JSONValue {
    /// The request target of the resource that the member links to.
    func link(_ names: String...) -> String? {
        var value: JSONValue? = self
        for name in names { value = value?[name] }
        return value?.linkTarget
    }

    /// The request target where this is a reference object, or, as some services have it, a bare
    /// URI.
    var linkTarget: String? {
        (self["@odata.id"]?.string ?? string).flatMap(requestTarget)
    }

    /// Targets of an array of references; a lone reference counts as an array of one.
    var linkTargets: [String] {
        switch self {
        case .array(let elements): elements.compactMap(\.linkTarget)
        case .object: [linkTarget].compactMap { $0 }
        default: []
        }
    }
}

/// Path and query of a link, without its fragment. An absolute URI gives its path: links stay
/// within the service they were read from.
func requestTarget(of link: String) -> String? {
    let bytes = link.utf8
    let fragment = bytes.firstIndex(of: UInt8(ascii: "#"))
    if bytes.first == UInt8(ascii: "/") { return fragment.map { String(link[..<$0]) } ?? link }
    var text = link[..<(fragment ?? link.endIndex)]
    if let scheme = text.firstRange(of: "://") {
        let rest = text[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        text = rest[slash...]
    }
    return text.first == "/" ? String(text) : nil
}

/// Scheme and authority of an absolute URI; nil for a relative one.
func origin(of link: String) -> String? {
    guard let scheme = link.firstRange(of: "://") else { return nil }
    let authority = link[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return (link[..<scheme.upperBound] + authority).lowercased()
}
