import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Scenarios
import Testing
import VirtualTime

/// Faults play exactly as written, and the recording names them.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    private func faulted(_ outcome: ScenarioRun.Outcome) -> [Exchange] {
        outcome.exchanges.filter { $0.fault != nil }
    }

    private func outlet1(_ outcome: ScenarioRun.Outcome) -> [Exchange] {
        outcome.exchanges.filter {
            $0.request.head.method == .get && $0.request.path.hasSuffix("/Outlets/1")
        }
    }

    @Test func aStatusComesWithItsRetryAfterOnTheNthMatchSoManyTimes() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [ { "name": "busy", "on": { "path": "…/Outlets/1", "nth": 3 },
                  "times": 2, "respond": { "status": 503, "retryAfter": 3 } } ]
                """))
        let reads = outlet1(outcome)
        #expect(reads.map(\.fault).prefix(6) == [nil, nil, "busy", "busy", nil, nil])
        for reply in faulted(outcome) {
            #expect(reply.response?.status == 503)
            #expect(reply.response?.head.headerFields[.retryAfter] == "3")
        }
        #expect(outcome.conduct.faultCounts.map(\.count) == [2])
        #expect(outcome.failures == [])
    }

    /// Whoever is out of reach neither answers nor does anything.
    @Test func aResetIsSeenAsOneAndTheDeviceNeverHearsOfTheRequest() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [ { "name": "gone", "on": { "method": "POST", "path": "**/*", "nth": 1 },
                  "fail": "reset-before-head" } ]
                """))
        let reset = try #require(faulted(outcome).first)
        #expect(reset.request.path.hasSuffix("/Sessions"))
        #expect(reset.response == nil)
        #expect(reset.failure == .resetBeforeHead)
        let logins = outcome.exchanges.filter {
            $0.request.head.method == .post && $0.request.path.hasSuffix("/Sessions")
        }
        #expect(logins.map { $0.response?.status } == [nil, 201])
        #expect(outcome.failures == [])
    }

    @Test func editsMakeAValueNullMissingOrAnother() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [ { "name": "odd", "on": { "path": "…/Outlets/1", "nth": 2 }, "edit": [
                  { "at": "/EnergykWh/Reading", "value": null }, { "at": "/Voltage", "remove": true },
                  { "at": "/PowerState", "value": "Off" } ] } ]
                """))
        let reads = outlet1(outcome)
        #expect(reads.prefix(3).map(\.fault) == [nil, "odd", nil])
        let bodies = try reads.prefix(2).map { try JSONValue(parsing: $0.response?.body ?? []) }
        #expect(bodies[0]["EnergykWh"]?["Reading"]?.number != nil)
        #expect(bodies[1]["EnergykWh"]?["Reading"] == .null)
        #expect(bodies[0]["Voltage"] != nil)
        #expect(bodies[1]["Voltage"] == nil)
        #expect(bodies[1]["PowerState"] == "Off")
        #expect(bodies[1]["Name"] == bodies[0]["Name"])
    }

    @Test func aWindowPlaysOnEveryMatchInItAndNoneOutside() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [ { "name": "gone", "on": { "path": "…/Outlets/*", "from": "PT1M",
                  "until": "PT1M20S" }, "respond": { "status": 503, "retryAfter": 1 } } ]
                """))
        let start = try scenario(small()).start
        for read in outcome.exchanges
        where read.request.head.method == .get && read.request.path.contains("/Outlets/") {
            let isInside = (60..<80).contains((read.instant - start).milliseconds / 1000)
            #expect((read.fault == "gone") == isInside)
        }
        #expect(faulted(outcome).count > 4)
    }

    @Test func methodAndPathMustBothMatch() throws {
        func matches(_ pattern: String, _ path: String) -> Bool? {
            PathPattern(pattern)?.matches(path)
        }
        #expect(matches("/a/*", "/a/b") == true)
        #expect(matches("/a/*", "/a/b/c") == false)
        #expect(matches("…/a/*", "/x/y/a/b") == true)
        #expect(matches("**/a/*", "/a/b") == true)
        #expect(matches("…/a", "/ba") == false)
        #expect(matches("/a", "/a/") == true)
        #expect(matches("a", "/a") == nil)
        #expect(matches("…", "/a") == nil)
    }

    @Test func ofTwoFaultsOnARequestTheFirstPlaysAndBothCount() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [
                  { "name": "first", "on": { "path": "…/Outlets/1", "nth": 2 },
                    "respond": { "status": 503, "retryAfter": 1 } },
                  { "name": "second", "on": { "path": "…/Outlets/*", "nth": 1 }, "times": 1,
                    "respond": { "status": 500 } } ]
                """))
        #expect(faulted(outcome).map(\.fault) == ["second", "first"])
    }

    /// An edit that finds nothing to change has not played: the exchange names no fault, and the
    /// scenario fails.
    @Test func anEditThatChangesNothingHasNotPlayed() async throws {
        let outcome = try await play(
            small(
                """
                "faults": [ { "on": { "path": "…/Outlets/1" },
                  "edit": [ { "at": "/NoSuch/Reading", "value": 1 } ] } ]
                """))
        #expect(faulted(outcome) == [])
        #expect(
            outcome.failures
                == ["scenario/fault-played: fault 1: edit /NoSuch/Reading never played"])
    }

    /// Adding a fault that never plays leaves every entry as it was.
    @Test func aFaultThatNeverPlaysChangesNoByte() async throws {
        let plain = try await play(small())
        let other = try await play(
            small(
                """
                "faults": [ { "on": { "path": "/redfish/v1/Systems" },
                  "respond": { "status": 500 } } ]
                """))
        #expect(other.entries == plain.entries)
        #expect(other.failedRules == ["scenario/fault-played"])
    }

    /// One that plays late leaves everything before it as it was, and the tokens after it too.
    @Test func aFaultChangesNothingBeforeIt() async throws {
        let plain = try await play(small())
        let other = try await play(
            small(
                """
                "faults": [ { "on": { "path": "…/Outlets/4", "from": "PT2M" }, "times": 1,
                  "edit": [ { "at": "/UserLabel", "value": "x" } ] } ]
                """))
        let index = try #require(
            other.entries.firstIndex {
                if case .exchange(let exchange) = $0 { exchange.fault != nil } else { false }
            })
        #expect(other.entries[..<index] == plain.entries[..<index])
        #expect(other.entries[(index + 1)...] == plain.entries[(index + 1)...])
    }
}
