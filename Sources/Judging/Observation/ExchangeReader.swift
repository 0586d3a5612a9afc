import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// Turns recorded exchanges into what the checks look at.
struct ExchangeReader {
    private let start: VirtualInstant
    private let resourceReader: ResourceReader
    private let sessions: String
    private let subscriptions: String
    private let isReplay: Bool

    /// - Parameter isReplay: Whether answers bear the time of a recording.
    init(_ facts: DeviceFacts, isReplay: Bool = false) {
        self.isReplay = isReplay
        start = facts.start
        resourceReader = ResourceReader(facts)
        sessions = servicePath(facts.sessionsURI)
        subscriptions = servicePath(facts.subscriptionsURI)
    }

    func read(_ exchange: Exchange, line: Int) -> ObservedExchange {
        let request = ObservedRequestFields(exchange.request.head.headerFields)
        let response =
            exchange.response.map { ObservedResponseFields($0.head.headerFields) }
            ?? ObservedResponseFields()
        let path = servicePath(exchange.request.target)
        let responseBody = ObservedBody(
            exchange.response?.body ?? [], contentType: response.contentType)
        return ObservedExchange(
            exchange: exchange, line: line, elapsed: exchange.instant - start,
            shown: shown(exchange), path: path,
            request: request, response: response,
            requestBody: ObservedBody(exchange.request.body, contentType: request.contentType),
            responseBody: responseBody,
            resources: resources(of: exchange, at: path, body: responseBody),
            mayChangeLoad: mayChangeLoad(exchange, at: path))
    }

    private func shown(_ exchange: Exchange) -> VirtualInstant {
        guard isReplay, let date = exchange.response?.head.headerFields[.date] else {
            return exchange.instant
        }
        return VirtualInstant(httpDate: date) ?? exchange.instant
    }

    private func mayChangeLoad(_ exchange: Exchange, at path: String) -> Bool {
        let method = exchange.request.head.method
        guard exchange.direction == .request, method != .get, method != .head else { return false }
        return !isPath(path, atOrBelow: sessions) && !isPath(path, atOrBelow: subscriptions)
    }

    private func resources(
        of exchange: Exchange, at path: String, body: ObservedBody
    ) -> [ObservedResource] {
        guard exchange.direction == .request, let status = exchange.response?.status,
            (200..<300).contains(status), case .json(.object(let object)) = body
        else { return [] }
        return resourceReader.read(object, at: path)
    }
}
