/// Makes a device send its events to the proxy instead of the client: the destinations of
/// subscriptions are replaced on their way to the device, and shown to the client as it wrote them.
///
/// Source: DSP8010 "Redfish Schema Bundle" 2025.4, EventDestination.Destination.
package struct DeliveryDetour: Sendable {
    /// Paths of the proxy that events come in on begin so.
    package static let pathPrefix = "/.pdu-harness/events/"
    /// More destinations than these are left as they are.
    package static let limit = 1000

    private struct Route {
        /// As it stands between the quotes of the request.
        var written: [UInt8]
        var destination: String
    }

    /// Where the device reaches the proxy, for example `http://127.0.0.1:8000`.
    private let origin: String
    private var routes: [Route] = []

    package init(to origin: String) {
        self.origin = origin
    }

    /// Where the body of a request wants events sent by HTTP; nil where it wants none.
    package static func destination(in body: [UInt8]) -> String? { place(in: body)?.destination }

    /// The body of a request with the destination of its subscription replaced; nil where it has
    /// none that is HTTP, or where there are too many already.
    package mutating func redirect(_ body: [UInt8]) -> [UInt8]? {
        guard let (range, destination) = Self.place(in: body),
            let number = number(of: Array(body[range]), destination)
        else { return nil }
        return body.replacing([(range, Array(url(number).utf8))])
    }

    /// The destination, and the bytes between its quotes.
    private static func place(in body: [UInt8]) -> (range: Range<Int>, destination: String)? {
        var found: (range: Range<Int>, destination: String)?
        StringTokens.forEach(in: body) { token in
            guard token.depth == 1, let name = token.name,
                body[name].elementsEqual("Destination".utf8), found == nil
            else { return }
            let destination = String(
                decoding: body[token.range].filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
            let lowered = destination.lowercased()
            guard lowered.hasPrefix("http://") || lowered.hasPrefix("https://") else { return }
            found = (token.range, destination)
        }
        return found
    }

    /// Where the client wants the events that come in on a path of the proxy.
    package func destination(ofPath path: String) -> String? {
        guard path.hasPrefix(Self.pathPrefix),
            let number = Int(path.dropFirst(Self.pathPrefix.count)),
            routes.indices.contains(number - 1)
        else { return nil }
        return routes[number - 1].destination
    }

    /// What the client wrote, by what the device shows instead.
    package var shownToClient: [[UInt8]: [UInt8]] {
        Dictionary(
            uniqueKeysWithValues: routes.enumerated().map {
                (Array(url($0.offset + 1).utf8), $0.element.written)
            })
    }

    private func url(_ number: Int) -> String { "\(origin)\(Self.pathPrefix)\(number)" }

    private mutating func number(of written: [UInt8], _ destination: String) -> Int? {
        if let known = routes.firstIndex(where: { $0.written == written }) { return known + 1 }
        guard routes.count < Self.limit else { return nil }
        routes.append(Route(written: written, destination: destination))
        return routes.count
    }
}
