import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

extension Resource {
    static let sessionCollectionType = "SessionCollection.SessionCollection"

    /// Source: DSP8010 SessionService v1_2_0. The timeout's bounds are the schema's.
    static let sessionService: Resource = Resource(
        type: "SessionService.v1_2_0.SessionService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.sessionService, .sessionService, id: "SessionService",
                name: "Session service")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("SessionTimeout", Int(pdu.sessions.timeout.milliseconds / 1000))
            json.link("Sessions", Addresses.sessions)
        },
        writable: [
            .integer("SessionTimeout", in: 30...86_400) { pdu, _, seconds in
                pdu.sessions.timeout = .seconds(seconds)
            }
        ])

    static let sessionCollection = Resource.collection(
        "SessionCollection", at: Addresses.sessions, name: "Sessions",
        create: { pdu, context, body throws(RedfishError) in
            try pdu.login(body, at: context.instant)
        },
        members: { pdu in pdu.sessions.sessions.map { "\(Addresses.sessions)/\($0.id)" } })

    /// Source: DSP8010 Session v1_8_0. The password reads as null.
    static let session: Resource = Resource(
        type: "Session.v1_8_0.Session",
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let session = pdu.sessions[id] else { return }
            json.head(
                "\(Addresses.sessions)/\(id)", .session, id: id, name: "Session \(id)")
            let account = pdu.accounts[session.accountID]
            json.member("UserName", account?.userName ?? "")
            json.memberNull("Password")
            json.member("SessionType", "Redfish")
            json.member("CreatedTime", session.created.iso8601)
            if let account {
                json.array("Roles") { $0.string(account.role.rawValue) }
            }
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.sessions[id] != nil
        },
        delete: { pdu, context throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            pdu.sessions.end(id)
        })
}

extension SmartPDU {
    /// POST to the session collection.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.5.3 Session login.
    fileprivate mutating func login(
        _ body: JSONObject, at instant: VirtualInstant
    ) throws(RedfishError) -> Created {
        for member in body.members
        where !["UserName", "Password"].contains(member.name) && !member.name.contains("@") {
            throw .propertyUnknown(member.name)
        }
        guard let userName = body["UserName"] else { throw .createPropertyMissing("UserName") }
        guard let password = body["Password"] else { throw .createPropertyMissing("Password") }
        guard let userName = userName.string else {
            throw .propertyType("UserName", userName.compactText)
        }
        // The value of a password is never echoed.
        guard let password = password.string else { throw .propertyType("Password", "") }
        let credentials = Credentials(userName: userName, password: password)
        guard let account = accounts.authenticate(credentials, at: instant) else {
            throw .credentialsRefused
        }
        let session = try sessions.open(for: account.id, at: instant)
        var created = Created(
            path: "\(Addresses.sessions)/\(session.id)", fields: [.xAuthToken: session.token])
        if account.mustChangePassword {
            let refusal = RedfishError.passwordChangeRequired("\(Addresses.accounts)/\(account.id)")
            created.messages = refusal.messages
        }
        return created
    }
}
