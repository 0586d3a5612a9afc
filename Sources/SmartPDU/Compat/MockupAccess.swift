import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

// Sessions, accounts and subscriptions are those of the clean tree under other keys: a body is
// translated and handed to the clean resource, and what that shows is shown with other members.

/// What the dialect shows of a subscription beyond what the subscription holds.
struct MockupNotes: Sendable, Hashable, Codable {
    struct Note: Sendable, Hashable, Codable {
        var event: String
        var created: VirtualInstant
    }

    var subscriptions: [String: Note] = [:]
}

extension Resource {
    static let mockupSessionCollection = Resource.collection(
        "SessionCollection", at: Addresses.sessions, name: "Sessions",
        create: { pdu, context, body throws(RedfishError) in
            let login = body.translated(["username": "UserName", "password": "Password"])
            var created = try Resource.sessionCollection.created(&pdu, context, login)
            if let token = created.fields[.xAuthToken] {
                created.members.append(("X-Auth-Token", token))
            }
            return created
        },
        members: { pdu in pdu.sessions.sessions.map { "\(Addresses.sessions)/\($0.id)" } })

    static let mockupSession: Resource = Resource(
        type: "Session.v1_1_0.Session",
        render: { pdu, place, instant, json in
            guard case .member(let id) = place else { return }
            let shown = Resource.session.shown(pdu, place, instant)
            json.mockupHead(
                "\(Addresses.sessions)/\(id)", Resource.mockupSession.type, id: id,
                name: "Session \(id)")
            json.status()
            json.member("UserName", ifPresent: shown["UserName"]?.string)
            if let created = shown["CreatedTime"]?.string.flatMap(VirtualInstant.init(iso8601:)) {
                json.mockupInstant("Created", created)
            }
        }, exists: Resource.session.exists, delete: Resource.session.delete)

    static let mockupAccountCollection = Resource.collection(
        "ManagerAccountCollection", at: Addresses.accounts, name: "Accounts",
        create: { pdu, context, body throws(RedfishError) in
            var account = body.translated([
                "username": "UserName", "password": "Password", "role": "RoleId",
            ])
            if account["RoleId"] == nil {
                account.members.append(.init(name: "RoleId", value: "Operator"))
            }
            // The name stands in the URI.
            let name = account["UserName"]?.string ?? ""
            guard name.isEmpty || name.isMockupSegment else {
                throw .propertyFormat("UserName", name)
            }
            _ = try Resource.accountCollection.created(&pdu, context, account)
            return Created(path: "\(Addresses.accounts)/\(name)")
        },
        members: { pdu in
            pdu.accounts.accounts.map { "\(Addresses.accounts)/\($0.userName)" }
        })

    static let mockupAccount: Resource = Resource(
        type: "ManagerAccount.v1_9_0.ManagerAccount",
        render: { pdu, place, instant, json in
            guard let account = pdu.mockupAccount(at: place) else { return }
            json.mockupHead(
                "\(Addresses.accounts)/\(account.userName)", Resource.mockupAccount.type,
                id: account.userName, name: "Account \(account.userName)")
            json.status()
            json.member("UserName", account.userName)
            json.member("RoleId", account.role.rawValue)
            json.member("Enabled", account.isEnabled)
        },
        exists: { pdu, place in pdu.mockupAccount(at: place) != nil },
        delete: { pdu, context throws(RedfishError) in
            guard let account = pdu.mockupAccount(at: context.place) else { return }
            guard account.userName != pdu.configuration.service.userName else {
                throw .insufficientPrivilege
            }
            var context = context
            context.place = .member(account.id)
            try Resource.account.delete?(&pdu, context)
        })

    static let mockupSubscriptionCollection = Resource.collection(
        "EventDestinationCollection", at: Addresses.subscriptions, name: "Subscriptions",
        create: { pdu, context, body throws(RedfishError) in
            try pdu.subscribeMockup(body, context)
        },
        members: { pdu in
            pdu.events.subscriptions.map { "\(Addresses.subscriptions)/\($0.id)" }
        })

    static let mockupSubscription: Resource = Resource(
        type: "EventDestination.v1_8_0.EventDestination",
        render: { pdu, place, instant, json in
            guard case .member(let id) = place else { return }
            let shown = Resource.subscription.shown(pdu, place, instant)
            let note = pdu.mockup.subscriptions[id]
            json.mockupHead(
                "\(Addresses.subscriptions)/\(id)", Resource.mockupSubscription.type, id: id,
                name: "Subscription \(id)")
            json.status()
            json.member("Destination", ifPresent: shown["Destination"]?.string)
            json.array("EventTypes") { $0.string(note?.event ?? "Alert") }
            json.member("Context", ifPresent: shown["Context"]?.string)
            json.member("Protocol", "redfish")
            json.mockupInstant("Created", note?.created ?? pdu.start)
        }, exists: Resource.subscription.exists,
        delete: { pdu, context throws(RedfishError) in
            try Resource.subscription.delete?(&pdu, context)
            if case .member(let id) = context.place { pdu.mockup.subscriptions[id] = nil }
        })
}

extension SmartPDU {
    fileprivate func mockupAccount(at place: Place) -> Account? {
        guard case .member(let name) = place else { return nil }
        return accounts.named(name)
    }

    /// The dialect's keys are in lower case; `event` names one type of events, which every event of
    /// this device is of.
    fileprivate mutating func subscribeMockup(
        _ body: JSONObject, _ context: RequestContext
    ) throws(RedfishError) -> Created {
        var subscription = body.translated(["destination": "Destination", "context": "Context"])
        let event = body["event"] ?? "Alert"
        guard let event = event.string else { throw .propertyType("event", event.compactText) }
        if let name = body["protocol"] {
            guard name.string?.lowercased() == "redfish" else {
                throw .propertyNotInList("protocol", name.string ?? name.compactText)
            }
        }
        subscription.members.removeAll { ["event", "protocol", "Protocol"].contains($0.name) }
        subscription.members.append(.init(name: "Protocol", value: "Redfish"))
        let created = try Resource.subscriptionCollection.created(&self, context, subscription)
        let id = created.path.split(separator: "/").last.map(String.init) ?? ""
        mockup.subscriptions[id] = .init(event: event, created: context.instant)
        return created
    }
}

extension Resource {
    /// Creates by way of another resource.
    fileprivate func created(
        _ pdu: inout SmartPDU, _ context: RequestContext, _ body: JSONObject
    ) throws(RedfishError) -> Created {
        guard let create else { throw .internalError }
        return try create(&pdu, context, body)
    }

    /// What another resource shows.
    fileprivate func shown(
        _ pdu: SmartPDU, _ place: Place, _ instant: VirtualInstant
    ) -> JSONValue {
        var json = JSONWriter()
        json.object { render(pdu, place, instant, &$0) }
        return (try? JSONValue(parsing: json.bytes)) ?? .null
    }
}

extension JSONObject {
    /// The same with other names for some members.
    fileprivate func translated(_ names: [String: String]) -> JSONObject {
        JSONObject(members.map { .init(name: names[$0.name] ?? $0.name, value: $0.value) })
    }
}

extension String {
    /// Whether it can stand in a URI as it is.
    fileprivate var isMockupSegment: Bool {
        utf8.allSatisfy { byte in
            let letter = byte | 0x20
            return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
        }
    }
}
