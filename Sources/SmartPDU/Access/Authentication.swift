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
                let account = accounts[session.accountID], account.isEnabled
            else { throw .noValidSession }
            return Principal(account, sessionID: session.id)
        }
        guard let authorization = fields.value(of: .authorization) else { return nil }
        guard let credentials = basicCredentials.read(authorization),
            let account = accounts.authenticate(credentials, at: instant)
        else { throw .credentialsRefused }
        return Principal(account, sessionID: nil)
    }

    /// Refuses where the principal may not do this.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.7.1 Password change required.
    func authorize(
        _ principal: Principal, _ method: HTTPRequest.Method, on node: ResourceTree.Node
    ) throws(RedfishError) {
        // There every account may do everything.
        guard configuration.dialect != .smartPDUMockup else { return }
        let isOwn = owns(principal, node)
        if principal.mustChangePassword, !node.resource.isPublic {
            let isAllowed: Set<HTTPRequest.Method> = [.get, .head, .patch]
            guard isOwn, node.entity == "ManagerAccount", isAllowed.contains(method)
            else {
                throw .passwordChangeRequired("\(Addresses.accounts)/\(principal.accountID)")
            }
        }
        // Who may write any of the properties may come in; each is looked at on its own later.
        let properties = method == .patch ? node.resource.writable.map(\.name) : []
        guard
            holds(principal, method, node.entity, isOwn: isOwn)
                || properties.contains(where: {
                    holds(principal, method, node.entity, property: $0, isOwn: isOwn)
                })
        else { throw .insufficientPrivilege }
    }

    /// Refuses a PATCH where one of its properties is not the principal's to write.
    func authorize(
        _ principal: Principal, writing properties: [String], of node: ResourceTree.Node
    ) throws(RedfishError) {
        if principal.mustChangePassword, properties != ["Password"] {
            throw .passwordChangeRequired("\(Addresses.accounts)/\(principal.accountID)")
        }
        let isOwn = owns(principal, node)
        for property in properties {
            guard holds(principal, .patch, node.entity, property: property, isOwn: isOwn)
            else { throw .insufficientPrivilege }
        }
    }

    /// Whether the principal's privileges suffice for the operation.
    ///
    /// Source: DSP8011 privilege registry, Redfish_1.8.0. ConfigureSelf suffices only for what
    /// belongs to the principal.
    private func holds(
        _ principal: Principal, _ method: HTTPRequest.Method, _ entity: String,
        property: String? = nil, isOwn: Bool
    ) -> Bool {
        guard
            let requirement = privileges.requirement(
                for: method.rawValue, on: entity, property: property)
        else { return true }
        return PrivilegeRegistry.suffices(
            principal.role.privileges(overOwn: isOwn), for: requirement)
    }

    private func owns(_ principal: Principal, _ node: ResourceTree.Node) -> Bool {
        guard case .member(let id) = node.place else { return false }
        switch node.entity {
        case "Session": return sessions[id]?.accountID == principal.accountID
        case "ManagerAccount": return id == principal.accountID
        case "EventDestination": return events[id]?.owner == principal.accountID
        default: return false
        }
    }
}
