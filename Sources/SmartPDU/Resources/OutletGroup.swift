import Electrical
import HTTPTypes
import JSONText
import VirtualTime

extension Resource {
    static func groupCollection(at addresses: Addresses) -> Resource {
        Resource.collection(
            "OutletGroupCollection", at: addresses.groupCollection, name: "Outlet groups",
            create: { pdu, context, body throws(RedfishError) in
                try pdu.createGroup(body, context)
            },
            members: { pdu in
                pdu.outletGroups.groups.map { "\(pdu.addresses.groupCollection)/\($0.id)" }
            })
    }

    /// Source: DSP8010 OutletGroup v1_2_0.
    static let outletGroup: Resource = Resource(
        type: "OutletGroup.v1_2_0.OutletGroup",
        render: { pdu, place, instant, json in
            guard let group = pdu.group(at: place) else { return }
            pdu.render(group, at: instant, to: &json)
        },
        exists: { pdu, place in pdu.group(at: place) != nil },
        writable: writableGroupProperties,
        delete: { pdu, context throws(RedfishError) in
            guard let group = pdu.group(at: context.place) else { return }
            guard group.isUserDefined else { throw .resourceCannotBeDeleted }
            pdu.outletGroups.remove(group.id)
        },
        actions: [
            Action(
                name: "OutletGroup.PowerControl",
                parameters: [
                    Action.Parameter(name: "PowerState", allowableValues: Action.powerStates)
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                guard let group = pdu.group(at: context.place) else { return [] }
                return try pdu.switchOutlets(
                    of: group, SwitchCommand.Power(arguments), at: context.instant)
            },
            Action(name: "OutletGroup.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard let group = pdu.group(at: context.place) else { return [] }
                pdu.resetMetrics(ofGroup: group.id, at: context.instant)
                return []
            },
        ])

    // What the hardware defines keeps its outlets and its creator.
    private static let writableGroupProperties: [WritableProperty] = [
        WritableProperty(name: "CreatedBy") { pdu, context, value throws(RedfishError) in
            guard let group = pdu.group(at: context.place) else { return }
            guard group.isUserDefined else { throw .propertyNotWritable("CreatedBy") }
            let creator = try GroupValues.text("CreatedBy", value)
            pdu.outletGroups.change(group.id) { $0.createdBy = creator }
        },
        .groupDelay("PowerOnDelaySeconds", \.onDelay),
        .groupDelay("PowerOffDelaySeconds", \.offDelay),
        .groupDelay("PowerCycleDelaySeconds", \.cycleDelay),
        .bool("PowerControlLocked") { pdu, place, isLocked in
            guard let group = pdu.group(at: place) else { return }
            pdu.outletGroups.change(group.id) { $0.isLocked = isLocked }
        },
        WritableProperty(name: "Links/Outlets") { pdu, context, value throws(RedfishError) in
            guard let group = pdu.group(at: context.place) else { return }
            guard group.isUserDefined else { throw .propertyNotWritable("Links/Outlets") }
            let outlets = try GroupValues.outlets(value, of: pdu)
            pdu.setOutlets(outlets, ofGroup: group.id, at: context.instant)
        },
    ]
}

extension WritableProperty {
    fileprivate static func groupDelay(
        _ name: String, _ delay: any WritableKeyPath<OutletGroup, VirtualDuration?> & Sendable
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard let group = pdu.group(at: context.place) else { return }
            let span = try GroupValues.delay(name, value)
            pdu.outletGroups.change(group.id) { $0[keyPath: delay] = span }
        }
    }
}

/// What the properties of a group may hold, on creation and later.
private enum GroupValues {
    static func text(_ name: String, _ value: JSONValue) throws(RedfishError) -> String {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        guard (1...256).contains(text.utf8.count) else {
            throw .propertyOutOfRange(name, value.compactText)
        }
        return text
    }

    /// Null leaves each outlet its own delay.
    static func delay(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> VirtualDuration? {
        value == .null ? nil : try delaySpan(value, name)
    }

    /// At least one outlet of this unit, none of them twice.
    static func outlets(_ value: JSONValue, of pdu: SmartPDU) throws(RedfishError) -> [Int] {
        let name = "Links/Outlets"
        guard let links = value.array else { throw .propertyType(name, value.compactText) }
        guard !links.isEmpty else {
            throw RedfishError(
                .badRequest, "Base.ArraySizeTooShort", name, "1", related: ["/\(name)"])
        }
        var outlets: [Int] = []
        for (index, link) in links.enumerated() {
            let element = "\(name)/\(index)"
            guard let object = link.object, object.members.count == 1,
                let path = object["@odata.id"]?.string
            else { throw .propertyType(element, link.compactText) }
            guard let outlet = pdu.addresses.outlets.firstIndex(of: path) else {
                throw .propertyNotInList(element, path)
            }
            guard !outlets.contains(outlet) else { throw .propertyConflict(element, name) }
            outlets.append(outlet)
        }
        return outlets.sorted()
    }
}

extension SmartPDU {
    fileprivate func group(at place: Place) -> OutletGroup? {
        guard case .member(let id) = place else { return nil }
        return outletGroups[id]
    }

    /// POST to the group collection.
    ///
    /// Source: DSP8010 OutletGroup v1_2_0; DSP0266 "Redfish Specification" 1.8.1, 7.9 POST (Create).
    fileprivate mutating func createGroup(
        _ body: JSONObject, _ context: RequestContext
    ) throws(RedfishError) -> Created {
        let creator = context.principal.flatMap { accounts[$0.accountID]?.userName } ?? ""
        var draft = OutletGroup(
            id: "", name: "", isUserDefined: true, createdBy: creator, created: context.instant,
            members: [], settled: context.instant)
        for member in body.members where !member.name.hasPrefix("@odata.") {
            try read(member, into: &draft, at: context.instant)
        }
        guard !draft.members.isEmpty else { throw .createPropertyMissing("Links/Outlets") }
        let group = try outletGroups.add { id in
            OutletGroup(
                id: id, name: draft.name.isEmpty ? "Outlet group \(id)" : draft.name,
                isUserDefined: true, createdBy: draft.createdBy, created: draft.created,
                members: draft.members, settled: draft.settled, onDelay: draft.onDelay,
                offDelay: draft.offDelay, cycleDelay: draft.cycleDelay, isLocked: draft.isLocked)
        }
        return Created(path: "\(addresses.groupCollection)/\(group.id)")
    }

    private func read(
        _ member: JSONObject.Member, into draft: inout OutletGroup, at instant: VirtualInstant
    ) throws(RedfishError) {
        let (name, value) = (member.name, member.value)
        switch name {
        case "Name": draft.name = try GroupValues.text(name, value)
        case "CreatedBy": draft.createdBy = try GroupValues.text(name, value)
        case "PowerOnDelaySeconds": draft.onDelay = try GroupValues.delay(name, value)
        case "PowerOffDelaySeconds": draft.offDelay = try GroupValues.delay(name, value)
        case "PowerCycleDelaySeconds": draft.cycleDelay = try GroupValues.delay(name, value)
        case "PowerControlLocked":
            guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
            draft.isLocked = flag
        case "OutletGroupType":
            guard value == "UserDefined" else { throw .propertyNotInList(name, value.compactText) }
        case "Links":
            guard let links = value.object else { throw .propertyType(name, value.compactText) }
            for link in links.members {
                guard link.name == "Outlets" else { throw .propertyUnknown("Links/\(link.name)") }
                draft.members = joining(try GroupValues.outlets(link.value, of: self), at: instant)
            }
        default: throw .propertyUnknown(name)
        }
    }

    fileprivate func render(
        _ group: OutletGroup, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let path = "\(addresses.groupCollection)/\(group.id)"
        let states = group.outlets.map { electrical.outletState($0) }
        let isAnyOn = states.contains(where: \.isPowered)
        json.head(path, .outletGroup, id: group.id, name: group.name)
        json.status(state: isAnyOn ? "Enabled" : "StandbyOffline")
        json.member("OutletGroupType", group.isUserDefined ? "UserDefined" : "HardwareDefined")
        json.member(
            "CreatedBy",
            group.isUserDefined ? group.createdBy : configuration.identity.manufacturer)
        json.member("PowerState", isAnyOn ? "On" : "Off")
        json.member("PowerStateInTransition", states.contains(where: \.isInTransition))
        json.member("PowerEnabled", isAnyOn)
        json.member("PowerControlLocked", group.isLocked)
        json.groupDelay("PowerOnDelaySeconds", group.onDelay)
        json.groupDelay("PowerOffDelaySeconds", group.offDelay)
        json.groupDelay("PowerCycleDelaySeconds", group.cycleDelay)
        // A group has no sensor of its own.
        if isMetered(group) {
            json.object("PowerWatts") { json in
                json.member(
                    "Reading", units: milliwatts(of: group, at: instant), decimals: 3)
            }
            json.energyExcerpt("EnergykWh", source: nil, register(of: group, at: instant))
        }
        json.object("Links") { json in
            json.links("Outlets", group.outlets.map { addresses.outlets[$0] })
        }
    }
}

extension JSONWriter {
    fileprivate mutating func groupDelay(_ name: String, _ span: VirtualDuration?) {
        if let span { seconds(name, span) } else { memberNull(name) }
    }
}
