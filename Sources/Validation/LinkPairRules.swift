import Findings
import JSONText
import Schema

/// Two members that say the same of two resources, each from its own side.
///
/// Only pairs in which the schemas leave no other reading: each member's type is the other's
/// resource, and what the one calls its source, container or part has the other for its counterpart.
struct LinkPair: Sendable {
    struct Side: Sendable {
        var schema: String
        /// A member of `Links`.
        var member: String
    }

    var sides: [Side]

    private init(_ one: (String, String), _ other: (String, String)) {
        sides = [one, other].map { Side(schema: $0.0, member: $0.1) }
    }

    static let all: [LinkPair] = [
        .init(("Outlet", "BranchCircuit"), ("Circuit", "Outlets")),
        .init(("Outlet", "DistributionCircuits"), ("Circuit", "PowerOutlet")),
        .init(("Outlet", "Chassis"), ("Chassis", "PowerOutlets")),
        .init(("Outlet", "PowerSupplies"), ("PowerSupply", "PowerOutlets")),
        .init(("Circuit", "SourceCircuit"), ("Circuit", "DistributionCircuits")),
        .init(("PowerDistribution", "Chassis"), ("Chassis", "PowerDistribution")),
        .init(("PowerSupply", "PoweringChassis"), ("Chassis", "PowerSupplies")),
        .init(("Chassis", "ManagedBy"), ("Manager", "ManagerForChassis")),
        .init(("Chassis", "ManagersInChassis"), ("Manager", "ManagerInChassis")),
        .init(("Chassis", "ContainedBy"), ("Chassis", "Contains")),
        .init(("Chassis", "Facility"), ("Facility", "ContainsChassis")),
        .init(("Chassis", "ComputerSystems"), ("ComputerSystem", "Chassis")),
        .init(("ComputerSystem", "ManagedBy"), ("Manager", "ManagerForServers")),
        .init(("Facility", "ContainedByFacility"), ("Facility", "ContainsFacilities")),
    ]
}

extension ServiceSurvey {
    /// Links that are not returned, although their target has the member that would and fills it
    /// otherwise. A member that is left out altogether says nothing, and no schema requires one.
    func pairFindings() -> [(uri: String, finding: Finding)] {
        addresses.flatMap { uri -> [(uri: String, finding: Finding)] in
            let schema = resources[uri]?.type?.name.family
            return LinkPair.all.flatMap { pair -> [(uri: String, finding: Finding)] in
                zip(pair.sides, pair.sides.reversed()).flatMap { own, other in
                    own.schema == schema ? findings(in: uri, on: own, returnedBy: other) : []
                }
            }
        }
    }

    private func findings(
        in uri: String, on own: LinkPair.Side, returnedBy other: LinkPair.Side
    ) -> [(uri: String, finding: Finding)] {
        (soundLinks(of: own, to: other, in: uri) ?? []).compactMap { target, pointer in
            guard let returned = soundLinks(of: other, to: own, in: target),
                !returned.contains(where: { $0.target == uri })
            else { return nil }
            let finding = Finding(
                ruleID: SchemaRules.linkPair.id, level: SchemaRules.linkPair.level,
                message: "\(target) does not link back in \(other.schema)'s Links/\(other.member)",
                pointer: JSONPointer(tokens: ["Links", own.member] + pointer),
                expected: "\(uri) in \(target)#/Links/\(other.member)",
                seen: returned.isEmpty
                    ? "no link there" : returned.map(\.target).joined(separator: ", "))
            return (uri, finding)
        }
    }

    /// The targets of a member, with where in it they stand; nil where it is absent, or at fault by
    /// another rule.
    private func soundLinks(
        of side: LinkPair.Side, to other: LinkPair.Side, in uri: String
    ) -> [(target: String, pointer: [String])]? {
        let place = ["Links", side.member]
        guard let resource = resources[uri], resource.type?.name.family == side.schema,
            let links = resource.payload["Links"]?[side.member]?.pairedTargets,
            links.allSatisfy({ resources[$0.target]?.type?.name.family == other.schema }),
            !resource.findings.contains(where: { $0.pointer?.tokens.starts(with: place) == true })
        else { return nil }
        return links
    }
}

extension JSONValue {
    /// The addresses that a member of `Links` holds, with where in it they stand; nil where it is
    /// null or neither a reference nor an array.
    fileprivate var pairedTargets: [(target: String, pointer: [String])]? {
        switch self {
        case .object:
            let target = self["@odata.id"]?.string.flatMap(ServicePath.normalized)
            return target.map { [($0, [])] } ?? []
        case .array(let elements):
            return elements.enumerated().compactMap { index, element in
                element["@odata.id"]?.string.flatMap(ServicePath.normalized)
                    .map { ($0, [String(index)]) }
            }
        default: return nil
        }
    }
}
