import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Replaying
import Testing
import VirtualTime

/// What counts as drift of a device, and what does not.
@Suite struct DriftTests {
    private static let outlet = #"""
        {"@odata.id":"/redfish/v1/R/2/Outlets/1","@odata.type":"#Outlet.v1_4_4.Outlet",
        "@odata.etag":"\"1\"","Id":"1","Name":"Outlet 1","UUID":"a-1","UserLabel":"rack",
        "Status":{"State":"Enabled","Health":"OK"},"OutletType":"IEC_60320_C13",
        "NominalVoltage":"AC230V","RatedCurrentAmps":10,"PowerState":"On","PowerEnabled":true,
        "PowerControlLocked":false,"LastStateTime":"2026-01-15T10:00:00Z",
        "Voltage":{"DataSourceUri":"/redfish/v1/C/Sensors/V1","Reading":229.4},
        "CurrentAmps":{"DataSourceUri":"/redfish/v1/C/Sensors/C1","Reading":0.49},
        "FrequencyHz":{"Reading":50.01},
        "PowerWatts":{"Reading":110,"ApparentVA":112.2,"ReactiveVAR":22.3,"PowerFactor":0.98},
        "EnergykWh":{"Reading":104.073,"LifetimeReading":104.073},
        "Links":{"BranchCircuit":{"@odata.id":"/redfish/v1/R/2/Branches/A"},
        "Chassis":[{"@odata.id":"/redfish/v1/C/1"},{"@odata.id":"/redfish/v1/C/2"}]},
        "Actions":{"#Outlet.PowerControl":{"target":"/redfish/v1/R/2/Outlets/1/Actions/X",
        "PowerState@Redfish.AllowableValues":["On","Off","PowerCycle"]}}}
        """#

    private static let fields: HTTPFields = [
        .contentType: "application/json; charset=utf-8", .odataVersion: "4.0",
        .allow: "GET, HEAD, PATCH", .eTag: "\"1\"", .date: "Thu, 15 Jan 2026 10:00:00 GMT",
        .link: "<http://redfish.dmtf.org/schemas/v1/Outlet.v1_4_4.json>; rel=describedby",
    ]

    private static func recorded(_ path: String = "/redfish/v1/R/2/Outlets/1") -> Exchange {
        Exchange(
            instant: Tape.start, direction: .request, request: RequestMessage(.get, path),
            response: ResponseMessage(status: .ok, fields: fields, body: Array(outlet.utf8)))
    }

    private func drifts(
        _ answer: ResponseMessage, tolerances: DriftTolerances = DriftTolerances(),
        findings: [Finding] = []
    ) throws -> [Drift] {
        var bounds = ReadingBounds()
        bounds.learn(try JSONValue(parsing: Array(Self.outlet.utf8)))
        var comparer = DriftComparer(bounds: bounds, tolerances: tolerances) { _, _, bytes in
            bytes.elementsEqual(Self.outlet.utf8) ? [] : findings
        }
        return comparer.compare(Self.recorded(), with: .success(answer))
    }

    private func answer(_ edits: [(old: String, new: String)]) -> ResponseMessage {
        var text = Self.outlet
        for (old, new) in edits {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return ResponseMessage(status: .ok, fields: Self.fields, body: Array(text.utf8))
    }

    private static let planted: [(old: String, new: String, rule: Rule)] = [
        (#""OutletType":"IEC_60320_C13","#, "", DriftRules.missing),
        (#""UserLabel":"rack","#, "", DriftRules.missing),
        (#""Id":"1","#, #""Id":"1","Extra":1,"#, DriftRules.added),
        (#""Name":"Outlet 1""#, #""Name":"Port 1""#, DriftRules.value),
        ("Outlet.v1_4_4.Outlet", "Outlet.v1_3_0.Outlet", DriftRules.value),
        (#""NominalVoltage":"AC230V""#, #""NominalVoltage":"AC120V""#, DriftRules.value),
        (#""RatedCurrentAmps":10"#, #""RatedCurrentAmps":16"#, DriftRules.value),
        (#""PowerControlLocked":false"#, #""PowerControlLocked":true"#, DriftRules.value),
        (#""Off","PowerCycle""#, #""Off""#, DriftRules.missing),
        (#""Reading":110"#, #""Reading":"110""#, DriftRules.type),
        (#""PowerEnabled":true"#, #""PowerEnabled":"On""#, DriftRules.type),
        (#""Reading":110"#, #""Reading":null"#, DriftRules.type),
        (#""Reading":110"#, #""Reading":0.11"#, DriftRules.reading),
        (#""Reading":104.073"#, #""Reading":104073"#, DriftRules.reading),
        (#""Reading":104.073"#, #""Reading":-1"#, DriftRules.reading),
        (#""Reading":229.4"#, #""Reading":229400"#, DriftRules.reading),
        (#""Reading":0.49"#, #""Reading":490"#, DriftRules.reading),
        (#""Reading":50.01"#, #""Reading":60.01"#, DriftRules.reading),
        (#""PowerFactor":0.98"#, #""PowerFactor":98"#, DriftRules.reading),
        ("2026-01-15T10:00:00Z", "15.01.2026 10:00", DriftRules.format),
        (#""UUID":"a-1""#, #""UUID":"""#, DriftRules.format),
        ("Branches/A", "Branches/B", DriftRules.lostLink),
        (#",{"@odata.id":"/redfish/v1/C/2"}"#, "", DriftRules.lostLink),
        (
            #"{"@odata.id":"/redfish/v1/C/2"}"#, #"{"@odata.id":"/redfish/v1/C/3"}"#,
            DriftRules.lostLink
        ),
        ("Sensors/V1", "Sensors/Volt1", DriftRules.lostLink),
        ("/Actions/X", "/Actions/Y", DriftRules.lostLink),
    ]

    @Test(arguments: planted.indices) func aPlantedDriftIsFound(number: Int) throws {
        let (old, new, rule) = Self.planted[number]
        let found = try drifts(answer([(old, new)])).filter { $0.kind == .contract }
        #expect(found.first?.rule == rule, "\(found)")
    }

    /// The count of members that come and go follows from them; of the same ones it is a contract.
    @Test func aCountThatDoesNotFitItsMembersIsFound() throws {
        func drifts(_ count: Int, _ members: [Int]) -> [Drift] {
            func answer(_ count: Int, _ members: [Int]) -> ResponseMessage {
                let links = members.map { #"{"@odata.id":"/redfish/v1/R/2/Outlets/\#($0)"}"# }
                let body =
                    #"{"Members@odata.count":\#(count),"Members":[\#(links.joined(separator: ","))]}"#
                return ResponseMessage(status: .ok, fields: [:], body: Array(body.utf8))
            }
            var recorded = Self.recorded("/redfish/v1/R/2/Outlets")
            recorded.response = answer(2, [1, 2])
            var comparer = DriftComparer(bounds: ReadingBounds(), tolerances: .init()) { _, _, _ in
                []
            }
            return comparer.compare(recorded, with: .success(answer(count, members)))
        }
        #expect(drifts(3, [1, 2]).map(\.pointer) == ["/Members@odata.count"])
        #expect(drifts(3, [1, 2]).map(\.rule) == [DriftRules.value])
        #expect(drifts(3, [1, 2, 3]).map(\.rule) == [DriftRules.addedLink])
    }

    @Test func headersStatusesAndBodiesAreContracts() throws {
        func rules(_ change: (inout ResponseMessage) -> Void) throws -> [Rule] {
            var answer = answer([])
            change(&answer)
            return try drifts(answer).filter { $0.kind == .contract }.compactMap(\.rule)
        }
        #expect(try rules { $0.head.status = .notFound } == [DriftRules.status])
        #expect(try rules { $0.head.headerFields[.allow] = "GET" } == [DriftRules.header])
        #expect(try rules { $0.head.headerFields[.eTag] = nil } == [DriftRules.header])
        #expect(try rules { $0.head.headerFields[.odataVersion] = nil } == [DriftRules.header])
        #expect(
            try rules { $0.head.headerFields[.contentType] = "text/html" } == [DriftRules.header])
        #expect(try rules { $0.body = Array("<html>".utf8) } == [DriftRules.body])
        #expect(try rules { $0.head.headerFields[.allow] = "PATCH,HEAD,GET" } == [])
        var comparer = DriftComparer(bounds: ReadingBounds(), tolerances: .init()) { _, _, _ in [] }
        #expect(
            comparer.compare(Self.recorded(), with: .failure(.timeout)).map(\.rule) == [
                DriftRules.answer
            ])
    }

    @Test func whatMayDifferIsNoDrift() throws {
        var answer = answer([
            ("2026-01-15T10:00:00Z", "2027-03-01T00:00:00+01:00"), (#""a-1""#, #""b-2""#),
            (#"\"1\""#, #"W/\"2\""#),
            (#""PowerEnabled":true"#, #""PowerEnabled":false"#),
            (#""Health":"OK""#, #""Health":"Warning""#),
            (#""Reading":110"#, #""Reading":1470"#),
            (#""ApparentVA":112.2"#, #""ApparentVA":1500"#),
            (#""Reading":0.49"#, #""Reading":6.6"#), (#""Reading":229.4"#, #""Reading":225.1"#),
            (#""Reading":50.01"#, #""Reading":49.97"#), (#""Reading":104.073"#, #""Reading":0.2"#),
            (#""LifetimeReading":104.073"#, #""LifetimeReading":300.0"#),
        ])
        answer.head.headerFields[.eTag] = "\"9\""
        answer.head.headerFields[.date] = "Sun, 15 Feb 2026 10:00:00 GMT"
        let found = try drifts(answer)
        #expect(found.count == 12)
        #expect(found.allSatisfy { $0.kind != .contract }, "\(found)")
    }

    /// Each of these alone is possible; with its neighbours it is not.
    @Test(arguments: [
        (#""Reading":0.49"#, #""Reading":4.9"#, "/CurrentAmps/Reading", "0.489"),
        (#""Reading":0.49"#, #""Reading":0"#, "/CurrentAmps/Reading", "0.489"),
        (#""Reading":229.4"#, #""Reading":0"#, "/Voltage/Reading", "228.98"),
        (#""Reading":229.4"#, #""Reading":180"#, "/Voltage/Reading", "228.98"),
        (#""ApparentVA":112.2"#, #""ApparentVA":1100"#, "/PowerWatts/ApparentVA", "112.245"),
        (#""PowerFactor":0.98"#, #""PowerFactor":0.5"#, "/PowerWatts/PowerFactor", "0.98"),
        (#""Reading":110"#, #""Reading":60"#, "/PowerWatts/Reading", "109.956"),
        (#""PowerState":"On""#, #""PowerState":"Off""#, "/PowerState", "On"),
    ])
    func readingsThatContradictEachOtherAreFound(
        old: String, new: String, pointer: String, possible: String
    ) throws {
        var answer = answer([(old, new)])
        answer.head.headerFields[.date] = "Thu, 15 Jan 2026 11:00:00 GMT"
        let found = try drifts(answer).filter { $0.kind != .reading }
        #expect(found.map(\.rule) == [DriftRules.reading])
        #expect(found.first?.pointer == pointer)
        #expect(
            found.first?.recorded.contains("possible: \(possible), for ") ?? false, "\(found)")
    }

    /// A device shows no power factor where it has no load, and a share is no number of amperes.
    @Test func whatAnotherLoadBringsAlongIsNoDrift() throws {
        let unbalanced = #""UnbalancedCurrentPercent":{"Reading":"#
        let recorded = Self.outlet.replacing(
            #""FrequencyHz""#, with: unbalanced + #"5},"FrequencyHz""#)
        let idle = recorded.replacing(#""Reading":0.49"#, with: #""Reading":0"#)
            .replacing(
                #""Reading":110,"ApparentVA":112.2,"ReactiveVAR":22.3,"PowerFactor":0.98"#,
                with: #""Reading":0,"ApparentVA":0,"ReactiveVAR":0"#
            ).replacing(unbalanced + "5", with: unbalanced + "40")
        func contracts(_ old: String, _ new: String) throws -> [Drift] {
            func answer(_ text: String) -> ResponseMessage {
                ResponseMessage(status: .ok, fields: Self.fields, body: Array(text.utf8))
            }
            var bounds = ReadingBounds()
            bounds.learn(try JSONValue(parsing: Array(old.utf8)))
            var comparer = DriftComparer(bounds: bounds, tolerances: .init()) { _, _, _ in [] }
            var exchange = Self.recorded()
            exchange.response = answer(old)
            return comparer.compare(exchange, with: .success(answer(new)))
                .filter { $0.kind == .contract }
        }
        #expect(try contracts(recorded, idle) == [])
        #expect(try contracts(idle, recorded).map(\.rule) == [])
        let mute = recorded.replacing(#","PowerFactor":0.98"#, with: "")
        #expect(try contracts(recorded, mute).map(\.rule) == [DriftRules.missing])
    }

    /// Another load, one too small to be metered, and one that is off: all fit.
    @Test(arguments: [
        ["0.49": "3.1", "110": "695", "112.2": "711"], ["0.49": "0.02", "110": "4", "112.2": "5"],
        ["0.49": "0", "110": "6", "112.2": "7"],
        ["0.49": "0", "110": "0", "112.2": "0", "\"On\"": "\"Off\""],
        ["0.49": "0", "110": "1.5", "112.2": "2", "\"On\"": "\"Off\"", "229.4": "0"],
    ])
    func readingsThatFitEachOtherAreNoDrift(values: [String: String]) throws {
        let edits = values.sorted { $0.key < $1.key }.map {
            (old: ":\($0.key)", new: ":\($0.value)")
        }
        let found = try drifts(answer(edits))
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.kind != .contract }, "\(found)")
    }

    /// What has just been switched off may still show what it took; a while later it may not.
    @Test(arguments: [("10:09:50", 0), ("10:08:00", 1)])
    func aMeterMayLagBehindASwitch(switched: String, contracts: Int) throws {
        var answer = answer([
            (#""PowerState":"On""#, #""PowerState":"Off""#),
            ("2026-01-15T10:00:00Z", "2026-01-15T\(switched)Z"),
        ])
        answer.head.headerFields[.date] = "Thu, 15 Jan 2026 10:10:00 GMT"
        #expect(try drifts(answer).count { $0.kind == .contract } == contracts)
    }

    /// A device whose readings never fitted each other is not held to it.
    @Test func onlyWhatADeviceKeptIsHeldAgainstIt() throws {
        var bounds = ReadingBounds()
        bounds.learn(try JSONValue(parsing: Array(Self.outlet.utf8)))
        let other = Self.outlet.replacing(#""Reading":0.49"#, with: #""Reading":0.9"#)
        bounds.learn(try JSONValue(parsing: Array(other.utf8)))
        var comparer = DriftComparer(bounds: bounds, tolerances: .init()) { _, _, _ in [] }
        func kinds(_ old: String, _ new: String) -> [Drift.Kind] {
            comparer.compare(Self.recorded(), with: .success(answer([(old, new)]))).map(\.kind)
        }
        #expect(kinds(#""Reading":0.49"#, #""Reading":4.9"#) == [.reading])
        #expect(kinds(#""Reading":110"#, #""Reading":60"#) == [.contract])
    }

    @Test func toleratedIsWhatTheFileSays() throws {
        let tolerances = try DriftTolerances(
            JSONValue(
                parsing: Array(
                    #"""
                    {"tolerated": [
                    {"at": "/redfish/v1/*/Outlets/*", "pointer": "/RatedCurrentAmps", "within": 6,
                     "reason": "a larger one"},
                    {"at": "*", "pointer": "Allow", "reason": "not used"}]}
                    """#.utf8)))
        var bounds = ReadingBounds()
        bounds.learn(try JSONValue(parsing: Array(Self.outlet.utf8)))
        var comparer = DriftComparer(bounds: bounds, tolerances: tolerances) { _, _, _ in [] }
        func kinds(_ amperes: String) -> [Drift.Kind] {
            comparer.compare(
                Self.recorded(),
                with: .success(answer([(#"CurrentAmps":10"#, #"CurrentAmps":\#(amperes)"#)]))
            ).map(\.kind)
        }
        #expect(kinds("16") == [.tolerated])
        #expect(kinds("17") == [.contract])
        #expect(comparer.tolerances.stale.map(\.pointer) == ["Allow"])
    }

    @Test(arguments: [
        #"{"tolerated": [{"at": "*", "pointer": "/X"}]}"#,
        #"{"tolerated": [{"at": "*", "pointer": "/X", "reason": ""}]}"#,
        #"{"tolerated": [{"at": "*", "pointer": "/X", "reason": "y", "withn": 1}]}"#,
        #"{"tolerated": [{"at": "*", "pointer": "/X", "reason": "y", "within": -1}]}"#,
        #"{}"#,
    ])
    func aFileThatSaysLessIsRefused(text: String) throws {
        let document = try JSONValue(parsing: Array(text.utf8))
        #expect(throws: ConfigurationError.self) { try DriftTolerances(document) }
    }

    @Test func newFindingsOfTheSchemaAreDrift() throws {
        let finding = Finding(
            ruleID: "schema/enum-member", level: .fail, message: "x",
            pointer: JSONPointer("/PowerState"), seen: "Dimmed")
        let found = try drifts(
            answer([(#""PowerState":"On""#, #""PowerState":"Dimmed""#)]), findings: [finding])
        #expect(found.compactMap(\.rule) == [DriftRules.schema])
    }

    @Test func eachAddressIsReadOnceAndNothingThatComesAndGoes() {
        var tape = Tape()
        tape.addLogin(0)
        for seconds in [1, 5] as [Int64] { tape.add(seconds, "/redfish/v1/B") }
        tape.add(2, "/redfish/v1/A")
        tape.add(3, "/redfish/v1/A", status: .serviceUnavailable)
        tape.add(4, "/redfish/v1/SessionService/Sessions/1")
        tape.add(6, .post, "/redfish/v1/B/Actions/X", sent: #"{"Password":"<secret#2>"}"#)
        tape.add(7, .patch, "/redfish/v1/B", sent: #"{"UserLabel":"x"}"#)
        var plan = DriftPlan()
        for (line, entry) in tape.entries.enumerated() {
            plan.note(entry, at: .init(offset: 0, length: 0, line: line))
        }
        #expect(plan.reads.map(\.line) == [2, 3])
        #expect(plan.everything.map(\.line) == [2, 3, 7])
        #expect(
            plan.skipped == [
                "mishaps of the moment": 1, "changes with masked secrets": 1,
                "members of collections that come and go": 1, "sessions and subscriptions": 1,
            ])
    }
}

extension DriftTests {
    /// What a change made is not asked for where the change is not made again.
    @Test func changesAreSentWithWhatWasReadBetweenThem() {
        let groups = "/redfish/v1/R/2/OutletGroups"
        var tape = Tape()
        tape.add(1, "/redfish/v1/B")
        tape.add(2, .patch, "/redfish/v1/B", sent: #"{"UserLabel":"x"}"#)
        tape.add(3, "/redfish/v1/B")
        tape.add(
            4, .post, groups, sent: #"{"Name":"G"}"#, status: .created,
            fields: [.location: "http://pdu.example\(groups)/1"])
        tape.add(5, "\(groups)/1")
        tape.add(
            6, .post, "/redfish/v1/AccountService/Accounts", sent: #"{"Password":"<secret#1>"}"#,
            status: .created, fields: [.location: "/redfish/v1/AccountService/Accounts/2"])
        tape.add(7, "/redfish/v1/AccountService/Accounts/2")
        var plan = DriftPlan()
        for (line, entry) in tape.entries.enumerated() {
            plan.note(entry, at: .init(offset: 0, length: 0, line: line))
        }
        #expect(plan.reads.map(\.line) == [2])
        #expect(plan.everything.map(\.line) == [0, 1, 2, 3, 4])
        #expect(plan.passing(writes: true) == ["/redfish/v1/AccountService/Accounts/2"])
        #expect(plan.passing(writes: false).contains("\(groups)/1"))
    }
}
