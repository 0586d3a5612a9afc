import Findings

extension SessionCheck {
    static let login = Rule(
        "client/A01-session-login", .should, .fail,
        "A login is a POST of exactly UserName and Password to the linked Sessions collection.",
        source: RuleSource.sessions)

    static let token = Rule(
        "client/A02-token-from-header", .should, .fail,
        "The token a client sends is one it was given in an X-Auth-Token header, and it stands "
            + "alone.",
        source: RuleSource.sessions)

    static let reuse = Rule(
        "client/A03-session-reuse", .policy, .fail,
        "One session serves all polls: no more logins than one and the sessions that ended.",
        source: RuleSource.policy("devices have few session slots (bb-Ricardo/check_redfish#89)"))

    static let deletion = Rule(
        "client/A04-session-deleted", .should, .fail,
        "Every session that a client opened is deleted when it stops.",
        source: RuleSource.sessions)

    static let relogin = Rule(
        "client/A07-one-relogin", .should, .fail,
        "A token that is refused leads to one login, and what was refused is asked again within "
            + "a poll, by the scenario's clock.",
        source: RuleSource.sessions)

    static let lockout = Rule(
        "client/A08-stops-before-lockout", .policy, .fail,
        "A client whose credentials are refused stops before the device locks the account.",
        source: RuleSource.policy("AccountLockoutThreshold of the AccountService schema"))

    static let forbidden = Rule(
        "client/A12-no-relogin-on-403", .should, .warn,
        "A 403 speaks of privileges; no new login follows from it.",
        source: RuleSource.responses)

    static let rules = [login, token, reuse, deletion, relogin, lockout, forbidden]
}
