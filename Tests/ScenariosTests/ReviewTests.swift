import Foundation
import JSONText
import Scenarios
import Testing

/// What is well written and cannot mean what it says: what is told, where, and that its right
/// neighbour is not.
@Suite(.timeLimit(.minutes(2))) struct ReviewTests {
    static func scenario(_ members: String) -> String {
        """
        { "name": "s", "start": "2026-01-15T10:00:00Z", "duration": "PT10M",
          "device": "smartpdu-48", \(members) }
        """
    }

    static func timeline(_ steps: String...) -> String {
        scenario(#""timeline": [ \#(steps.joined(separator: ", ")) ]"#)
    }

    static func fault(_ path: String, _ edit: String) -> String {
        scenario(#""faults": [ { "on": { "path": "\#(path)" }, "edit": [ \#(edit) ] } ]"#)
    }

    static func event(_ members: String) -> String {
        scenario(#""expect": { "events": [ { \#(members) } ] }"#)
    }

    /// A scenario, and what is remarked on.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var remark: String

        init(_ text: String, _ remark: String) { (self.text, self.remark) = (text, remark) }

        var testDescription: String { remark }
    }

    static let right: [String] = [
        timeline(
            #"{ "at": "PT1M", "do": "pull-outlets", "outlets": "3" }"#,
            #"{ "at": "PT2M", "do": "return-outlets", "outlets": "3" }"#),
        timeline(
            #"{ "at": "PT2M", "do": "return-outlets", "outlets": "3" }"#,
            #"{ "at": "PT1M", "do": "pull-outlets", "outlets": "3-4" }"#),
        timeline(
            #"{ "at": "PT1M", "do": "lose-mains" }"#, #"{ "at": "PT2M", "do": "restore-mains" }"#,
            #"{ "at": "PT3M", "do": "trip-breaker", "circuit": "A" }"#,
            #"{ "at": "PT4M", "do": "reset-breaker", "circuit": "A" }"#,
            #"{ "at": "PT5M", "do": "switch-outlets", "outlets": "1", "to": "off" }"#,
            #"{ "at": "PT6M", "do": "reset-metrics", "of": "all" }"#),
        timeline(
            #"{ "at": "PT1M", "do": "set-password", "password": "secret-2" }"#,
            #"""
            { "at": "PT2M", "do": "swap-pdu", "serialNumber": "S",
              "uuid": "6F1c2f0a-7b1e-4c55-9a3e-0d2f6b8c1a01", "rackPDU": "7" }
            """#),
        fault("…/Outlets/3", #"{ "at": "/EnergykWh/Reading", "value": null }"#),
        fault("…/Outlets/*", #"{ "at": "/EnergykWh/Reading", "add": -0.5 }"#),
        fault("/redfish/v1", #"{ "at": "/Quite", "value": 1 }, { "at": "/Id", "remove": true }"#),
        fault("**/*", #"{ "at": "/PowerWatts/Reading", "remove": true }"#),
        // What is there after the swap; sessions, which come and go; actions, files and streams.
        scenario(
            #"""
            "timeline": [ { "at": "PT2M", "do": "swap-pdu", "serialNumber": "S", "rackPDU": "7",
                "uuid": "6f1c2f0a-7b1e-4c55-9a3e-0d2f6b8c1a01" } ],
            "faults": [
              { "on": { "path": "…/RackPDUs/7/Outlets/3" }, "edit": [
                { "at": "/EnergykWh/Reading", "value": 0 } ] },
              { "on": { "path": "…/Sessions/*" }, "edit": [ { "at": "/Odd/Odd", "value": 0 } ] },
              { "on": { "path": "…/EventService/SSE" }, "respond": { "status": 503 } },
              { "on": { "method": "POST", "path": "…/Actions/Outlet.PowerControl" },
                "respond": { "status": 503 } },
              { "on": { "path": "/redfish/v1/$metadata" }, "fail": "reset-before-head" } ]
            """#),
        event(#""message": "Power.OutletPoweredOff", "origin": "Outlets/2""#),
        event(#""message": "ResourceEvent.ResourceCreated", "origin": "Sessions/any""#),
        scenario(#""expect": { "requests": [ { "path": "/x", "atLeast": 0, "atMost": 0 } ] }"#),
        scenario(#""loads": [ { "outlets": "1-4", "watts": 2300 } ]"#),
    ]

    static let wrong: [Case] = [
        Case(
            timeline(#"{ "at": "PT2M", "do": "return-outlets", "outlets": "3" }"#),
            "outlet 3 is not out at PT2M; an earlier step pull-outlets has to pull it first "
                + "(at /timeline/0/outlets)"
        ),
        Case(
            timeline(
                #"{ "at": "PT2M", "do": "pull-outlets", "outlets": "4" }"#,
                #"{ "at": "PT1M", "do": "pull-outlets", "outlets": "3-4" }"#),
            "outlet 4 is out already at PT2M (at /timeline/0/outlets)"
        ),
        Case(
            timeline(#"{ "at": "PT1M", "do": "restore-mains" }"#),
            "input power is there at PT1M; an earlier step lose-mains has to take it away first "
                + "(at /timeline/0)"
        ),
        Case(
            timeline(#"{ "at": "PT1M", "do": "reset-breaker", "circuit": "A" }"#),
            "warning: breaker A is closed at PT1M, by the loads and the timeline: nothing happens "
                + "unless the client changes that (at /timeline/0/circuit)"
        ),
        Case(
            timeline(
                #"{ "at": "PT1M", "do": "trip-breaker", "circuit": "A" }"#,
                #"{ "at": "PT1M", "do": "switch-outlets", "outlets": "1-2", "to": "on" }"#),
            "warning: the circuit of outlet 1 has no power at PT1M, by the loads and the timeline: "
                + "nothing happens unless the client changes that (at /timeline/1/outlets)"
        ),
        Case(
            timeline(
                #"{ "at": "PT1M", "do": "swap-pdu", "serialNumber": "S", "uuid": "nope" }"#),
            "'nope' is no UUID; write for example 6f1c2f0a-7b1e-4c55-9a3e-0d2f6b8c1a01. "
                + "(at /timeline/0/uuid)"
        ),
        Case(
            scenario(#""adjust": { "identity": { "uuid": "nope" } }"#),
            "warning: 'nope' is no UUID; write for example 6f1c2f0a-7b1e-4c55-9a3e-0d2f6b8c1a01. "
                + "The device's payloads will fail schema/format. (at /device/identity/uuid)"
        ),
        Case(
            timeline(
                #"{ "at": "PT1M", "do": "set-password", "user": "bob", "password": "secret-2" }"#),
            "warning: the device has no account 'bob', only 'admin': nothing happens unless the "
                + "client adds it (at /timeline/0/user)"
        ),
        Case(
            timeline(#"{ "at": "PT1M", "do": "set-password", "password": "" }"#),
            "warning: the device takes no such password from a client: 0 characters, where 8 to 64 "
                + "are right (at /timeline/0/password)"
        ),
        Case(
            fault("…/Outletz/*", #"{ "at": "/Name", "value": 1 }"#),
            "the device has nothing at …/Outletz/*; did you mean …/Outlets/*? (at /faults/0/on/path)"
        ),
        Case(
            fault("/redfish/v1/Systems/1", #"{ "at": "/Name", "value": 1 }"#),
            "the device has nothing at /redfish/v1/Systems/1 (at /faults/0/on/path)"
        ),
        Case(
            fault("…/Outlets/3", #"{ "at": "/EnergyKWh/Reading", "value": 0 }"#),
            "no answer at …/Outlets/3 has /EnergyKWh/Reading; did you mean /EnergykWh/Reading? "
                + "(at /faults/0/edit/0/at)"
        ),
        Case(
            fault(
                "…/Outlets/3",
                #"{ "at": "/Name", "value": 1 }, { "at": "/Quite/Other", "remove": true }"#),
            "warning: no answer at …/Outlets/3 has /Quite/Other, unless the client makes it so "
                + "(at /faults/0/edit/1/at)"
        ),
        Case(
            fault("…/Outlets/3", #"{ "at": "/Name", "add": 1 }"#),
            "warning: what stands at /Name is no number in any answer at …/Outlets/3, so nothing "
                + "can be added to it (at /faults/0/edit/0/at)"
        ),
        Case(
            fault("…/Outlets/3", #"{ "at": "/EnergykWh/Readng", "value": 1 }"#),
            "warning: /EnergykWh/Readng is added to answers that have /EnergykWh/Reading; did you "
                + "mean that? (at /faults/0/edit/0/at)"
        ),
        Case(
            event(#""message": "Power.OutletPowerOff""#),
            "the registry Power 1.2 has no message 'OutletPowerOff'; did you mean "
                + "'OutletPoweredOff'? (at /expect/events/0/message)"
        ),
        Case(
            event(#""message": "Powr.OutletPoweredOff""#),
            "there is no registry 'Powr'; did you mean 'Power'? (at /expect/events/0/message)"
        ),
        Case(
            event(#""message": "Power.OutletPoweredOff", "origin": "Outlet 2""#),
            "the device has nothing whose path ends in 'Outlet 2'; did you mean 'Outlets/2'? "
                + "(at /expect/events/0/origin)"
        ),
        Case(
            scenario(#""expect": { "requests": [ { "path": "…/Outlet/1" } ] }"#),
            "warning: the device has nothing at …/Outlet/1; did you mean …/Outlets/1? "
                + "(at /expect/requests/0/path)"
        ),
        Case(
            scenario(
                #""loads": [ { "outlets": "1", "watts": 9 }, { "outlets": "2-3", "watts": 99999 } ]"#
            ),
            "warning: outlet 2 would carry 434.778 A at PT0S and is rated for 10 A; breaker A "
                + "trips at PT1S (at /loads/1)"
        ),
        Case(
            scenario(
                #"""
                "loads": [ { "outlets": "1", "powerFactor": 0.5, "profile": [
                  { "at": "PT5M", "watts": 1151 } ] } ]
                """#),
            "warning: outlet 1 would carry 10.008 A at PT5M and is rated for 10 A; breaker A does "
                + "not trip (at /loads/0)"
        ),
    ]

    /// Remarks as a person reads them, without line and column.
    private func remarks(_ text: String) throws -> [String] {
        let resolved = try resolver().resolve(try json(text))
        let review = ScenarioReview(
            of: try Scenario(resolved: resolved), resolved: resolved, catalog: environment.catalog,
            privileges: environment.privileges)
        return review.remarks.map { "\($0.error.message) (at \($0.error.pointer))" }
    }

    @Test(arguments: right)
    func whatCanBeMeantIsNotRemarkedOn(text: String) throws {
        #expect(try remarks(text) == [])
    }

    @Test(arguments: wrong)
    func whatCannotComeAboutIsRemarkedOn(_ wrong: Case) throws {
        #expect(try remarks(wrong.text) == [wrong.remark])
    }

    @Test func everyShippedScenarioIsRight() throws {
        for name in try fileNames(in: scenarioFolder) {
            let document = try JSONValue(
                parsing: try bytes(of: scenarioFolder.appendingPathComponent(name)))
            #expect(try remarks(document.compactText) == [], "\(name)")
        }
    }
}
