/// The path of a URI reference in the form in which the judge compares paths: no scheme, host,
/// query or fragment, and no slash at the end.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 6.7, by which `/redfish/v1` and `/redfish/v1/`
/// are the same resource.
func servicePath(_ reference: String) -> String {
    let bytes = reference.utf8
    let isPlain =
        bytes.first == UInt8(ascii: "/") && bytes.count > 1
        && bytes.last != UInt8(ascii: "/")
        && !bytes.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    if isPlain { return reference }
    var path = Substring(reference)
    if bytes.first != UInt8(ascii: "/"), let scheme = path.firstRange(of: "://") {
        let rest = path[scheme.upperBound...]
        path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    path = path.prefix { $0 != "?" && $0 != "#" }
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return String(path)
}

/// Whether `path` is `ancestor` or stands below it.
func isPath(_ path: String, atOrBelow ancestor: String) -> Bool {
    guard path.hasPrefix(ancestor) else { return false }
    let rest = path.utf8.dropFirst(ancestor.utf8.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
}
