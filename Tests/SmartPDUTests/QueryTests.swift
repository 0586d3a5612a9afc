import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing

private let rack = "/redfish/v1/PowerEquipment/RackPDUs/1"
private let sensors = "/redfish/v1/Chassis/PDU/Sensors"

@Suite struct QueryTests {
    // MARK: What is refused

    @Test(arguments: [
        ("Outlets?$orderby=Id", 501, "QueryParameterUnsupported"),
        ("Outlets?%24count=true", 501, "QueryParameterUnsupported"),
        // Without pages there are no tokens of pages.
        ("Outlets?$skiptoken=2", 501, "QueryParameterUnsupported"),
        ("Outlets/1?$filter=Id eq '1'", 400, "QueryNotSupportedOnResource"),
        ("Outlets/1?$top=1", 400, "QueryNotSupportedOnResource"),
        ("Outlets/1?only", 400, "QueryNotSupportedOnResource"),
        ("Outlets?only=foo", 400, "QueryParameterValueFormatError"),
        ("Outlets/1?excerpt=foo", 400, "QueryParameterValueFormatError"),
        ("Outlets?only&$expand=.", 400, "QueryCombinationInvalid"),
        ("Outlets?$top=1&$top=2", 400, "QueryCombinationInvalid"),
        ("Outlets?$top=x", 400, "QueryParameterValueTypeError"),
        ("Outlets?$top=1.5", 400, "QueryParameterValueTypeError"),
        ("Outlets?$skip=", 400, "QueryParameterValueTypeError"),
        ("Outlets?$skip=-1", 400, "QueryParameterOutOfRange"),
        ("Outlets?$top=99999999999", 400, "QueryParameterOutOfRange"),
        ("Outlets?$top=99999999999999999999", 400, "QueryParameterValueTypeError"),
        ("Outlets?$expand", 400, "QueryParameterValueFormatError"),
        ("Outlets?$expand=Members", 400, "QueryParameterValueFormatError"),
        ("Outlets?$expand=.($levels=x)", 400, "QueryParameterValueFormatError"),
        ("Outlets?$expand=.($levels=1", 400, "QueryParameterValueFormatError"),
        ("Outlets?$expand=.($levels=0)", 400, "QueryParameterOutOfRange"),
        ("Outlets?$expand=.($levels=7)", 400, "QueryParameterOutOfRange"),
        ("Outlets?$select=", 400, "QueryParameterValueFormatError"),
        ("Outlets?$select=Id,,Name", 400, "QueryParameterValueFormatError"),
        ("Outlets?$select=Id;Name", 400, "QueryParameterValueFormatError"),
        ("Outlets?$filter=%zz", 400, "QueryParameterValueFormatError"),
        ("Outlets?$filter=%ff", 400, "QueryParameterValueFormatError"),
    ])
    func refusals(target: String, status: Int, message: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "\(rack)/\(target)")
        #expect(response.status == status)
        #expect(response.messageKey == message)
    }

    @Test(arguments: ["unknown", "unknown=1", "&&", "=", "%zz=1", "ONLY=x"])
    func unknownParametersAreReadOver(query: String) throws {
        var pdu = try SmallPDU()
        #expect(pdu.send(.get, "\(rack)?\(query)") == pdu.send(.get, rack))
    }

    /// Whatever is sent, the answer is a resource or a Redfish error.
    @Test func nonsenseIsRefusedInGoodOrder() throws {
        var pdu = try SmallPDU { $0.service.pageSize = 2 }
        let pieces = [
            "$filter=", "$select=", "$expand=", "$top=", "$skip=", "$skiptoken=", "only", "excerpt",
            "&", "=", "(", ")", "'", " ", "+", "%", "%27", "%00", "%f0%9f%94%8c", ",", "/", "//",
            "*",
            ".", "~", "($levels=", "not ", " and ", " or ", " eq ", "Id", "Members", "1", "-",
            "1e9",
            "null", "true", "@odata.id", "$", "é",
        ]
        var state: UInt64 = 7
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var statuses: Set<Int> = []
        for _ in 0..<2000 {
            let query = (0...draw(9)).map { _ in pieces[draw(pieces.count)] }.joined()
            let response = pdu.send(.get, "\(rack)/Outlets?\(query)")
            statuses.insert(response.status)
            let json = try response.json
            #expect(json[response.status == 200 ? "@odata.id" : "error"] != nil, "\(query)")
        }
        #expect(statuses == [200, 400, 501])
    }

    @Test func selectedPathsAreBounded() throws {
        var pdu = try SmallPDU()
        func status(_ count: Int) -> Int {
            let paths = Array(repeating: "Id", count: count).joined(separator: ",")
            return pdu.send(.get, "\(rack)/Outlets/1?$select=\(paths)").status
        }
        #expect(status(256) == 200)
        #expect(status(257) == 400)
    }

    @Test func onlyReadingTakesAQuery() throws {
        var pdu = try SmallPDU()
        let outlet = "\(rack)/Outlets/1"
        let label: JSONValue = ["UserLabel": "x"]
        let refused = pdu.send(.patch, "\(outlet)?$select=Id", label)
        #expect(refused.status == 400)
        #expect(refused.messageKey == "QueryNotSupportedOnOperation")
        #expect(pdu.send(.patch, "\(outlet)?unknown=1", label).status == 200)
        #expect(pdu.send(.head, "\(outlet)?$select=Id").status == 200)
    }

    // MARK: Choosing members

    @Test func skipAndTopLeaveTheCountAlone() throws {
        var pdu = try SmallPDU()
        #expect(try members(&pdu, "Outlets?$skip=1&$top=2") == ["2", "3"])
        #expect(try members(&pdu, "Outlets?$skip=3") == ["4"])
        #expect(try members(&pdu, "Outlets?$skip=9") == [])
        #expect(try members(&pdu, "Outlets?$top=0") == [])
        #expect(try pdu.json("\(rack)/Outlets?$top=1")["Members@odata.count"] == 4)
    }

    @Test func theOnlyMemberStandsForItsCollection() throws {
        var pdu = try SmallPDU()
        #expect(try pdu.json("\(rack)/Mains?only")["@odata.id"]?.string == "\(rack)/Mains/AC1")
        #expect(try pdu.json("\(rack)/Mains?only=")["Id"] == "AC1")
        #expect(try pdu.json("\(rack)/Outlets?only") == pdu.json("\(rack)/Outlets"))
        // No group is there for which a session's member could stand.
        #expect(
            try pdu.json("/redfish/v1/SessionService/Sessions?only")["Members"]?.array?.count == 0)
    }

    @Test func theOnlyMemberComesWithItsTag() throws {
        var pdu = try SmallPDU()
        let accounts = "/redfish/v1/AccountService/Accounts"
        let response = pdu.send(.get, "\(accounts)?only")
        let path = try #require(try response.json["@odata.id"]?.string)
        #expect(path.hasPrefix("\(accounts)/"))
        let plain = pdu.send(.get, path)
        #expect(response.body == plain.body)
        #expect(plain.head.headerFields[.eTag] != nil)
        #expect(response.head.headerFields[.eTag] == plain.head.headerFields[.eTag])
        #expect(response.head.headerFields[.allow] == "GET, HEAD, POST")
    }

    // MARK: Expanding

    @Test func expandedMembersAreTheResources() throws {
        var pdu = try SmallPDU()
        let expanded = try pdu.json("\(rack)/Outlets?$expand=.")
        #expect(expanded["Members"]?.array?.count == 4)
        for member in expanded["Members"]?.array ?? [] {
            #expect(try member == pdu.json(try #require(member["@odata.id"]?.string)))
        }
        #expect(expanded["Members@odata.count"] == 4)
    }

    @Test func theScopeTellsLinksFromSubordinates() throws {
        var pdu = try SmallPDU()
        let branch = "\(rack)/Branches/A"
        func isExpanded(_ option: String, _ path: [String]) throws -> Bool {
            let json = try pdu.json("\(branch)?$expand=\(option)")
            return json[JSONPointer(tokens: path)]?["Id"] != nil
        }
        #expect(try isExpanded("~", ["Links", "Outlets", "0"]))
        #expect(try !isExpanded(".", ["Links", "Outlets", "0"]))
        #expect(try isExpanded("*", ["Links", "Outlets", "0"]))
        let unit = try pdu.json("\(rack)?$expand=.")
        #expect(unit["Outlets"]?["Members"]?.array?.count == 4)
        #expect(unit["Outlets"]?["Members"]?[0]?["Id"] == nil)
        #expect(try pdu.json("\(rack)?$expand=~")["Outlets"]?["Members"] == nil)
    }

    @Test func levelsGoDeeperUntilALinkLeadsBack() throws {
        var pdu = try SmallPDU()
        let unit = try pdu.json("\(rack)?$expand=.($levels=2)")
        #expect(unit["Outlets"]?["Members"]?[0] == (try pdu.json("\(rack)/Outlets/1")))
        let branch = try pdu.json("\(rack)/Branches/A?$expand=~($levels=3)")
        let outlet = branch["Links"]?["Outlets"]?[0]
        #expect(outlet?["Id"] == "1")
        #expect(
            outlet?["Links"]?["BranchCircuit"] == ["@odata.id": .string("\(rack)/Branches/A")])
    }

    @Test func strangersSeeNothingBehindTheRoot() throws {
        var pdu = try SmallPDU()
        let root = pdu.send(.get, "/redfish/v1/?$expand=*($levels=6)", fields: [:])
        #expect(root.status == 200)
        #expect(root.body == pdu.send(.get, "/redfish/v1/", fields: [:]).body)
    }

    @Test func aReaderExpandsNoMoreThanItMayRead() throws {
        var pdu = try SmallPDU()
        let accounts = "/redfish/v1/AccountService/Accounts"
        #expect(
            pdu.send(
                .post, accounts,
                ["UserName": "eve", "Password": "correct horse", "RoleId": "ReadOnly"]
            ).status == 201)
        let eve = basic("eve", "correct horse")
        let expanded = try pdu.send(.get, "\(accounts)?$expand=.", fields: eve).json
        let names = expanded["Members"]?.array?.map { $0["UserName"]?.string }
        #expect(names == [nil, "eve"])
        let found = try pdu.send(
            .get, "\(accounts)?$filter=UserName ne 'x'", fields: eve
        ).json
        #expect(found["Members"]?.array?.count == 1)
    }

    @Test func whatIsTooLargeIsRefused() throws {
        var pdu = try SmallPDU(watts: Array(repeating: 100, count: 100)) { configuration in
            let outlet = configuration.electrical.outlets[0]
            configuration.electrical.outlets = (1...100).map { number in
                var outlet = outlet
                outlet.name = "\(number)"
                return outlet
            }
        }
        let response = pdu.send(.get, "/redfish/v1/?$expand=*($levels=6)")
        #expect(response.status == 507)
        #expect(response.messageKey == "InsufficientStorage")
        #expect(pdu.send(.get, "/redfish/v1/?$expand=.($levels=6)").status == 200)
    }

    // MARK: Choosing properties

    @Test func selectKeepsWhatNamesTheResource() throws {
        var pdu = try SmallPDU()
        let service = "/redfish/v1/SessionService"
        let plain = try pdu.json(service)
        let selected = try pdu.json("\(service)?$select=Name,Status/State,Nonsense,Id/x")
        #expect(
            selected.object?.names == ["@odata.id", "@odata.type", "Name", "Status", "@odata.etag"])
        #expect(selected["Status"] == ["State": "Enabled"])
        #expect(selected["@odata.etag"] == plain["@odata.etag"])
    }

    @Test func selectHoldsForExpandedResources() throws {
        var pdu = try SmallPDU()
        let collection = try pdu.json("\(rack)/Outlets?$select=Id&$expand=.")
        #expect(
            collection.object?.names
                == ["@odata.id", "@odata.type", "Members@odata.count", "Members"])
        for member in try #require(collection["Members"]?.array) {
            #expect(member.object?.names == ["@odata.id", "@odata.type", "Id"])
        }
        let path = try pdu.json("\(rack)/Outlets?$select=Members/Id&$expand=.")
        #expect(path["Members"] == collection["Members"])
        let whole = try pdu.json("\(rack)/Outlets?$select=Members&$expand=.")
        #expect(whole["Members"]?[0] == (try pdu.json("\(rack)/Outlets/1")))
        #expect(whole["Members@odata.count"] == 4)
    }

    @Test func excerptsAreThoseOfTheSensor() throws {
        var pdu = try SmallPDU()
        let outlet = try pdu.json("\(rack)/Outlets/1")
        for quantity in ["Voltage", "CurrentAmps", "PowerWatts", "EnergykWh"] {
            let copy = try #require(outlet[quantity]?.object)
            let sensor = try #require(copy["DataSourceUri"]?.string)
            let excerpt = try pdu.json("\(sensor)?excerpt")
            let own = try #require(excerpt.object?.members.filter { !$0.name.contains("@odata.") })
            #expect(own == copy.members.filter { $0.name != "DataSourceUri" })
            #expect(excerpt["@odata.id"]?.string == sensor)
        }
        #expect(pdu.send(.get, "\(rack)?excerpt") == pdu.send(.get, rack))
        let all = try pdu.json("\(sensors)?$expand=.&excerpt&$top=1")
        #expect(all["Members"]?[0]?["Reading"] != nil)
        #expect(all["Members"]?[0]?["Name"] == nil)
    }

    // MARK: Tags and truth

    @Test func onlyWhatShowsOneResourceHasItsTag() throws {
        var pdu = try SmallPDU()
        let service = "/redfish/v1/SessionService"
        let plain = try #require(pdu.send(.get, service).head.headerFields[.eTag])
        let selected = pdu.send(.get, "\(service)?$select=Name")
        #expect(selected.head.headerFields[.eTag] == plain)
        let unchanged = pdu.send(
            .get, "\(service)?$select=Name",
            fields: basic("admin", "123456789", [.ifNoneMatch: plain]))
        #expect(unchanged.status == 304)
        let expanded = pdu.send(
            .get, "\(service)?$expand=.", fields: basic("admin", "123456789", [.ifNoneMatch: "*"]))
        #expect(expanded.status == 200)
        #expect(expanded.head.headerFields[.eTag] == nil)
        #expect(try expanded.json["@odata.etag"]?.string == plain)
    }

    @Test func theRootSaysWhatWorks() throws {
        var pdu = try SmallPDU()
        let features = try #require(try pdu.json("/redfish/v1/")["ProtocolFeaturesSupported"])
        for (name, query) in [
            ("FilterQuery", "$filter=Id eq '1'"),
            ("FilterQueryComparisonOperations", "$filter=1 lt 2"),
            ("FilterQueryCompoundOperations", "$filter=not (true or false)"),
            ("SelectQuery", "$select=Id"), ("ExcerptQuery", "excerpt"), ("OnlyMemberQuery", "only"),
            ("TopSkipQuery", "$top=1&$skip=1"),
        ] {
            #expect(features[name] == true, "\(name)")
            #expect(pdu.send(.get, "\(rack)/Outlets?\(query)").status == 200, "\(name)")
        }
        let expand = try #require(features["ExpandQuery"])
        let deepest = try #require(expand["MaxLevels"]?.number?.exactInteger)
        for (name, option) in [
            ("ExpandAll", "*"), ("NoLinks", "."), ("Links", "~"),
            ("Levels", ".($levels=\(deepest))"),
        ] {
            #expect(expand[name] == true, "\(name)")
            #expect(pdu.send(.get, "\(rack)/Outlets?$expand=\(option)").status == 200, "\(name)")
        }
    }

    /// Ids of the members that a query leaves.
    private func members(_ pdu: inout SmallPDU, _ target: String) throws -> [String] {
        let members = try #require(try pdu.json("\(rack)/\(target)")["Members"]?.array)
        return members.compactMap {
            $0["@odata.id"]?.string?.split(separator: "/").last.map(String.init)
        }
    }
}
