import Findings

extension ControlCheck {
    static let success = Rule(
        "client/M07-success-is-success", .policy, .warn,
        "An action answered with any 2xx, an empty body included, is not posted again before its "
            + "resource has been read.",
        source: RuleSource.policy("who repeats it took a success for a failure"))

    static let taskMonitor = Rule(
        "client/M08-task-monitor", .shall, .fail,
        "After 202 the client polls the task monitor, no sooner than Retry-After says, until it "
            + "is answered with something else.",
        source: RuleSource.specification("12.2 Asynchronous operations"))

    static let allowedValue = Rule(
        "client/M09-allowed-value", .shall, .fail,
        "A parameter of an action has one of the values that the resource allows.",
        source: RuleSource.specification("9.5.13 Actions property: allowable values"))

    static let confirms = Rule(
        "client/M10-confirms-switching", .policy, .fail,
        "After a power action the client reads the resource until PowerState has settled.",
        source: RuleSource.policy(
            "an answer to the action says nothing of the outlet, which has delays and "
                + "PowerStateInTransition"))

    static let blindRepeat = Rule(
        "client/M11-no-blind-repeat", .policy, .fail,
        "An action whose answer was lost is not posted again before its resource has been read.",
        source: RuleSource.policy("a POST is not idempotent: the outlet may be cycled twice"))

    static let locks = Rule(
        "client/M12-respects-locks", .should, .warn,
        "No power action goes to a resource that said last that its control is locked.",
        source: RuleSource.schema("Outlet and Circuit: PowerControlLocked"))

    static let rules = [success, taskMonitor, allowedValue, confirms, blindRepeat, locks]
}
