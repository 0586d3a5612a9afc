package import Findings

/// Every rule this part judges by, in the order of the report.
package enum RuleBook {
    package static let all: [Rule] =
        SchemaCheck.rules + EnergyCheck.rules + TotalsCheck.rules + ElectricalCheck.rules
        + SessionCheck.rules + SubscriptionCheck.rules + StreamCheck.rules + DiscoveryCheck.rules
        + ControlCheck.rules + ClaimsCheck.rules
}
