import Findings
import JSONText
import Judging
import Recordings
import Testing

/// What the client did, as accounts.
@Suite struct LedgerTests {
    private static let outlet = "\(Snippet.unit)/Outlets/1"

    private func cells(_ ledger: Ledger?, _ row: Int) -> [String: Ledger.Cell] {
        guard let ledger, ledger.rows.indices.contains(row) else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: zip(ledger.columns, ledger.rows[row].cells))
    }

    @Test func sessionsAreOpenedRenewedEndedAndLeaked() throws {
        let judged = Judged {
            $0.login()
            $0.get(Self.outlet)
            $0.at(60)
            $0.get(Self.outlet, status: 401)
            $0.login(session: 2)
            $0.get(Self.outlet)
            $0.get(Self.outlet)
        }
        let sessions = try #require(judged.ledger("sessions"))
        #expect(sessions.summary == "2 opened, 1 renewed, 1 ended, 1 leaked")
        let first = cells(sessions, 0)
        #expect(first["session"] == .text("\(Snippet.sessions)/1"))
        #expect(first["ended"] == .text("PT1M"))
        #expect(first["end"] == .text("ended by the device"))
        #expect(first["requests"] == .number(2))
        let second = cells(sessions, 1)
        #expect(second["renews"] == .number(1))
        #expect(second["line"] == .number(5))
        #expect(sessions.rows.map(\.concern) == [nil, "never deleted"])
    }

    @Test func everyEventHasItsFate() throws {
        let judged = Judged {
            $0.login()
            $0.subscribe()
            $0.at(10)
            $0.deliver("1", status: 500)
            $0.at(20)
            $0.deliver("1")
            $0.deliver("1")
            $0.deliver("2", status: 500)
            $0.power(outlet: 1, false)
            $0.at(30)
        }
        let events = try #require(judged.ledger("events"))
        #expect(events.rows.count == 2)
        let first = cells(events, 0)
        #expect(first["attempts"] == .number(3))
        #expect(first["delivered"] == .text("PT10S"))
        #expect(first["acknowledged"] == .text("PT20S"))
        #expect(first["duplicates"] == .number(1))
        #expect(
            events.rows.map(\.concern) == ["delivered again", "never acknowledged"])
        let subscriptions = try #require(judged.ledger("subscriptions"))
        #expect(subscriptions.summary == "1 made, 0 ended, 1 left behind")
        #expect(cells(subscriptions, 0)["deliveries"] == .number(4))
    }

    @Test func whatNeverCameIsLost() throws {
        var facts = DeviceFacts.small
        facts.announcesOutletPower = true
        let judged = Judged(facts) {
            $0.login()
            $0.subscribe()
            $0.at(10)
            $0.power(outlet: 1, false)
        }
        let events = try #require(judged.ledger("events"))
        #expect(events.summary.hasSuffix("lost 1"))
        #expect(events.rows.first?.concern == "lost: never delivered")
        #expect(cells(events, 0)["origin"] == .text(Self.outlet))
    }

    @Test func aURIIsServedFixedOrGuessed() throws {
        let judged = Judged {
            $0.root()
            $0.get(Self.outlet)
            $0.get(Self.outlet)
            $0.get("\(Snippet.unit)/Outlets/99", status: 404)
        }
        let links = try #require(judged.ledger("links"))
        #expect(
            links.summary
                == "3 URIs used: 1 served before, 1 fixed by the specification, 1 guessed")
        let served = cells(links, 1)
        #expect(served["source"] == .text("GET /redfish/v1"))
        #expect(served["servedLine"] == .number(2))
        #expect(served["pointer"] == .text("/Outlets/0/@odata.id"))
        #expect(served["requests"] == .number(2))
        #expect(links.rows.map(\.concern) == [nil, nil, "guessed"])
    }

    @Test func samplesSayWhenWhatAndHowOld() throws {
        let judged = Judged {
            $0.at(10)
            $0.outlet(1, kWh: "1.5", watts: "40")
            $0.at(70)
            $0.outlet(1, kWh: "1.6", watts: "40")
            $0.get(
                "/redfish/v1/Chassis/PDU/Sensors/Energy1",
                [
                    "@odata.type": "#Sensor.v1_12_0.Sensor", "ReadingType": "EnergykWh",
                    "Reading": .text("1.6"), "ReadingUnits": "kW.h",
                    "ReadingTime": .string(Snippet.time(65)),
                ])
        }
        let samples = try #require(judged.ledger("samples"))
        #expect(samples.summary == "5 readings of 2 energy registers and 1 power value")
        let energy = cells(samples, 0)
        #expect(energy["firstValue"] == .text("1.5 kWh"))
        #expect(energy["lastValue"] == .text("1.6 kWh"))
        #expect(energy["lastLine"] == .number(3))
        #expect(energy["longestGap"] == .text("PT1M"))
        #expect(energy["greatestAge"] == Ledger.Cell.none)
        #expect(cells(samples, 2)["greatestAge"] == .text("PT5S"))
    }

    @Test func theBudgetHasItsPeak() throws {
        let judged = Judged {
            for second in [0, 60, 61] as [Int64] {
                $0.at(second)
                $0.get(Self.outlet)
                $0.get(Self.outlet, status: 404)
            }
            $0.get(Self.outlet)
        }
        let requests = try #require(judged.ledger("requests"))
        let figures = Dictionary(
            uniqueKeysWithValues: requests.rows.map { row in
                (row.cells[0], row.cells[1])
            })
        #expect(figures[.text("requests")] == .number(7))
        #expect(figures[.text("answered 4xx")] == .number(3))
        #expect(figures[.text("most in one second")] == .number(3))
        #expect(figures[.text("that second ends")] == .text("PT1M1S"))
        #expect(figures[.text("mean an hour of the scenario")] == .number(413))
    }
}
