import HTTPMessages
import HTTPTypes
package import Recordings
import VirtualTime

/// The requests that lead to one exchange of a recording, without those that nothing in it rests
/// on.
///
/// Kept are: the exchange itself; the logins whose tokens are used; what created the resources that
/// are used; writes to what is asked for, above or below it; the reads whose ETags are cited; where
/// the device counts, all that it counted: refused logins before a refused login, and matches of a
/// fault before a fault.
package struct RequestPrefix: Sendable {
    package struct Step: Sendable {
        package var exchange: Exchange
        package var line: Int
        /// Whether what the device answers depends on the time: something has happened to it by
        /// then that no request of the prefix brought about.
        package var dependsOnTime: Bool
    }

    package private(set) var steps: [Step]

    /// - Parameter line: The exchange's line in the full recording; entries begin at line 2.
    /// - Returns: Nil where no request of the client stands in that line.
    package init?(to line: Int, in entries: [RecordEntry], faults: [FaultRule]) {
        let target = line - 2
        guard entries.indices.contains(target),
            case .exchange(let last) = entries[target], last.direction == .request
        else { return nil }
        var needs = Needs(last, faults: faults)
        var kept: [(index: Int, exchange: Exchange)] = [(target, last)]
        for index in entries[..<target].indices.reversed() {
            guard case .exchange(let exchange) = entries[index], exchange.direction == .request,
                needs.include(exchange)
            else { continue }
            kept.append((index, exchange))
        }
        // Up to here nothing has happened that the clock alone brought about.
        let firstHappening = entries[..<target].firstIndex(where: \.isHappening) ?? target + 1
        steps = kept.reversed().map { index, exchange in
            Step(
                exchange: exchange, line: index + 2,
                dependsOnTime: index > firstHappening || exchange.hasExpired
                    || exchange.fault != nil)
        }
    }
}

/// What the exchanges that are kept rest on.
private struct Needs {
    private var tokens: Set<String> = []
    private var paths: Set<String> = []
    private var etags: Set<String> = []
    private var faults: [FaultRule] = []
    private let allFaults: [FaultRule]
    /// A login that was refused: how many were before it decides.
    private var countsLogins = false

    init(_ exchange: Exchange, faults: [FaultRule]) {
        allFaults = faults
        countsLogins = exchange.isRefusedLogin
        add(exchange)
    }

    private mutating func add(_ exchange: Exchange) {
        let fields = exchange.request.head.headerFields
        if let token = fields[.sessionToken] { tokens.insert(token) }
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] {
            if let tag = fields[name] { etags.insert(tag) }
        }
        paths.insert(exchange.subject)
        if let fault = exchange.fault { faults += allFaults.filter { $0.name == fault } }
    }

    /// Whether the earlier exchange is needed; then so is what it rests on itself.
    mutating func include(_ exchange: Exchange) -> Bool {
        guard isNeeded(exchange) else { return false }
        add(exchange)
        return true
    }

    private func isNeeded(_ exchange: Exchange) -> Bool {
        if faults.contains(where: { $0.requests.matches(exchange.request) }) { return true }
        guard let response = exchange.response else { return false }
        let fields = response.head.headerFields
        if let token = fields[.sessionToken], tokens.contains(token) { return true }
        if exchange.isLogin { return countsLogins }
        if exchange.isRead { return fields[.eTag].map(etags.contains) ?? false }
        guard (200..<300).contains(response.status) else { return false }
        if let location = fields[.location].map(pathOfReference),
            paths.contains(where: { isAtOrBelow($0, location) })
        {
            return true
        }
        let subject = exchange.subject
        return paths.contains { isAtOrBelow($0, subject) || isAtOrBelow(subject, $0) }
            && !isElsewhere(subject)
    }

    /// Writes to sessions and subscriptions matter to themselves only, not to what stands above.
    private func isElsewhere(_ subject: String) -> Bool {
        let isPrivate = subject.contains("/Sessions") || subject.contains("/Subscriptions")
        return isPrivate && !paths.contains { isAtOrBelow($0, subject) }
    }
}

extension Exchange {
    var isRead: Bool {
        request.head.method == .get || request.head.method == .head
    }

    var isLogin: Bool { request.head.method == .post && path.hasSuffix("/Sessions") }

    fileprivate var isRefusedLogin: Bool { isLogin && (response?.status ?? 0) >= 400 }

    /// A token that had been good was refused: time has passed.
    fileprivate var hasExpired: Bool {
        response?.status == 401 && request.head.headerFields[.sessionToken] != nil
    }

    var path: String { pathOfReference(request.target) }

    /// The resource that is asked for; for an action the one that offers it.
    fileprivate var subject: String {
        guard let actions = path.firstRange(of: "/Actions/") else { return path }
        return String(path[..<actions.lowerBound])
    }
}

extension RecordEntry {
    /// Something that no request brought about.
    fileprivate var isHappening: Bool {
        switch self {
        case .step, .truth: true
        case .exchange, .claim, .streamed: false
        }
    }
}

extension HTTPField.Name {
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.5 Redfish session login authentication.
    static let sessionToken = HTTPField.Name("X-Auth-Token") ?? .authorization
}

/// The path of a URI reference, without origin, query and the slash at the end.
func pathOfReference(_ reference: String) -> String {
    var path = Substring(reference)
    if let scheme = path.firstRange(of: "://") {
        let rest = path[scheme.upperBound...]
        path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    path = path.prefix { $0 != "?" && $0 != "#" }
    while path.count > 1, path.last == "/" { path = path.dropLast() }
    return String(path)
}

private func isAtOrBelow(_ path: String, _ ancestor: String) -> Bool {
    path == ancestor || path.hasPrefix(ancestor + "/")
}
