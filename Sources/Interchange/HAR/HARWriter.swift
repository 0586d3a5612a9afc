import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings
import VirtualTime

/// Writes an HTTP archive piece by piece, so that memory stays flat however long the recording is.
///
/// Times are those of the scenario, and nothing takes time: how long something took is no part of
/// a recording. What an archive has no place for stands in fields that begin with an underscore,
/// which other tools pass over:
///
/// - of the log, `_pduHarness`: the head of the recording or golden, and `_after`: entries that come
///   after the last exchange, and `_end`: the last line of a recording of a run;
/// - of an entry, `_direction` (`delivery`: the device posted events to the client), `_failure` (how
///   the exchange ended without a whole response), `_fault` (the scenario's name for the fault that
///   was played), `_before`: truth, claims, steps and streamed payloads that come before it;
/// - of a request, `_target`: the target as sent, where it is no part of a valid URL as it stands;
/// - of a body, `_encoding`: `base64` where a request's body is no text.
///
/// Source: "HTTP Archive (HAR) format" 1.2, W3C Web Performance Working Group, 2012.
package struct HARWriter: Sendable {
    private let head: HARHead
    private let version: String
    private var writer: RecordingWriter
    private var hasEntries = false
    /// Lines of a recording that wait for the next exchange.
    private var waiting: [[UInt8]] = []

    /// - Parameter version: Of the harness, which names itself as the archive's creator.
    package init(head: HARHead, version: String) {
        self.head = head
        self.version = version
        writer = RecordingWriter(
            header: RecordingHeader(
                scenario: "", seed: 0, start: head.start, client: "", clock: "", model: "",
                resolvedScenario: .null, scenarioDigest: ""))
    }

    package func encodeHead() -> [UInt8] {
        var writer = JSONWriter()
        writer.member("version", "1.2")
        writer.object("creator") { writer in
            writer.member("name", "pdu-harness")
            writer.member("version", version)
        }
        writer.array(HARHead.name) { writer in
            for line in head.lines { writer.raw(line) }
        }
        return Array(#"{"log":{"#.utf8) + writer.finish() + Array(#","entries":["#.utf8)
    }

    /// The bytes of an entry; none for what is no exchange, which goes with the next one.
    package mutating func encode(_ entry: RecordEntry) -> [UInt8] {
        guard case .exchange(let exchange) = entry else {
            waiting.append(Array(writer.encode(entry).dropLast()))
            return []
        }
        var writer = JSONWriter(capacity: 4096)
        writer.object { write(exchange, to: &$0) }
        waiting = []
        let separator = hasEntries ? ",\n" : "\n"
        hasEntries = true
        return Array(separator.utf8) + writer.finish()
    }

    /// - Parameter conclusion: How the run ended; nil where what was recorded is none.
    package mutating func encodeEnd(_ conclusion: RunConclusion? = nil) -> [UInt8] {
        var writer = JSONWriter()
        if !waiting.isEmpty {
            writer.array("_after") { for line in waiting { $0.raw(line) } }
        }
        if let conclusion {
            writer.key("_end")
            EndLine.encode(conclusion, to: &writer)
        }
        let after = writer.finish()
        return Array("\n]".utf8) + (after.isEmpty ? [] : [UInt8(ascii: ",")] + after)
            + Array("}}\n".utf8)
    }

    private func write(_ exchange: Exchange, to writer: inout JSONWriter) {
        writer.member("startedDateTime", exchange.instant.iso8601)
        writer.member("time", 0)
        writer.object("request") { writeRequest(exchange, to: &$0) }
        writer.object("response") { writeResponse(exchange, to: &$0) }
        writer.object("cache") { _ in }
        writer.object("timings") { writer in
            for phase in ["send", "wait", "receive"] { writer.member(phase, 0) }
        }
        // What browsers show the entry as.
        writer.member("_resourceType", "fetch")
        if exchange.direction == .delivery { writer.member("_direction", "delivery") }
        writer.member("_failure", ifPresent: exchange.failure?.rawValue)
        writer.member("_fault", ifPresent: exchange.fault)
        if !waiting.isEmpty {
            writer.array("_before") { for line in waiting { $0.raw(line) } }
        }
    }

    private func writeRequest(_ exchange: Exchange, to writer: inout JSONWriter) {
        let request = exchange.request
        let url = HARAddress(of: exchange)
        writer.member("method", request.head.method.rawValue)
        writer.member("url", url.text)
        writer.member("_target", ifPresent: url.exactTarget)
        writer.member("httpVersion", "HTTP/1.1")
        writeCookies(request.head.headerFields[values: .cookie], separatedBy: ";", to: &writer)
        writeFields(request.head.headerFields, to: &writer)
        writer.array("queryString") { writer in
            for pair in (request.query ?? "").split(separator: "&") {
                let parts = pair.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                writer.object { writer in
                    writer.member("name", decoded(parts[0]))
                    writer.member("value", parts.count > 1 ? decoded(parts[1]) : "")
                }
            }
        }
        if !request.body.isEmpty {
            writer.object("postData") { writer in
                writer.member("mimeType", request.head.headerFields[.contentType] ?? "")
                writeText(request.body, encodingAs: "_encoding", to: &writer)
            }
        }
        writer.member("headersSize", -1)
        writer.member("bodySize", request.body.count)
    }

    private func writeResponse(_ exchange: Exchange, to writer: inout JSONWriter) {
        let response = exchange.response
        let fields = response?.head.headerFields ?? [:]
        let body = response?.body ?? []
        writer.member("status", response?.status ?? 0)
        writer.member("statusText", response?.head.status.reasonPhrase ?? "")
        writer.member("httpVersion", "HTTP/1.1")
        writeCookies(fields[values: .setCookie], separatedBy: nil, to: &writer)
        writeFields(fields, to: &writer)
        writer.object("content") { writer in
            writer.member("size", body.count)
            writer.member("mimeType", fields[.contentType] ?? "x-unknown")
            if !body.isEmpty { writeText(body, encodingAs: "encoding", to: &writer) }
        }
        writer.member("redirectURL", fields[.location] ?? "")
        writer.member("headersSize", -1)
        writer.member("bodySize", body.count)
        // Browsers show it in the place of a status.
        if response == nil { writer.member("_error", exchange.failure?.rawValue ?? "no response") }
    }

    private func writeFields(_ fields: HTTPFields, to writer: inout JSONWriter) {
        writer.array("headers") { writer in
            for field in fields {
                writer.object { writer in
                    writer.member("name", field.name.rawName)
                    writer.member("value", field.value)
                }
            }
        }
    }

    /// - Parameter separator: Between the cookies of one field; nil where a field holds one, and
    ///   then its attributes.
    private func writeCookies(
        _ values: [String], separatedBy separator: Character?, to writer: inout JSONWriter
    ) {
        let cookies = values.flatMap { value -> [Substring] in
            separator.map { value.split(separator: $0) } ?? [value.prefix { $0 != ";" }]
        }
        writer.array("cookies") { writer in
            for cookie in cookies {
                let parts = cookie.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                writer.object { writer in
                    writer.member("name", String(parts[0].drop { $0 == " " }))
                    writer.member("value", String(parts[1]))
                }
            }
        }
    }

    private func writeText(_ body: [UInt8], encodingAs name: String, to writer: inout JSONWriter) {
        if let text = String(validating: body, as: UTF8.self) {
            writer.member("text", text)
        } else {
            writer.member("text", base64Text(body))
            writer.member(name, "base64")
        }
    }
}

private func decoded(_ text: Substring) -> String {
    String(decoding: percentDecoded(text.utf8), as: UTF8.self)
}
