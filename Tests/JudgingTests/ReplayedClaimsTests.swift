import Electrical
import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

/// The answers of a replay bear the `Date` of the recording, and a client may tell time by that or by
/// a clock of its own.
@Suite struct ReplayedClaimsTests {
    /// Outlet 1 with 600 W, recorded by the minute from 10:00:00 on, and read from the replay 40 s
    /// after each: ten watt hours a minute.
    private func judge(
        _ duties: ClientDuties = ClientDuties(), facts: DeviceFacts = .small,
        readings: [String] = ["5", "5.01", "5.02", "5.03"], _ claims: (inout Snippet) -> Void
    ) -> Judged {
        Judged(facts, duties, judgesDevice: false) {
            for (minute, reading) in readings.enumerated() {
                $0.at(Int64(minute) * 60 + 40)
                $0.recorded("Outlets/1", reading, second: Int64(minute) * 60)
            }
            claims(&$0)
        }
    }

    private static let rule = "claims/N01-energy-register"

    @Test func timesAreTheDateOfTheAnswers() {
        let judged = judge { $0.claim("outlet 1", "0.03", samples: [0, 180]) }
        #expect(judged.verdict(Self.rule) == .pass)
        #expect(judged.verdict("claims/invariants") == .pass)
        #expect(judged.claimsMeasure.hasSuffix("; times are the Date of the answers"))
    }

    @Test func orTheyAreThoseOfTheClientsOwnClock() {
        let judged = judge { $0.claim("outlet 1", "0.03", samples: [40, 220]) }
        #expect(judged.verdict(Self.rule) == .pass)
        #expect(judged.verdict("claims/invariants") == .pass)
        #expect(judged.claimsMeasure.hasSuffix("; times are the client's own clock's"))
    }

    @Test func whatNeitherBearsOutIsWrong() {
        for samples: [Int64] in [[0, 180], [40, 220]] {
            let wrong = judge { $0.claim("outlet 1", "0.05", samples: samples) }
            #expect(wrong.verdict(Self.rule) == .fail)
        }
        // Neither a Date nor a moment of asking.
        let unseen = judge { $0.claim("outlet 1", "0.03", samples: [20, 200]) }
        #expect(unseen.verdict("claims/invariants") == .fail)
    }

    /// A reset lies between two recorded answers, and between asking for the first and the second.
    @Test(arguments: [false, true])
    func aResetLiesWhereItWasRecorded(byDate: Bool) {
        var facts = DeviceFacts.small
        facts.registerStarts = [
            ScriptedRegisterStart(.outlet(0), at: Snippet.start + .seconds(90))
        ]
        // Asked 40 s later, the second answer comes after the reset and shows what was before it.
        let judged = judge(facts: facts, readings: ["5", "5.01", "0.005", "0.015"]) {
            let offset: Int64 = byDate ? 0 : 40
            for (minute, energy) in ["0.01", "0.005", "0.01"].enumerated() {
                let first = Int64(minute) * 60 + offset
                $0.claim("outlet 1", energy, samples: [first, first + 60])
            }
        }
        #expect(judged.verdict(Self.rule) == .pass)
        #expect(judged.verdict("claims/N03-reset") != .fail)
    }

    /// The Sensor was recorded less often than what shows its excerpt.
    @Test(arguments: [false, true])
    func whatIsOlderThanTheLastAnswerIsNoFall(byDate: Bool) {
        let judged = Judged(judgesDevice: false) {
            $0.at(50)
            $0.recorded("Outlets/1", "5.01", second: 45)
            $0.recorded("/redfish/v1/Chassis/PDU/Sensors/Energy1", "5", second: 5)
            $0.at(110)
            $0.recorded("Outlets/1", "5.02", second: 105)
            $0.claim("outlet 1", "0.01", samples: byDate ? [45, 105] : [50, 110])
        }
        #expect(judged.verdict(Self.rule) == .pass)
    }
}

extension Judged {
    fileprivate var claimsMeasure: String {
        groups.first { $0.name == "client claims" }?.measure ?? ""
    }
}

extension Snippet {
    /// A recorded answer of this second that shows an energy register.
    fileprivate mutating func recorded(_ path: String, _ reading: String, second: Int64) {
        let date = (Self.start + .seconds(second)).httpDate
        let isSensor = path.contains("Sensors")
        request(
            .get, isSensor ? path : "\(Self.unit)/\(path)",
            answer: isSensor
                ? [
                    "@odata.type": "#Sensor.v1_12_0.Sensor", "ReadingType": "EnergykWh",
                    "Reading": .text(reading), "ReadingUnits": "kW.h",
                ] : .metered("#Outlet.v1_4_4.Outlet", kWh: reading, watts: nil),
            answerFields: [.date: date])
    }
}
