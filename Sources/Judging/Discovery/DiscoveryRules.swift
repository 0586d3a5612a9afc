import Findings

extension DiscoveryCheck {
    static let entry = Rule(
        "client/D01-entry", .shall, .fail,
        "A client enters by /redfish or the service root.",
        source: RuleSource.specification("6.6 Redfish version inquiry"))

    static let guessed = Rule(
        "client/D02-no-guessed-uris", .shall, .fail,
        "Every URI a client asks for was served to it before, or is fixed by the specification. "
            + "A guessed collection or service counts as a warning: its URI can be known from "
            + "the OpenAPI document.",
        source: RuleSource.specification(
            "7.2.1 Resource collection requests: no assumptions about the members' URIs"))

    static let actionTarget = Rule(
        "client/D03-action-target", .shall, .fail,
        "An action is posted to its target exactly as served.",
        source: RuleSource.specification("7.11 POST (action), 9.5.13 Actions property"))

    static let contentType = Rule(
        "client/H01-content-type", .shall, .fail,
        "A request with a body says that it is JSON.",
        source: RuleSource.specification("7.1 Request headers: Content-Type"))

    static let odataVersion = Rule(
        "client/H02-odata-version", .shall, .fail,
        "OData-Version, where a client sends it, is 4.0.",
        source: RuleSource.specification("7.1 Request headers: OData-Version"))

    static let bodilessReads = Rule(
        "client/H09-get-without-body", .policy, .info,
        "GET and HEAD carry no body.",
        source: RuleSource.policy("RFC 9110 \"HTTP Semantics\" 9.3.1 gives such a body no meaning"))

    static let userAgent = Rule(
        "client/H10-user-agent", .should, .info,
        "A client says by User-Agent what it is.",
        source: RuleSource.specification("7.1 Request headers: User-Agent"))

    static let unchangedRetry = Rule(
        "client/E04-no-unchanged-retry", .should, .warn,
        "A request refused with 4xx, other than 408 and 429, is repeated unchanged at most once "
            + "within a poll cycle, by the scenario's clock.",
        source: RuleSource.responses)

    static let unorderedWrite = Rule(
        "client/M14-no-unordered-writes", .policy, .fail,
        "A monitoring client writes nothing but its sessions and subscriptions, unless ordered.",
        source: RuleSource.policy("a monitor that switches outlets does harm"))

    static let pollCadence = Rule(
        "client/poll-cadence", .policy, .fail,
        "What the scenario wants polled is asked for at least so often, by the scenario's clock; a "
            + "failure allows one more interval, of everything where nothing was answered, and "
            + "Retry-After its time, by the client's own clock too. On a paced clock what the "
            + "machine takes is allowed for; where that is a whole interval only the number of "
            + "polls is judged.",
        source: RuleSource.policy("the scenario's client duties (N21)"))

    static let rules = [
        entry, guessed, actionTarget, contentType, odataVersion, bodilessReads, userAgent,
        unchangedRetry, retryAfter, hammering, unorderedWrite, pollCadence,
    ]
}
