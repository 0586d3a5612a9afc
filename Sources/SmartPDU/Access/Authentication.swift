import HTTPMessages
import HTTPTypes
import Schema
import VirtualTime

extension SmartPDU {
    /// Who sends the request, by token or by Basic credentials; nil where it carries neither.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.4 HTTP Basic and 13.3.5 session login.
    mutating func authenticate(
        _ request: RequestMessage, at instant: VirtualInstant
    ) throws(RedfishError) -> Principal? {
        let fields = request.head.headerFields
        if let token = fields.value(of: .xAuthToken) {
            guard let session = sessions.use(token: token, at: instant),
                let account = accounts[session.userName], account.isEnabled
            else { throw .noValidSession }
            return Principal(
                userName: account.userName, role: account.role, sessionID: session.id)
        }
        guard let authorization = fields.value(of: .authorization) else { return nil }
        guard let credentials = basicCredentials.read(authorization),
            let account = accounts.authenticate(credentials, at: instant)
        else { throw .credentialsRefused }
        return Principal(userName: account.userName, role: account.role, sessionID: nil)
    }

    /// Refuses where the principal lacks what the operation needs.
    ///
    /// Source: DSP8011 privilege registry, Redfish_1.8.0.
    func authorize(
        _ principal: Principal, _ method: HTTPRequest.Method, _ entity: String,
        property: String? = nil, ownsResource: Bool
    ) throws(RedfishError) {
        guard
            let requirement = privileges.requirement(
                for: method.rawValue, on: entity, property: property)
        else { return }
        let held = principal.role.privileges(overOwn: ownsResource)
        guard PrivilegeRegistry.suffices(held, for: requirement) else {
            throw .insufficientPrivilege
        }
    }
}
