import Findings
import HTTPMessages
import JSONText
import ReferenceClient
import Scenarios
import SmartPDU
import Testing

@testable import HarnessCommands

/// Every fault that a client may have is caught by the rule against it, and a client without fault
/// passes what the faulty one fails.
@Suite(.timeLimit(.minutes(1))) struct MutantTests {
    private func failures(_ misbehaviour: Misbehaviour, in scenario: ShortScenario) async throws
        -> [String]
    {
        try await scenario.verdicts(misbehaviour).filter { $0.value == .fail }.map(\.key).sorted()
    }

    private static let wrongPassword = ShortScenario(
        changes: """
            {
              "timeline": [
                { "at": "PT5M", "do": "set-password", "password": "another" },
                { "at": "PT5M", "do": "expire-sessions" }
              ],
              "expect": { "outcome": "rejected-credentials" }
            }
            """)

    private static let nullReadings = ShortScenario(
        changes: """
            {
              "timeline": [],
              "faults": [ {
                "on": { "method": "GET", "path": "…/Outlets/3", "nth": 3 }, "times": 2,
                "edit": [ { "at": "/EnergykWh/Reading", "value": null } ]
              } ]
            }
            """)

    /// Six outlets on two pages.
    private static let pages = ShortScenario(adjust: { $0.service.pageSize = 4 })

    private static let namedOutlets = ShortScenario(
        outletNames: ["A1", "A2", "B1", "B2", "C1", "C2"])

    @Test(arguments: [ShortScenario(), wrongPassword, nullReadings, namedOutlets, pages])
    func aClientWithoutFaultPasses(_ scenario: ShortScenario) async throws {
        #expect(try await failures([], in: scenario) == [])
    }

    @Test(
        arguments: [
            ("leaksSession", "client/A04-session-deleted"),
            ("leavesSubscription", "client/V03-unsubscribes"),
            ("reloginPerRequest", "client/A03-session-reuse"),
            ("reloginStorm", "client/A07-one-relogin"),
            ("keepsOldToken", "client/A07-one-relogin"),
            ("omitsContentType", "client/H01-content-type"),
            ("answersDeliveryWith500", "client/V05-acknowledges"),
            ("ignoresTripHold", "claims/N12-holds-when-off"),
            ("sumsAllLevels", "claims/N10-one-level"),
            ("readsWattHoursAsKilowattHours", "claims/N02-unit"),
            ("flatCarbonAverage", "claims/N19-carbon-by-hour"),
            ("integratesPower", "claims/N01-energy-register"),
        ]) func isCaught(_ mutant: String, by rule: String) async throws
    {
        let misbehaviour = try #require(
            Misbehaviour.named.first { $0.name == mutant }?.misbehaviour)
        let failures = try await failures(misbehaviour, in: ShortScenario())
        #expect(failures.contains(rule), "\(failures)")
    }

    @Test func hammersBadPassword() async throws {
        let failures = try await failures(.hammersBadPassword, in: Self.wrongPassword)
        #expect(failures.contains("client/A08-stops-before-lockout"))
    }

    @Test func buildsMemberURIs() async throws {
        let failures = try await failures(.buildsMemberURIs, in: Self.namedOutlets)
        #expect(failures.contains("client/D02-no-guessed-uris"))
    }

    @Test func ignoresNextLink() async throws {
        let failures = try await failures(.ignoresNextLink, in: Self.pages)
        #expect(failures.contains("claims/complete"))
    }

    /// The device repeats no delivery that was acknowledged, but what lies between may.
    @Test(arguments: [false, true]) func countsDuplicateEvents(_ isMutant: Bool) async throws {
        let verdicts = try await ShortScenario().verdicts(
            isMutant ? .countsDuplicateEvents : [],
            connect: { RepeatingTransport(inner: .init(device: $0, client: $1), client: $1) })
        #expect(verdicts["client/V08-nothing-lost"] == (isMutant ? .fail : .pass))
    }

    @Test func treatsNullAsZero() async throws {
        let failures = try await failures(.treatsNullAsZero, in: Self.nullReadings)
        #expect(failures == ["claims/P01-null-is-unknown"])
    }
}

/// Hands every delivery to the client twice.
private struct RepeatingTransport: ScenarioTransport {
    let inner: InProcessTransport
    let client: ClientHost

    var callbackURL: String { inner.callbackURL }

    func send(_ request: RequestMessage) async -> Result<ResponseMessage, TransportFailure> {
        await inner.send(request)
    }

    func deliver(
        _ request: RequestMessage, to destination: String
    ) async -> Result<ResponseMessage, TransportFailure> {
        _ = client.answer(request)
        return await inner.deliver(request, to: destination)
    }
}
