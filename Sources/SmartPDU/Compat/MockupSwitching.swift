import Electrical
import JSONText
import VirtualTime

extension Resource {
    /// A branch without any electrical member.
    static let mockupBranch: Resource = Resource(
        type: "Circuit.v1_0_0.Circuit",
        render: { pdu, place, _, json in
            guard case .branch(let index) = place else { return }
            let name = pdu.branchName(index)
            json.mockupHead(
                pdu.addresses.branches[index], Resource.mockupBranch.type, id: name,
                name: "Branch \(name)")
            json.status()
        })

    /// Whether an outlet is on shows in its state only. The mock offers the action and does not have
    /// it; here it works.
    static let mockupOutlet: Resource = Resource(
        type: "Outlet.v1_0_0.Outlet",
        render: { pdu, place, _, json in
            guard case .outlet(let index) = place else { return }
            let name = pdu.outletName(index)
            let path = pdu.addresses.outlets[index]
            let ratedWatts = mockupRatedWatts[name]
            json.mockupHead(
                path, Resource.mockupOutlet.type, id: name, name: "Outlet \(name)")
            json.status(
                state: pdu.electrical.outletState(index).isPowered ? "Enabled" : "Disabled")
            json.member("Connected", ratedWatts != nil)
            json.member("RatedLoadWatts", units: ratedWatts ?? 0, decimals: 0)
        },
        actions: [
            Action(
                name: "Outlet.PowerControl",
                parameters: [
                    Action.Parameter(
                        name: "PowerState", allowableValues: ["On", "Off", "Cycle"])
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                guard case .outlet(let index) = context.place,
                    let power = SwitchCommand.Power(
                        mockupWord: arguments["PowerState"]?.string ?? "")
                else { return [] }
                return try pdu.command(
                    .outlet(index, power), "Outlet.PowerControl", at: context.instant)
            }
        ])

    /// What the mock says is plugged in where.
    private static let mockupRatedWatts: [String: Int64] = [
        "1": 140, "2": 45, "3": 90, "10": 220, "12": 75, "20": 180, "44": 260,
    ]

    /// Load-segment control: POST `{"Action": "On"}` switches all outlets of a branch.
    static let mockupLoadSegment: Resource = Resource(
        type: "ActionResponse.v1_0_0.ActionResponse", render: { _, _, _, _ in },
        command: { pdu, context, body throws(RedfishError) in
            try pdu.switchLoadSegment(body, context)
        })
}

extension SwitchCommand.Power {
    /// The dialect's word for it, in any letter case.
    fileprivate init?(mockupWord word: String) {
        switch word.lowercased() {
        case "on": self = .on
        case "off": self = .off
        case "cycle": self = .powerCycle
        default: return nil
        }
    }
}

extension SmartPDU {
    fileprivate mutating func switchLoadSegment(
        _ body: JSONObject, _ context: RequestContext
    ) throws(RedfishError) -> (body: [UInt8], effects: [Effect]) {
        guard case .member(let text) = context.place, let segment = Int(text) else {
            throw .propertyFormat(
                "Loadsegment", String(context.path.split(separator: "/").last ?? ""))
        }
        let count = configuration.electrical.branches.count
        guard segment >= 1, segment <= count else { throw .resourceMissing(context.path) }
        let value = body["Action"] ?? body["action"] ?? .null
        guard let word = value.string, let power = SwitchCommand.Power(mockupWord: word) else {
            throw .propertyNotInList("Action", value.string ?? value.compactText)
        }
        let outlets = configuration.electrical.outlets.indices.filter {
            configuration.electrical.outlets[$0].branch == segment - 1
        }
        var effects: [Effect] = []
        for outlet in outlets {
            effects += try command(.outlet(outlet, power), "Loadsegment", at: context.instant)
        }
        var json = JSONWriter(capacity: 512)
        json.object { json in
            let id = "Loadsegment-\(segment)"
            json.mockupHead(
                context.path, Resource.mockupLoadSegment.type, id: id,
                name: "Load segment \(segment)")
            json.status()
            json.member("PduId", configuration.identity.rackPDUID)
            json.member("LoadSegment", segment)
            json.member("ActionApplied", word.lowercased())
            json.array("OutletsAffected") { json in
                for outlet in [outlets.first, outlets.last] {
                    json.number(units: Int64(outlet ?? 0) + 1, decimals: 0)
                }
            }
        }
        return (json.bytes, effects)
    }
}
