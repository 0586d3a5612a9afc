import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing

private let rack = "/redfish/v1/PowerEquipment/RackPDUs/1"
private let outlets = "\(rack)/Outlets"

/// A PDU that shows three members of a collection at a time.
@Suite struct PagingTests {
    private func paged() throws -> SmallPDU { try SmallPDU { $0.service.pageSize = 3 } }

    /// The pages of a collection, from the first to the one without a link.
    private func pages(_ pdu: inout SmallPDU, _ first: String) throws -> [[JSONValue]] {
        var pages: [[JSONValue]] = []
        var next: String? = first
        while let target = next, pages.count < 50 {
            let page = try pdu.json(target)
            pages.append(try #require(page["Members"]?.array))
            next = page["Members@odata.nextLink"]?.string
        }
        return pages
    }

    @Test func pagesAddUpToTheCollection() throws {
        var pdu = try paged()
        var whole = try SmallPDU()
        for path in [outlets, "\(rack)/Branches", "/redfish/v1/Chassis/PDU/Sensors"] {
            let members = try #require(try whole.json(path)["Members"]?.array)
            let pages = try pages(&pdu, path)
            #expect(pages.flatMap { $0 } == members)
            #expect(pages.dropLast().allSatisfy { $0.count == 3 })
            #expect(pages.count == (members.count + 2) / 3)
            #expect(
                try pdu.json(path)["Members@odata.count"] == .init(integerLiteral: members.count))
        }
    }

    @Test func theLinkKeepsTheQuery() throws {
        var pdu = try paged()
        let pages = try pages(&pdu, "\(outlets)/?$filter=Id+ne+'2'&$skip=0&$top=9&$expand=.&x=1")
        #expect(pages.map(\.count) == [3])
        let four = try self.pages(&pdu, "\(outlets)?$filter=Id ne 'x'&$select=Id&$expand=.")
        #expect(four.map(\.count) == [3, 1])
        #expect(four.last?.last?.object?.names == ["@odata.id", "@odata.type", "Id"])
        let top = try self.pages(&pdu, "\(outlets)?$top=3")
        #expect(top.map(\.count) == [3])
    }

    @Test func expandedCollectionsHavePagesToo() throws {
        var pdu = try paged()
        let unit = try pdu.json("\(rack)?$expand=.")
        #expect(unit["Outlets"] == (try pdu.json(outlets)))
        #expect(unit["Outlets"]?["Members"]?.array?.count == 3)
    }

    @Test func onlyCountsTheWholeCollection() throws {
        var pdu = try SmallPDU { $0.service.pageSize = 1 }
        #expect(try pdu.json("\(rack)/Branches?only")["Members"] != nil)
        #expect(try pdu.json("\(rack)/Mains?only")["Id"] == "AC1")
    }

    @Test func refusesTokensThatItDidNotMake() throws {
        var pdu = try paged()
        #expect(pdu.send(.get, "\(outlets)?$skiptoken=x").status == 400)
        #expect(pdu.send(.get, "\(outlets)?$skiptoken=-3").status == 400)
        #expect(pdu.send(.get, "\(outlets)/1?$skiptoken=3").status == 400)
        let beyond = try pdu.json("\(outlets)?$skiptoken=2147483647")
        #expect(beyond["Members"] == [])
        #expect(beyond["Members@odata.nextLink"] == nil)
    }
}
