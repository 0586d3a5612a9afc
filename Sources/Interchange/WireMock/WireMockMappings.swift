import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings

/// Stubs that WireMock plays a recording from: one file a method and URI, in it one mapping for each
/// time it was asked for. The first answer is given first, each moves the file's own scenario one
/// state on, and the last one stays.
///
/// No ids, so that the same recording gives the same bytes; the scenario's name is the whole method
/// and target, so that no two clash. Bodies of requests are not matched: secrets in them are masked.
///
/// Source: WireMock 3, "Stubbing", "Stateful Behaviour", "Simulating Faults".
package struct WireMockMappings: Sendable {
    private struct Stub: Sendable {
        var method: String
        var target: String
        var answers: [Exchange] = []
    }

    private struct Key: Hashable {
        var method: String
        var target: String
    }

    private var stubs: [Stub] = []
    private var places: [Key: Int] = [:]
    /// Deliveries to the client, which no stub can make.
    package private(set) var deliveryCount = 0

    package init() {}

    package var mappingCount: Int { stubs.reduce(0) { $0 + $1.answers.count } }

    package mutating func note(_ exchange: Exchange) {
        guard exchange.direction == .request else {
            deliveryCount += 1
            return
        }
        let method = exchange.request.head.method.rawValue
        let key = Key(method: method, target: exchange.request.target)
        let place = places[key] ?? stubs.count
        if place == stubs.count {
            places[key] = place
            stubs.append(Stub(method: method, target: key.target))
        }
        stubs[place].answers.append(exchange)
    }

    /// `mappings/get-redfish-v1.json` and so on, in the order of the first request to each.
    package var files: [ExportedFile] {
        var names: Set<String> = []
        return stubs.map { stub in
            let plain = Self.plain("\(stub.method) \(stub.target)")
            var name = plain
            var number = 2
            while !names.insert(name).inserted {
                name = "\(plain)-\(number)"
                number += 1
            }
            return ExportedFile(path: "mappings/\(name).json", bytes: Self.text(of: stub))
        }
    }

    /// Lower-case letters, digits and single hyphens; cut where file systems have an end to names.
    private static func plain(_ text: String) -> String {
        let words = text.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return String(words.joined(separator: "-").prefix(200))
    }

    private static func text(of stub: Stub) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        let scenario = "\(stub.method) \(stub.target)"
        writer.object { writer in
            writer.array("mappings") { writer in
                for (index, exchange) in stub.answers.enumerated() {
                    writer.object { writer in
                        writer.object("request") { writer in
                            writer.member("method", stub.method)
                            writer.member("url", stub.target)
                        }
                        if stub.answers.count > 1 {
                            writer.member("scenarioName", scenario)
                            writer.member("requiredScenarioState", state(index))
                            if index + 1 < stub.answers.count {
                                writer.member("newScenarioState", state(index + 1))
                            }
                        }
                        writer.object("response") { writeResponse(exchange, to: &$0) }
                    }
                }
            }
        }
        let document = (try? JSONValue(parsing: writer.finish())) ?? .null
        return Array(document.prettyText.utf8)
    }

    private static func state(_ index: Int) -> String {
        index == 0 ? "Started" : String(index + 1)
    }

    private static func writeResponse(_ exchange: Exchange, to writer: inout JSONWriter) {
        guard let response = exchange.response, exchange.failure == nil else {
            switch exchange.failure {
            // Longer than clients wait.
            case .timeout: writer.member("fixedDelayMilliseconds", 3_600_000)
            case .resetBeforeHead: writer.member("fault", "CONNECTION_RESET_BY_PEER")
            case .resetInBody, .shortBody: writer.member("fault", "MALFORMED_RESPONSE_CHUNK")
            default: writer.member("fault", "EMPTY_RESPONSE")
            }
            return
        }
        writer.member("status", response.status)
        writer.object("headers") { writeFields(response.head.headerFields, to: &$0) }
        guard !response.body.isEmpty else { return }
        if let text = String(validating: response.body, as: UTF8.self) {
            writer.member("body", text)
        } else {
            writer.member("base64Body", base64Text(response.body))
        }
    }

    private static func writeFields(_ fields: HTTPFields, to writer: inout JSONWriter) {
        var names: [HTTPField.Name] = []
        for field in fields where !names.contains(field.name) { names.append(field.name) }
        for name in names where ![.contentLength, .transferEncoding, .connection].contains(name) {
            let values = fields[values: name]
            if values.count == 1 {
                writer.member(name.rawName, values[0])
            } else {
                writer.array(name.rawName) { for value in values { $0.string(value) } }
            }
        }
    }
}
