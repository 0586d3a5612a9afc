import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

extension GoldenDocument {
    /// The entries that the golden stands for, in its order: bodies as canonical bytes, and of the
    /// header fields those that goldens keep.
    package func expand() -> [RecordEntry] { expandLines().map(\.entry) }

    /// The same, each with the golden's line it stands on.
    package func expandLines() -> [RecordedLine] {
        let templates = shapes.map { shape in
            BodyTemplate(
                pointers: shape.leaves[shape.firstBodyLeaf...],
                numberedObjects: shape.numberedObjects)
        }
        return frames.flatMap { frame in
            frame.items.map { item in
                RecordedLine(
                    line: item.line,
                    entry: expand(item, at: header.start + frame.time, templates: templates))
            }
        }
    }

    private func expand(
        _ item: GoldenItem, at instant: VirtualInstant, templates: [BodyTemplate?]
    ) -> RecordEntry {
        switch item.content {
        case .exchange(let exchange):
            return .exchange(expand(exchange, at: instant, templates: templates))
        case .truth(let truth): return .truth(truth)
        case .claim(let claim): return .claim(claim)
        case .step(let step): return .step(step)
        }
    }

    private func expand(
        _ exchange: GoldenExchange, at instant: VirtualInstant, templates: [BodyTemplate?]
    ) -> Exchange {
        let requestBody = body(of: exchange.request, templates: templates)
        let request = RequestMessage(
            HTTPRequest.Method(exchange.method) ?? .get, exchange.target,
            fields: GoldenHeaderFields.expand(
                fieldLists[exchange.requestFields], hasBody: !requestBody.isEmpty),
            body: requestBody)
        var response: ResponseMessage?
        if let status = exchange.status {
            let responseBody = body(of: exchange.response, templates: templates)
            response = ResponseMessage(
                status: HTTPResponse.Status(code: status),
                fields: GoldenHeaderFields.expand(
                    fields(of: exchange.response), hasBody: !responseBody.isEmpty),
                body: responseBody)
        }
        return Exchange(
            instant: instant, direction: exchange.direction, request: request, response: response,
            failure: exchange.failure.flatMap(TransportFailure.init(rawValue:)),
            fault: exchange.fault)
    }

    private func fields(of message: GoldenMessage) -> [HeadField] {
        guard let shape = message.shape.map({ shapes[$0] }) else { return [] }
        return zip(shape.leaves, message.values).prefix(shape.firstBodyLeaf).map { leaf, value in
            HeadField(
                name: String(leaf.dropFirst(MessageShape.headerPrefix.count)), value: values[value])
        }
    }

    private func body(of message: GoldenMessage, templates: [BodyTemplate?]) -> [UInt8] {
        guard let index = message.shape else { return [] }
        let shape = shapes[index]
        let texts = message.values.dropFirst(shape.firstBodyLeaf).map {
            unmaskingLoopback(json: values[$0])
        }
        switch shape.body {
        case .none: return []
        case .json: return templates[index]?.filled(with: texts) ?? []
        case .text: return texts.flatMap { Array(string(of: $0).utf8) }
        case .base64: return texts.flatMap { base64Bytes(string(of: $0)) ?? [] }
        }
    }

    private func string(of text: String) -> String {
        (try? JSONValue(parsing: text))?.string ?? ""
    }
}
