import HTTPMessages
import HTTPTypes

/// The resources that the device made for a client, each of which has a name of its own: `<new>`
/// stands for it, because how many there were before is chance.
struct CreatedNames {
    private var names: [String: String] = [:]

    init(_ entries: [RecordEntry]) {
        for case .exchange(let exchange) in entries {
            guard exchange.direction == .request, exchange.request.head.method == .post,
                let response = exchange.response, (200..<300).contains(response.status),
                let location = response.head.headerFields[.location]
            else { continue }
            let target = path(of: location)
            if let slash = target.lastIndex(of: "/") { names[target] = target[...slash] + "<new>" }
        }
    }

    func replaced(in entries: [RecordEntry]) -> [RecordEntry] {
        entries.map { entry in
            guard case .exchange(var exchange) = entry,
                let name = names[exchange.request.target]
            else { return entry }
            exchange.request = RequestMessage(
                exchange.request.head.method, name, fields: exchange.request.head.headerFields,
                body: exchange.request.body)
            return .exchange(exchange)
        }
    }

    /// The path of an absolute URI, or the text where it is none.
    private func path(of location: String) -> String {
        guard location.hasPrefix("http"), let scheme = location.firstRange(of: "://"),
            let slash = location[scheme.upperBound...].firstIndex(of: "/")
        else { return location }
        return String(location[slash...])
    }
}
