package import JSONText

/// A rack PDU as a service shows it, made into a device file and a scenario that plays it.
///
/// The outlets' own readings count: they are the leaves, and everything above them is a sum that the
/// device computes itself. Whatever else the source says is held against them.
package struct DeviceImport: Sendable {
    /// Why nothing can be imported.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
    }

    package let name: String
    package private(set) var device: JSONValue = .null
    package private(set) var scenario: JSONValue = .null
    package private(set) var remarks: [ImportRemark] = []

    let resources: ServiceResources
    let unitURI: String
    let unit: JSONValue
    let mains: (uri: String, document: JSONValue)?
    let branches: [(uri: String, document: JSONValue)]
    var outlets: [ImportedOutlet]
    /// Branches that outlets name and nobody read.
    private(set) var unreadCircuits: Set<String> = []

    /// - Parameters:
    ///   - documents: The service's resources by URI.
    ///   - refused: Of a recording, what the service said it does not have; what else is not among
    ///     the documents was never read. Nil where the documents are the whole service.
    ///   - unit: The URI of the rack PDU; the first one where none is named.
    ///   - name: What the device and its scenario are called.
    package init(
        _ documents: [String: JSONValue], refused: Set<String>? = nil, unit: String? = nil,
        name: String
    ) throws(Failure) {
        let resources = ServiceResources(documents: documents, refused: refused)
        self.resources = resources
        self.name = name
        let known = Self.units(resources)
        guard let uri = unit ?? known.first else {
            throw Failure(message: "no rack PDU is linked from /redfish/v1 by PowerEquipment")
        }
        guard let document = resources[uri] else {
            let hint = known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))"
            throw Failure(message: "there is no resource \(uri)\(hint)")
        }
        unitURI = uri
        self.unit = document
        func members(_ name: String) -> [(uri: String, document: JSONValue)] {
            resources.members(of: document, name).compactMap { uri in
                resources[uri].map { (uri, $0) }
            }
        }
        mains = members("Mains").first
        branches = members("Branches").filter { isIdentifier($0.document["Id"]?.string ?? "") }
        outlets = members("Outlets").enumerated().map { index, member in
            ImportedOutlet(uri: member.uri, document: member.document, number: index + 1)
        }
        guard !outlets.isEmpty else {
            throw Failure(message: "\(uri) has no outlets")
        }
        guard Set(outlets.map(\.name)).count == outlets.count else {
            throw Failure(message: "two outlets of \(uri) have the same Id")
        }
        assignBranches()
        checkAll(otherUnits: known.filter { $0 != uri })
        device = deviceDocument()
        scenario = scenarioDocument()
    }

    private static func units(_ resources: ServiceResources) -> [String] {
        guard let root = resources["/redfish/v1"],
            let equipment = resources.link(root["PowerEquipment"]).flatMap({ resources[$0] })
        else { return [] }
        return resources.members(of: equipment, "RackPDUs")
    }

    mutating func remark(
        _ kind: ImportRemark.Kind, _ place: String, _ message: String, _ chosen: String
    ) {
        remarks.append(
            ImportRemark(kind: kind, place: place, message: message, chosen: chosen))
    }

    // MARK: Topology

    /// An outlet's own link says which branch it is on; the branch's list where it has none.
    private mutating func assignBranches() {
        for index in outlets.indices {
            let outlet = outlets[index]
            let own = resources.link(outlet.document["Links"]?["BranchCircuit"])
            let listing = branches.firstIndex { branch in
                listedOutlets(branch.document).contains(outlet.uri)
            }
            let linked = branches.firstIndex { $0.uri == own }
            outlets[index].branch = linked ?? listing ?? (branches.isEmpty ? nil : 0)
            if let own, resources.isUnread(own) {
                unreadCircuits.insert(own)
            } else if let own, linked == nil {
                remark(
                    .contradiction, "\(outlet.uri)#/Links/BranchCircuit",
                    "leads to \(own), which is no branch of the unit",
                    "the outlet is on branch \(branchName(outlets[index].branch))")
            } else if linked != listing, let linked {
                remark(
                    .contradiction, "\(outlet.uri)#/Links/BranchCircuit",
                    "names branch \(branchName(linked)), whose own list of outlets lacks it",
                    "the outlet's own link counts")
            } else if linked == nil, listing == nil, !branches.isEmpty {
                remark(
                    .simplification, outlet.uri, "says no branch", "it is on the first branch")
            }
        }
    }

    func listedOutlets(_ branch: JSONValue) -> [String] {
        (branch["Links"]?["Outlets"]?.array ?? []).compactMap { resources.link($0) }
    }

    func branchName(_ index: Int?) -> String {
        index.flatMap { branches[$0].document["Id"]?.string } ?? "A"
    }

    func outlets(ofBranch index: Int) -> [Int] {
        outlets.indices.filter { outlets[$0].branch == index }
    }

    enum Wiring: String {
        case threePhase = "three-phase-5-wire"
        case onePhase = "one-phase-3-wire"
        case direct = "direct-current"
    }

    var wiring: Wiring {
        let circuit = mains?.document ?? branches.first?.document ?? outlets[0].document
        if circuit["VoltageType"]?.string == "DC" { return .direct }
        let type = circuit["PhaseWiringType"]?.string ?? ""
        let hasThreeLines = circuit["PolyPhaseCurrentAmps"]?["Line3"] != nil
        return type.hasPrefix("ThreePhase") || hasThreeLines ? .threePhase : .onePhase
    }

    /// The line that a branch is fed from, from 1: what its outlets or it itself show first.
    func line(ofBranch index: Int) -> Int {
        guard wiring == .threePhase else { return 1 }
        let documents = outlets(ofBranch: index).map { outlets[$0].document }
        for document in documents + [branches[index].document] {
            for line in 1...3 {
                if document["PolyPhaseVoltage"]?["Line\(line)ToNeutral"] != nil { return line }
            }
        }
        return index % 3 + 1
    }
}
