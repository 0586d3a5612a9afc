import Findings
import JSONText
import ReferenceClient
import Scenarios
import Recordings

/// A fault of the reference client, the scenario that provokes it, and the rule that must name it.
struct PlantedFault: Sendable {
    var fault: String
    var scenario: String
    var rule: String

    init(_ fault: String, _ scenario: String, _ rule: String) {
        self.fault = fault
        self.scenario = scenario
        self.rule = rule
    }

    static let all = [
        PlantedFault("leaksSession", "session-expiry-idle", "client/A04-session-deleted"),
        PlantedFault("reloginPerRequest", "session-expiry-idle", "client/A03-session-reuse"),
        PlantedFault("reloginStorm", "counter-reset-silent", "client/A07-one-relogin"),
        PlantedFault("keepsOldToken", "counter-reset-silent", "client/E04-no-unchanged-retry"),
        PlantedFault("ignoresRetryAfter", "throttle-503", "client/E02-retry-after"),
        PlantedFault("hammersFailures", "poll-gap", "client/E05-no-hammering"),
        PlantedFault(
            "hammersBadPassword", "auth-wrong-password", "client/A08-stops-before-lockout"),
        PlantedFault("omitsContentType", "counter-glitch", "client/H01-content-type"),
        PlantedFault("leavesSubscription", "counter-glitch", "client/V03-unsubscribes"),
        PlantedFault("answersDeliveryWith500", "outlet-trip", "client/V05-acknowledges"),
        PlantedFault("ignoresNextLink", "double-count-trap", "claims/complete"),
        PlantedFault("integratesPower", "load-step-spiky", "claims/N01-energy-register"),
        PlantedFault("readsWattHoursAsKilowattHours", "double-count-trap", "claims/N02-unit"),
        PlantedFault("spikesOnReset", "counter-reset-silent", "claims/N03-reset"),
        PlantedFault("spikesOnReset", "counter-reset-announced", "claims/N04-lifetime"),
        PlantedFault("trustsEveryFall", "counter-glitch", "claims/N05-jitter"),
        PlantedFault("trustsEveryFall", "counter-glitch", "claims/N06-glitch"),
        PlantedFault("trustsEveryFall", "counter-rollover", "claims/N07-rollover"),
        PlantedFault("treatsNullAsZero", "counter-glitch", "claims/P01-null-is-unknown"),
        PlantedFault("dropsGaps", "poll-gap", "claims/N08-gap"),
        PlantedFault("sumsAllLevels", "double-count-trap", "claims/N10-one-level"),
        PlantedFault("sumsOutlets", "double-count-trap", "claims/N11-total-from-metrics"),
        PlantedFault("ignoresTripHold", "outlet-trip", "claims/N12-holds-when-off"),
        PlantedFault("integratesApparentPower", "load-step-spiky", "claims/N14-real-energy"),
        PlantedFault("forgetsBaseline", "client-restart", "claims/N15-restart"),
        PlantedFault("ignoresIdentity", "pdu-swap", "claims/N16-replaced-unit"),
        PlantedFault("usesSinglePrecision", "client-restart", "claims/N17-digits"),
        PlantedFault(
            "usesSinglePrecision", "big-register-small-load", "claims/N17-digits"),
        PlantedFault(
            "ignoresReadingBasis", "big-register-small-load", "claims/N20-reading-basis"),
        PlantedFault("ignoresReadingTime", "stale-telemetry", "claims/N09-reading-time"),
        PlantedFault("ignoresAbsence", "unmetered-and-absent", "claims/P08-absent"),
        PlantedFault("addsLinesToTotal", "double-count-trap", "claims/N13-polyphase-total"),
        PlantedFault("usesLocalHours", "diurnal-carbon", "claims/N18-utc-hours"),
        PlantedFault("flatCarbonAverage", "diurnal-carbon", "claims/N19-carbon-by-hour"),
    ]

    var misbehaviour: Misbehaviour {
        Misbehaviour.named.first { $0.name == fault }?.misbehaviour ?? []
    }
}

/// A scenario played by the reference client with a fault, or without one.
struct FaultyRun {
    /// Rules that were broken, with the verdict.
    var broken: [String: Verdict] = [:]
    /// What the client claimed, in order.
    var claims: [JSONValue] = []

    /// Plays it in process.
    init(
        _ loaded: LoadedScenario, _ misbehaviour: Misbehaviour,
        environment: ScenarioRun.Environment
    ) async throws {
        var environment = environment
        environment.misbehaviour = misbehaviour
        let run = ScenarioRun(
            loaded.scenario, resolved: loaded.resolved, digest: "", environment: environment)
        let outcome = try await run.play(usesSockets: false, keepsEntries: true) { _ in }
        for result in outcome.groups.flatMap(\.results)
        where result.verdict == .fail || result.verdict == .warn {
            broken[result.rule.id] = result.verdict
        }
        claims = outcome.entries.compactMap { entry in
            if case .claim(let record) = entry { record.claim } else { nil }
        }
    }
}
