/// The query of a request, read and checked: what a GET is to show of a resource.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3 Query parameters.
struct QueryParameters: Sendable {
    private(set) var isOnly = false
    private(set) var isExcerpt = false
    private(set) var filter: FilterExpression?
    private(set) var skip = 0
    private(set) var top: Int?
    /// Where the page begins, counted in the members that filter, skip and top leave over.
    private(set) var pageStart = 0
    private(set) var expand: ExpandOption?
    private(set) var select: Selection?
    /// The parameters as sent, but for the page's: the link to the next page repeats them.
    private(set) var resent = ""
    private var names: [Name] = []

    enum Name: String {
        case only
        case excerpt
        case filter = "$filter"
        case skip = "$skip"
        case top = "$top"
        case expand = "$expand"
        case select = "$select"
        /// Stands in links to next pages only; clients do not make it up.
        case skipToken = "$skiptoken"

        var isForCollections: Bool {
            switch self {
            case .only, .filter, .skip, .top, .skipToken: true
            case .excerpt, .expand, .select: false
            }
        }
    }

    /// No parameter that the service knows.
    init() {}

    /// Reads a query. What nobody knows is read over, except where it begins with `$`.
    ///
    /// - Parameter servesPages: Whether the service gives out links to next pages.
    init(_ query: String, servesPages: Bool) throws(RedfishError) {
        for part in query.split(separator: "&") {
            let rawName = part.prefix { $0 != "=" }
            guard let text = decoded(rawName) else { continue }
            guard let name = Name(rawValue: text), servesPages || name != .skipToken else {
                guard !text.hasPrefix("$") else { throw .queryParameterUnsupported(text) }
                continue
            }
            guard !names.contains(name) else { throw .queryCombinationInvalid }
            names.append(name)
            let rawValue = part.dropFirst(rawName.count + 1)
            guard let value = decoded(rawValue) else {
                throw .queryValueFormat(text, String(rawValue))
            }
            try take(name, value)
            if name != .skipToken { resent += "\(part)&" }
        }
        if isOnly, names.count > 1 { throw .queryCombinationInvalid }
    }

    var isEmpty: Bool { names.isEmpty }

    /// Whether there is a parameter that only collections have a use for.
    var isForCollections: Bool { names.contains(where: \.isForCollections) }

    private mutating func take(_ name: Name, _ value: String) throws(RedfishError) {
        switch name {
        case .only, .excerpt:
            guard value.isEmpty else { throw .queryValueFormat(name.rawValue, value) }
            if name == .only { isOnly = true } else { isExcerpt = true }
        case .filter: filter = try FilterExpression(parsing: value)
        case .skip: skip = try count(name, value)
        case .top: top = try count(name, value)
        case .skipToken: pageStart = try count(name, value)
        case .expand: expand = try ExpandOption(parsing: value)
        case .select: select = try Selection(parsing: value)
        }
    }

    private func count(_ name: Name, _ value: String) throws(RedfishError) -> Int {
        guard let number = Int(value) else { throw .queryValueType(name.rawValue, value) }
        let range = 0...Int(Int32.max)
        guard range.contains(number) else {
            throw .queryValueOutOfRange(name.rawValue, value, range)
        }
        return number
    }
}

/// A part of a query without its escapes, a plus sign being a blank as forms have it; nil where an
/// escape is none or the result is no text.
private func decoded(_ part: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst().flatMap(hexadecimalValue),
                let low = rest.popFirst().flatMap(hexadecimalValue)
            else { return nil }
            bytes.append(high << 4 | low)
        default: bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
