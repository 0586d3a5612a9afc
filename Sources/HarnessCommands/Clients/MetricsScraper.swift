import HTTPMessages
import HTTPTypes
import Wire

/// Asks an exporter for its metrics, as Prometheus would.
final class MetricsScraper {
    private let origin: Origin
    private let target: String
    private let sender: HTTPSender
    private(set) var tally = ScrapeTally()

    /// What Prometheus asks for, most wanted first.
    private static let accepted =
        "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    private static let timeoutMilliseconds = 15_000

    init(_ scrape: Scrape, surroundings: ClientSurroundings) throws {
        let url = try surroundings.filled(scrape.url)
        let path = url.dropFirst("http://".count).firstIndex(of: "/")
        target = path.map { String(url[$0...]) } ?? "/"
        guard let origin = Origin(url: path.map { String(url[..<$0]) } ?? url) else {
            throw CommandFailure.usage(
                "\(scrape.url) is no URL; write for example http://127.0.0.1:{port}/metrics")
        }
        self.origin = origin
        var configuration = HTTPSender.Configuration()
        configuration.timeoutMilliseconds = Self.timeoutMilliseconds
        sender = HTTPSender(configuration)
    }

    func close() {
        let sender = sender
        Task { await sender.shutdown() }
    }

    /// Whether somebody listens there. Nothing is asked for, so an exporter does nothing yet.
    func isListening() async -> Bool { await PortProbe.isOpen(origin) }

    /// What the exporter says; nil where it says nothing of use.
    func scrape() async -> MetricsText? {
        tally.count += 1
        let request = RequestMessage(
            .get, target, fields: [.accept: Self.accepted, .userAgent: "pdu-harness"])
        switch await sender.send(request, to: origin) {
        case .success(let response) where response.status == 200:
            let type = response.head.headerFields[.contentType] ?? ""
            return MetricsText(
                String(decoding: response.body, as: UTF8.self),
                isOpenMetrics: type.hasPrefix("application/openmetrics-text"))
        case .success(let response): noteFailure("\(response.status)")
        case .failure(let failure): noteFailure(failure.rawValue)
        }
        return nil
    }

    private func noteFailure(_ words: String) {
        tally.failures += 1
        tally.firstFailure = tally.firstFailure ?? words
    }
}
