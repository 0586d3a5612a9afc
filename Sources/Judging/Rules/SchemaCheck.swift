import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// Holds every payload of both directions against its schema.
final class SchemaCheck: Check {
    static let payloads = Rule(
        "schema/payloads", .shall, .fail,
        "Every body that says it is JSON is JSON text, and is held against its schema.",
        source: RuleSource.specification("6.4 Media types"))

    static let rules = [payloads]

    private let validate: PayloadValidation
    private let served: ServedResources
    private let rulesByID: [String: Rule]
    private let findingLimit: Int
    /// Whether what the device writes is judged too.
    private let judgesDevice: Bool
    private var texts: RuleTally
    /// One tally for each rule that was broken, in the order of the first breach.
    private var broken: [RuleTally] = []
    private var brokenByID: [String: Int] = [:]
    private var setAside = 0

    /// - Parameter findingLimit: Findings of one rule that are kept; the others are counted.
    init(
        _ rules: [Rule], served: ServedResources, keeping findingLimit: Int = 20,
        judgesDevice: Bool = true, validate: @escaping PayloadValidation
    ) {
        self.judgesDevice = judgesDevice
        self.findingLimit = findingLimit
        texts = RuleTally(SchemaCheck.payloads, keeping: findingLimit)
        self.validate = validate
        self.served = served
        rulesByID = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
    }

    func observe(_ exchange: ObservedExchange) {
        if exchange.isFromClient || judgesDevice {
            judge(
                exchange.requestBody, of: exchange, bytes: exchange.requestBytes,
                as: requestKind(exchange))
        }
        guard judgesDevice, exchange.isFromClient, let response = exchange.exchange.response else {
            return
        }
        if exchange.isFaulted {
            if !response.body.isEmpty { setAside += 1 }
            return
        }
        judge(
            exchange.responseBody, of: exchange, bytes: response.body,
            as: responseKind(exchange))
    }

    private func judge(
        _ body: ObservedBody, of exchange: ObservedExchange, bytes: [UInt8],
        as kind: PayloadContext.Kind
    ) {
        switch body {
        case .empty, .other: return
        case .malformed(let error):
            texts.check()
            texts.find(
                "the body is no JSON text: \(error.message) at \(error.position)",
                at: exchange.reference, expected: "JSON text by RFC 8259",
                seen: error.description)
        case .json(let value):
            texts.check()
            let context = PayloadContext(
                kind: kind, method: exchange.method, path: path(of: value, in: exchange, kind),
                targetType: targetType(of: exchange, kind))
            for finding in validate(context, value, bytes) { take(finding, from: exchange) }
        }
    }

    // MARK: What a payload is

    private func requestKind(_ exchange: ObservedExchange) -> PayloadContext.Kind {
        if exchange.isDelivery { return .event }
        if exchange.method == .patch || exchange.method == .put { return .update }
        if let action = served.actions[exchange.target] { return .action(name: action.name) }
        return .create
    }

    private func responseKind(_ exchange: ObservedExchange) -> PayloadContext.Kind {
        switch exchange.path {
        case "/redfish": return .versions
        case "/redfish/v1/odata": return .serviceDocument
        default: break
        }
        let isMessage = !exchange.isSuccess || exchange.responseBody.json?["error"] != nil
        if isMessage { return .message }
        return exchange.isQuery ? .partOfResource : .resource
    }

    private func targetType(
        of exchange: ObservedExchange, _ kind: PayloadContext.Kind
    ) -> String? {
        if case .action = kind { return served.actions[exchange.target]?.resourceType }
        if let known = served.typeAtPath[exchange.path] { return known }
        // A client need not have read the collection it creates a member of; what was created says
        // what was to be.
        return kind == .create ? exchange.responseBody.json?["@odata.type"]?.string : nil
    }

    /// Where a payload stands. What a POST has created stands at its own URI, not the request's.
    private func path(
        of payload: JSONValue, in exchange: ObservedExchange, _ kind: PayloadContext.Kind
    ) -> String {
        guard kind == .resource, exchange.method == .post else { return exchange.path }
        return payload["@odata.id"]?.string ?? exchange.path
    }

    // MARK: Findings

    private func take(_ finding: Finding, from exchange: ObservedExchange) {
        var finding = finding
        if finding.exchange == nil { finding.exchange = exchange.reference }
        broken[tally(of: finding)].take(finding)
    }

    private func tally(of finding: Finding) -> Int {
        if let index = brokenByID[finding.ruleID] { return index }
        let rule =
            rulesByID[finding.ruleID]
            ?? Rule(
                finding.ruleID, .shall, finding.level, finding.message,
                source: RuleSource.schema("the payload's schema"))
        broken.append(RuleTally(rule, keeping: findingLimit))
        brokenByID[finding.ruleID] = broken.count - 1
        return broken.count - 1
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        let findings = broken.reduce(texts.findingCount) { $0 + $1.findingCount }
        let aside = setAside > 0 ? "; \(grouped(setAside)) made by the scenario set aside" : ""
        let breaches = broken.map { $0.result("payload broke it", "payloads broke it") }
        return CheckGroup(
            name: "schema",
            measure: "\(texts.checked.counted("payload")), \(findings.counted("finding"))\(aside)",
            results: [texts.result("payload")] + breaches)
    }
}
