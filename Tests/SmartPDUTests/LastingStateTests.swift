import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Testing
import VirtualTime

@testable import SmartPDU

/// A device goes on from what another one of the same seed and start has kept.
@Suite struct LastingStateTests {
    private static let rack = "/redfish/v1/PowerEquipment/RackPDUs/1"
    private static let definitions = "/redfish/v1/TelemetryService/MetricReportDefinitions"

    /// Through a file and back.
    private func kept(_ pdu: SmallPDU) throws -> LastingState {
        let state = pdu.device.lastingState(at: pdu.now)
        return try JSONDecoder().decode(LastingState.self, from: JSONEncoder().encode(state))
    }

    /// A definition may name what is gone: a group that was deleted meanwhile.
    @Test func aDefinitionOfWhatHasGoneReadsNull() throws {
        var pdu = try SmallPDU()
        let outlets: JSONValue = [["@odata.id": .string("\(Self.rack)/Outlets/1")]]
        let made = pdu.send(.post, "\(Self.rack)/OutletGroups", ["Links": ["Outlets": outlets]])
        let group = try #require(made.head.headerFields[.location])
        let definition: JSONValue = [
            "Id": "G", "MetricReportDefinitionType": "Periodic",
            "Schedule": ["RecurrenceInterval": "PT5S"],
            "MetricProperties": [.string("\(group)#/PowerState")],
        ]
        #expect(pdu.send(.post, Self.definitions, definition).status == 201)
        #expect(pdu.send(.delete, group).status == 204)
        let state = try kept(pdu)
        var again = try SmallPDU()
        let isRestored = again.device.restore(state, sessionSeed: 9)
        #expect(isRestored)
        #expect(again.device.lastingState(at: pdu.now).isSame(as: state))
        #expect(try again.json("\(Self.definitions)/G")["Id"] == "G")
    }

    @Test(arguments: [
        ("PT5S", "PT0S"), ("\"retryInterval\":\"PT30S\"", "\"retryInterval\":\"PT0S\""),
        ("\"outlet\":0", "\"outlet\":99"),
    ])
    func whatCannotBeIsRefused(part: String, replacement: String) throws {
        var pdu = try SmallPDU()
        let definition: JSONValue = [
            "Id": "G", "MetricReportDefinitionType": "Periodic",
            "Schedule": ["RecurrenceInterval": "PT5S"],
            "MetricProperties": [.string("\(Self.rack)/Metrics#/PowerWatts/Reading")],
        ]
        #expect(pdu.send(.post, Self.definitions, definition).status == 201)
        let state = pdu.device.lastingState(at: pdu.now)
        let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
        let edited = text.replacing(part, with: replacement)
        #expect(edited != text)
        let other = try JSONDecoder().decode(LastingState.self, from: Data(edited.utf8))
        var again = try SmallPDU()
        let (isOtherTaken, isOwnTaken) = (
            again.device.restore(other, sessionSeed: 9), again.device.restore(state, sessionSeed: 9)
        )
        #expect(!isOtherTaken && isOwnTaken)
    }
}
