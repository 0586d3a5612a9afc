import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// Writes a full recording line by line as JSON Lines, so that memory stays flat however long the
/// run is. Every line comes with its line feed.
///
/// A body that is canonical JSON stands in its line as JSON; any other body as text, and bytes that
/// are no UTF-8 as base64, so that every body comes back as the same bytes.
package struct RecordingWriter: Sendable {
    private let start: VirtualInstant
    private let header: RecordingHeader
    /// The number of the line that is written next, from 1.
    package private(set) var nextLine = 1

    package static let version = 1

    package init(header: RecordingHeader) {
        self.header = header
        start = header.start
    }

    /// The first line.
    package mutating func encodeHeader() -> [UInt8] {
        line { [header] writer in
            writer.object { writer in
                writer.member("recording", Self.version)
                writer.member("scenario", header.scenario)
                writer.key("seed")
                writer.raw(String(header.seed))
                writer.member("start", header.start.iso8601)
                writer.member("client", header.client)
                writer.member("clock", header.clock)
                writer.member("model", header.model)
                writer.member("scenarioDigest", header.scenarioDigest)
                if let invocation = header.invocation { write(invocation, to: &writer) }
                writer.member("resolved", header.resolvedScenario)
            }
        }
    }

    /// The line of one entry.
    package mutating func encode(_ entry: RecordEntry) -> [UInt8] {
        line { [start] writer in
            writer.object { writer in
                writer.member("t", (entry.instant - start).iso8601)
                switch entry {
                case .exchange(let exchange):
                    writer.object(exchange.direction == .request ? "exchange" : "delivery") {
                        writeExchange(exchange, to: &$0)
                    }
                case .truth(let truth):
                    writer.object("truth") { writer in
                        if let outlet = truth.outlet { writer.member("outlet", outlet) }
                        writer.member("powered", truth.isPowered)
                        writer.member("cause", truth.cause)
                    }
                case .claim(let claim):
                    writer.member("claim", claim.claim)
                case .step(let step):
                    writer.object("step") { writer in
                        writer.member("action", step.action)
                        writer.member("outcome", step.outcome)
                    }
                case .streamed(let record):
                    writer.object("streamed") { writer in
                        writer.member("stream", record.stream)
                        guard let payload = record.payload else { return }
                        writer.member("id", payload.id)
                        writer.member("event", ifPresent: payload.event)
                        if let retry = payload.retryMilliseconds { writer.member("retry", retry) }
                        writeBody(payload.body, to: &writer)
                    }
                }
            }
        }
    }

    /// The last line, which marks that nothing is missing.
    ///
    /// - Parameter conclusion: How the run ended; nil where what was recorded is none.
    package mutating func encodeEnd(_ conclusion: RunConclusion? = nil) -> [UInt8] {
        line { EndLine.encode(conclusion, to: &$0) }
    }

    private mutating func line(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        body(&writer)
        writer.endLine()
        nextLine += 1
        return writer.bytes
    }
}

private func write(_ invocation: ClientInvocation, to writer: inout JSONWriter) {
    writer.object("invocation") { writer in
        writer.array("command") { for word in invocation.command { $0.string(word) } }
        writer.member("harness", invocation.harness)
        writer.member("style", invocation.style.rawValue)
        writer.array("does") { for word in invocation.does { $0.string(word) } }
        writer.member("requiresClaims", invocation.requiresClaims)
        if invocation.acceptsFailures { writer.member("acceptsFailures", true) }
    }
}

private func writeExchange(_ exchange: Exchange, to writer: inout JSONWriter) {
    let head = exchange.request.head
    writer.member("method", head.method.rawValue)
    writer.member("scheme", ifPresent: head.scheme)
    writer.member("authority", ifPresent: head.authority)
    writer.member("target", ifPresent: head.path)
    writeFields(head.headerFields, to: &writer)
    writeBody(exchange.request.body, to: &writer)
    if let response = exchange.response {
        writer.object("response") { writer in
            writer.member("status", response.status)
            let reason = response.head.status.reasonPhrase
            if !reason.isEmpty { writer.member("reason", reason) }
            writeFields(response.head.headerFields, to: &writer)
            writeBody(response.body, to: &writer)
        }
    }
    writer.member("failure", ifPresent: exchange.failure?.rawValue)
    writer.member("fault", ifPresent: exchange.fault)
}

private func writeFields(_ fields: HTTPFields, to writer: inout JSONWriter) {
    writer.array("headers") { writer in
        for field in fields {
            writer.array { writer in
                writer.string(field.name.rawName)
                writer.string(field.value)
            }
        }
    }
}

private func writeBody(_ body: [UInt8], to writer: inout JSONWriter) {
    guard !body.isEmpty else { return }
    if CanonicalJSONScanner.leaves(of: body) != nil {
        writer.key("body")
        writer.raw(body)
    } else if let text = String(validating: body, as: UTF8.self) {
        writer.member("bodyText", text)
    } else {
        writer.member("bodyBase64", base64Text(body))
    }
}
