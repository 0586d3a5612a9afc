import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Scenarios
import Testing
import VirtualTime

/// What only the owner of a device can promise.
@Suite(.timeLimit(.minutes(1))) struct DeviceHostTests {
    private func host() throws -> DeviceHost {
        let scenario = try scenario(small())
        return DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            now: { scenario.start })
    }

    private func request(
        _ method: HTTPRequest.Method, _ body: String = "", match: String? = nil
    ) -> RequestMessage {
        // admin:secret-1
        var fields: HTTPFields = [.authorization: "Basic YWRtaW46c2VjcmV0LTE="]
        fields[.contentType] = "application/json"
        fields[.ifMatch] = match
        return RequestMessage(
            method, "/redfish/v1/SessionService", fields: fields, body: Array(body.utf8))
    }

    @Test func ofFourSimultaneousUpdatesOneWins() async throws {
        let host = try host()
        for _ in 0..<20 {
            let read = try host.handle(request(.get)).get()
            let tag = try #require(read.head.headerFields[.eTag])
            let before = try JSONValue(parsing: read.body)["SessionTimeout"]?.number?.exactInteger
            let first = try #require(before) == 100 ? 200 : 100
            let updates = (0..<4).map { number in
                request(.patch, "{\"SessionTimeout\":\(first + number)}", match: tag)
            }
            let outcomes = await withTaskGroup { group in
                for update in updates { group.addTask { host.handle(update) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let answers = try outcomes.map { try $0.get() }
            #expect(answers.map(\.status).sorted() == [200, 412, 412, 412])
            let won = try #require(answers.first { $0.status == 200 })
            let timeout = try JSONValue(parsing: won.body)["SessionTimeout"]
            let after = try JSONValue(parsing: host.handle(request(.get)).get().body)
            #expect(after["SessionTimeout"] == timeout)
        }
    }

    /// A clock that jumps, as one does that slept: everything happens at its own instant, though not
    /// all of it at once.
    @Test func howeverLateItIsStepsHappenAtTheirInstants() throws {
        var document = try #require(try json(small()).object)
        document["timeline"] = .array(
            (1...600).map { second in
                [
                    "at": .string("PT\(second)S"), "do": "switch-outlets", "outlets": "1",
                    "to": second.isMultiple(of: 2) ? "on" : "off",
                ]
            })
        document["duration"] = "PT20M"
        let scenario = try scenario(.object(document))
        let end = scenario.start + .minutes(15)
        let host = DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            playsByItself: true, now: { end })
        var looks = 0
        while let due = host.nextDue, due <= end {
            host.catchUp()
            looks += 1
        }
        let instants = host.drain().entries.compactMap { entry -> VirtualInstant? in
            guard case .step(let step) = entry else { return nil }
            return step.instant
        }
        #expect(looks > 1)
        #expect(instants == (1...600).map { scenario.start + .seconds($0) })
    }

    @Test(arguments: [
        (400, "GeneralError"), (413, "PayloadTooLarge"), (431, "GeneralError"),
        (501, "OperationNotAllowed"),
    ])
    func refusalsOfTheTransportAreRedfishErrors(status: Int, key: String) throws {
        let refusal = try host().refusal(.init(code: status))
        #expect(refusal.status == status)
        #expect(refusal.head.headerFields[.contentType] == "application/json; charset=utf-8")
        #expect(refusal.head.headerFields[.date] == "Thu, 15 Jan 2026 10:00:00 GMT")
        let error = try JSONValue(parsing: refusal.body)["error"]
        #expect(error?["code"]?.string?.hasSuffix(".\(key)") == true)
        let message = error?["@Message.ExtendedInfo"]?[0]
        #expect(message?["Resolution"]?.string?.isEmpty == false)
    }
}
