import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

/// Server-Sent Events, as the device makes them.
@Suite struct StreamTests {
    private let subscriptions = "/redfish/v1/EventService/Subscriptions"

    @Test func opensWhereTheServiceSays() throws {
        var pdu = try SmallPDU()
        let service = try pdu.json("/redfish/v1/EventService")
        let uri = try #require(service["ServerSentEventUri"]?.string)
        let response = pdu.send(.get, uri, fields: basic("admin", "123456789"))
        #expect(response.status == 200)
        let type = try #require(response.head.headerFields[.contentType])
        #expect(type.hasPrefix("text/event-stream"))
        #expect(response.body.isEmpty)
        #expect(pdu.openedStreams == [1])
        #expect(pdu.effects.contains(.stream(1, .keepAlive)))
        let destination = try pdu.json("\(subscriptions)/1")
        #expect(destination["SubscriptionType"] == "SSE")
        #expect(destination["Protocol"] == "Redfish")
        #expect(destination["Context"]?.string?.isEmpty == false)
        for absent in ["Destination", "DeliveryRetryPolicy", "SendHeartbeat"] {
            #expect(destination[absent] == nil)
        }
    }

    @Test(arguments: [("/", 200), ("//", 404)])
    func oneTrailingSlashIsReadOver(slashes: String, status: Int) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(
            .get, streamPath + slashes, fields: basic("admin", "123456789"))
        #expect(response.status == status)
        #expect(pdu.openedStreams.count == (status == 200 ? 1 : 0))
    }

    @Test func carriesEventsUnderIdsOfTheirOwn() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        for outlet in [0, 2] {
            pdu.effects += pdu.device.operate(.outlet(outlet, .off), at: pdu.now).effects
        }
        let payloads = pdu.takePayloads()
        #expect(Set(payloads.map(\.id)).count == 2)
        let first = try JSONValue(parsing: try #require(payloads.first).data)
        #expect(first["@odata.type"] == "#Event.v1_13_0.Event")
        #expect(first["Context"] == "stream-1")
        #expect(first["Events"]?[0]?["MessageId"] == "Power.1.2.OutletPoweredOff")
    }

    @Test func writesLinesAsTheFormatWants() {
        let event = ServerSentEvent.payload(id: "7", data: Array("{\n}".utf8))
        #expect(String(decoding: event.bytes, as: UTF8.self) == "id: 7\ndata: {\ndata: }\n\n")
        #expect(String(decoding: ServerSentEvent.keepAlive.bytes, as: UTF8.self) == ":\n\n")
    }

    @Test func showsThatItIsAlive() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        _ = pdu.takePayloads()
        pdu.wait(.seconds(29))
        #expect(!pdu.effects.contains(.stream(1, .keepAlive)))
        pdu.wait(.seconds(1))
        #expect(pdu.effects.contains(.stream(1, .keepAlive)))
        pdu.closeStream(1)
        pdu.effects = []
        pdu.wait(.minutes(5))
        #expect(!pdu.effects.contains(.stream(1, .keepAlive)))
    }

    @Test func closingTakesTheDestinationAlong() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        pdu.closeStream(1)
        let isClosedTwice = pdu.device.streamClosed(1)
        #expect(!isClosedTwice)
        #expect(pdu.send(.get, "\(subscriptions)/1").status == 404)
    }

    @Test func deletingTheDestinationEndsTheStream() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        #expect(pdu.send(.delete, "\(subscriptions)/1").status == 204)
        #expect(pdu.effects.last == .endStream(1))
        let last = try #require(pdu.takePayloads().last)
        let record = try JSONValue(parsing: last.data)["Events"]?[0]
        #expect(record?["MessageId"] == "Base.1.22.SubscriptionTerminated")
        #expect(pdu.send(.get, "\(subscriptions)/1").status == 404)
    }

    @Test func outlivesTheSessionThatOpenedIt() throws {
        var pdu = try SmallPDU()
        let login = pdu.send(
            .post, "/redfish/v1/SessionService/Sessions",
            ["UserName": "admin", "Password": "123456789"], fields: [:])
        let token = try #require(login.head.headerFields[.xAuthToken])
        let session = try #require(login.head.headerFields[.location])
        pdu.openStream(fields: [.xAuthToken: token])
        #expect(pdu.send(.delete, session).status == 204)
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        #expect(pdu.takePayloads().count == 1)
    }

    @Test func comesBackToWhatItMissed() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        let seen = try #require(pdu.takePayloads().last)
        pdu.closeStream(1)
        pdu.effects += pdu.device.operate(.outlet(2, .off), at: pdu.now).effects
        pdu.effects += pdu.device.operate(.outlet(0, .on), at: pdu.now).effects
        pdu.openStream(fields: basic("admin", "123456789", [.lastEventID: seen.id]))
        let missed = pdu.takePayloads()
        #expect(
            try missed.map { try $0.messageIDs } == [
                ["Power.1.2.OutletPoweredOff"], ["Power.1.2.OutletPoweredOn"],
            ])
        #expect(!missed.map(\.id).contains(seen.id))
    }

    @Test func saysWhatIsGoneForGood() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        let seen = try #require(pdu.takePayloads().last)
        _ = pdu.device.streamClosed(1)
        _ = pdu.device.operate(
            .emitEvents(count: 1001, over: .zero, perPayload: 1), at: pdu.now)
        pdu.openStream(fields: basic("admin", "123456789", [.lastEventID: seen.id]))
        let missed = pdu.takePayloads()
        #expect(missed.count == 1001)
        #expect(try missed.first?.messageIDs == ["Base.1.22.EventBufferExceeded"])
    }

    @Test(arguments: ["4711", "-1", "x", ""])
    func anIdentifierOfAnotherLifeGetsAllThatIsLeft(id: String) throws {
        var pdu = try SmallPDU()
        _ = pdu.device.operate(.outlet(0, .off), at: pdu.now)
        pdu.openStream(fields: basic("admin", "123456789", [.lastEventID: id]))
        let messages = try pdu.takePayloads().flatMap { try $0.messageIDs }
        #expect(messages == ["Base.1.22.EventBufferExceeded", "Power.1.2.OutletPoweredOff"])
    }

    @Test func limitsStreamsAndSubscriptionsTogether() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        pdu.openStream()
        let refusal = pdu.openStream()
        #expect(refusal.status == 400)
        #expect(refusal.messageKey == "EventSubscriptionLimitExceeded")
        #expect(pdu.openedStreams == [1, 2])
        pdu.closeStream(1)
        #expect(pdu.openStream().status == 200)
    }

    @Test func refusesStrangersAndWhoMayNotSubscribe() throws {
        var pdu = try SmallPDU()
        #expect(pdu.openStream(fields: [:]).status == 401)
        _ = pdu.send(
            .post, "/redfish/v1/AccountService/Accounts",
            ["UserName": "reader", "Password": "reader-secret", "RoleId": "ReadOnly"])
        let refusal = pdu.openStream(fields: basic("reader", "reader-secret"))
        #expect(refusal.status == 403)
        #expect(pdu.openedStreams.isEmpty)
    }

    @Test func refusesOtherMethodsAndTypes() throws {
        var pdu = try SmallPDU()
        let post = pdu.send(.post, streamPath, [:])
        #expect(post.status == 405)
        #expect(post.head.headerFields[.allow] == "GET")
        let json = pdu.openStream(
            fields: basic("admin", "123456789", [.accept: "application/json"]))
        #expect(json.status == 406)
        #expect(try json.json["error"] != nil)
        for accept in ["text/event-stream", "*/*", "text/html, text/event-stream;q=0.9"] {
            let fields = basic("admin", "123456789", [.accept: accept])
            #expect(pdu.openStream(fields: fields).status == 200)
            _ = pdu.device.streamClosed(pdu.openedStreams.last ?? 0)
        }
    }

    // MARK: Filters

    @Test(
        arguments: [
            ("RegistryPrefix eq 'Power'", ["OutletPoweredOff"]),
            ("RegistryPrefix eq 'ResourceEvent'", ["TestMessage"]),
            ("MessageId eq 'Power.1.2.OutletPoweredOff'", ["OutletPoweredOff"]),
            ("MessageId eq 'Power.1.0.OutletPoweredOff'", ["OutletPoweredOff"]),
            ("ResourceType eq 'Outlet'", ["OutletPoweredOff"]),
            ("OriginResource eq '/redfish/v1/EventService'", ["TestMessage"]),
            ("OriginResource eq '/redfish/v1/PowerEquipment'", []),
            (
                "OriginResource eq '/redfish/v1/PowerEquipment' and SubordinateResources eq true",
                ["OutletPoweredOff"]
            ),
            ("EventFormatType eq 'Event'", ["OutletPoweredOff", "TestMessage"]),
            ("EventFormatType eq 'MetricReport'", []),
            (
                "(RegistryPrefix eq 'Power' or RegistryPrefix eq 'ResourceEvent') "
                    + "and (ResourceType eq 'EventService')", ["TestMessage"]
            ),
            (
                "RegistryPrefix eq 'Base' or RegistryPrefix eq 'Power' and ResourceType eq 'Outlet'",
                ["OutletPoweredOff"]
            ),
        ])
    func filtersApply(filter: String, keys: [String]) throws {
        var pdu = try SmallPDU()
        #expect(pdu.openStream(filter: filter).status == 200)
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        _ = pdu.send(
            .post, "/redfish/v1/EventService/Actions/EventService.TestEventSubscription", [:])
        let seen = try pdu.takePayloads().flatMap { try $0.messageIDs }
        #expect(seen.map { String($0.split(separator: ".").last ?? "") } == keys)
    }

    @Test(
        arguments: [
            ("", "QueryParameterValueFormatError"),
            ("RegistryPrefix", "QueryParameterValueFormatError"),
            ("RegistryPrefix ne 'Power'", "QueryParameterValueFormatError"),
            ("RegistryPrefix eq 'Power", "QueryParameterValueFormatError"),
            ("(RegistryPrefix eq 'Power'", "QueryParameterValueFormatError"),
            (
                "RegistryPrefix eq 'Power' ResourceType eq 'Outlet'",
                "QueryParameterValueFormatError"
            ),
            ("RegistryPrefix eq Power", "QueryParameterValueTypeError"),
            ("SubordinateResources eq 'true'", "QueryParameterValueTypeError"),
            ("RegistryPrefix eq 'Nope'", "QueryParameterValueError"),
            ("EventFormatType eq 'Nope'", "QueryParameterValueError"),
            ("Severity eq 'OK'", "QueryParameterValueError"),
            (String(repeating: "(", count: 10_000), "QueryParameterValueError"),
            (
                Array(repeating: "RegistryPrefix eq 'Power'", count: 10_000)
                    .joined(separator: " or "), "QueryParameterValueError"
            ),
        ])
    func refusesFiltersThatMeanNothing(filter: String, key: String) throws {
        var pdu = try SmallPDU()
        let refusal = pdu.openStream(filter: filter)
        #expect(refusal.status == 400)
        #expect(refusal.messageKey == key)
        #expect(pdu.openedStreams.isEmpty)
        #expect(try pdu.json(subscriptions)["Members@odata.count"] == 0)
    }

    @Test func saysWhatFiltersItKnows() throws {
        var pdu = try SmallPDU()
        let known = try pdu.json("/redfish/v1/EventService")["SSEFilterPropertiesSupported"]
        let names = try #require(known?.object).members.map(\.name)
        #expect(names.count == 7)
        for name in names where name != "SubordinateResources" {
            let value =
                ["EventFormatType": "Event", "RegistryPrefix": "Power", "ResourceType": "Outlet"][
                    name] ?? "/x"
            #expect(pdu.openStream(filter: "\(name) eq '\(value)'").status == 200, "\(name)")
            _ = pdu.device.streamClosed(pdu.openedStreams.last ?? 0)
        }
        #expect(pdu.send(.get, "\(streamPath)?$expand=.").status == 501)
    }
}

let streamPath = "/redfish/v1/EventService/SSE"

extension SmallPDU {
    struct StreamPayload {
        var stream: Int
        var id: String
        var data: [UInt8]

        var messageIDs: [String] {
            get throws {
                try JSONValue(parsing: data)["Events"]?.array?.compactMap {
                    $0["MessageId"]?.string
                } ?? []
            }
        }
    }

    @discardableResult
    mutating func openStream(
        filter: String? = nil, fields: HTTPFields = basic("admin", "123456789")
    ) -> ResponseMessage {
        var path = streamPath
        if let filter {
            let text = filter.replacing(" ", with: "%20").replacing("'", with: "%27")
            path += "?$filter=\(text)"
        }
        return send(.get, path, fields: fields)
    }

    mutating func closeStream(_ stream: Int) {
        let wasOpen = device.streamClosed(stream)
        #expect(wasOpen)
    }

    var openedStreams: [Int] {
        effects.compactMap { if case .openStream(let stream) = $0 { stream } else { nil } }
    }

    /// What has been written to streams so far.
    mutating func takePayloads() -> [StreamPayload] {
        defer { effects = [] }
        return effects.compactMap { effect in
            guard case .stream(let stream, .payload(let id, let data)) = effect else { return nil }
            return StreamPayload(stream: stream, id: id, data: data)
        }
    }
}
