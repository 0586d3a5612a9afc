import Electrical
import VirtualTime

/// Outlets that are read and switched together: defined by the hardware, or made by a client.
struct OutletGroup: Sendable, Hashable, Codable {
    /// An outlet in the group, and what it had used when it joined, in µJ.
    struct Member: Sendable, Hashable, Codable {
        var outlet: Int
        var joinedMicrojoules: Int64
    }

    /// Stands in the URI, and is never used again once the group is gone.
    let id: String
    var name: String
    let isUserDefined: Bool
    var createdBy: String
    /// When its register began.
    let created: VirtualInstant
    var members: [Member]
    /// What former members used while they were in the group, in µJ.
    var carriedMicrojoules: Int64 = 0
    /// What the register held when it was last set to zero, in µJ, and when that was.
    var resetMicrojoules: Int64 = 0
    var resetInstant: VirtualInstant?
    /// The register shows nothing from before this, when the members or the zero last changed.
    var settled: VirtualInstant
    /// Delays of the group's own, in the place of its outlets'; nil leaves each outlet its own.
    var onDelay: VirtualDuration?
    var offDelay: VirtualDuration?
    var cycleDelay: VirtualDuration?
    /// Requests to switch the group are refused.
    var isLocked = false

    var outlets: [Int] { members.map(\.outlet) }
}

/// The groups in the order of their collection, those of the hardware first.
struct OutletGroupStore: Sendable, Hashable, Codable {
    /// Groups that clients may make.
    static let limit = 32

    private(set) var groups: [OutletGroup]
    private var createdCount = 0

    /// - Parameter start: The registers of the hardware's groups begin with the outlets' own.
    init(_ hardware: [DeviceConfiguration.OutletGroup], start: VirtualInstant) {
        groups = hardware.map { group in
            OutletGroup(
                id: group.name, name: "Outlet group \(group.name)", isUserDefined: false,
                createdBy: "", created: start,
                members: group.outlets.map { .init(outlet: $0, joinedMicrojoules: 0) },
                settled: start)
        }
    }

    subscript(id: String) -> OutletGroup? { groups.first { $0.id == id } }

    /// Adds a client's group under an id of its own.
    mutating func add(
        _ make: (_ id: String) -> OutletGroup
    ) throws(RedfishError) -> OutletGroup {
        guard groups.count(where: \.isUserDefined) < Self.limit else { throw .collectionFull }
        repeat { createdCount += 1 } while self[String(createdCount)] != nil
        let group = make(String(createdCount))
        groups.append(group)
        return group
    }

    mutating func change(_ id: String, _ body: (inout OutletGroup) -> Void) {
        guard let index = groups.firstIndex(where: { $0.id == id }) else { return }
        body(&groups[index])
    }

    mutating func remove(_ id: String) {
        groups.removeAll { $0.id == id }
    }
}

extension SmartPDU {
    /// Whether every outlet of a group has a meter; only then can the group's readings be told.
    func isMetered(_ group: OutletGroup) -> Bool {
        group.outlets.allSatisfy { configuration.electrical.outlets[$0].isMetered }
    }

    /// Real power of a group's outlets in milliwatts: the true sum, rounded once.
    func milliwatts(of group: OutletGroup, at instant: VirtualInstant) -> Int64 {
        var sum = Reading.unpowered
        sum.powerMilliwatts = group.outlets.reduce(Int64(0)) {
            $0 + electrical.reading(of: .outlet($1), at: instant).powerMilliwatts
        }
        return electrical.served(sum).powerMilliwatts
    }

    /// The group's register: what its outlets used while they were in it, as the meter counts.
    func register(of group: OutletGroup, at instant: VirtualInstant) -> RegisterReading {
        let meter = configuration.electrical.meter
        let latched = meter.latchInstant(before: instant, start: start)
        let sample = max(latched, group.settled)
        let lifetime = meter.counted(microjoules(of: group, at: sample))
        let zero = meter.counted(group.resetMicrojoules)
        let quantum = meter.energyQuantumMicrojoules
        func shown(_ energy: Int64) -> Int64 { (energy + quantum / 2) / quantum * quantum }
        return RegisterReading(
            readingMicrojoules: shown(lifetime - zero),
            lifetimeMicrojoules: meter.hasLifetime ? shown(lifetime) : nil,
            resetInstant: group.resetInstant, sampleInstant: sample)
    }

    mutating func resetMetrics(ofGroup id: String, at instant: VirtualInstant) {
        guard let group = outletGroups[id] else { return }
        let energy = microjoules(of: group, at: instant)
        outletGroups.change(id) {
            $0.resetMicrojoules = energy
            $0.resetInstant = instant
            $0.settled = instant
        }
    }

    /// Puts other outlets into a group. Its register goes on from where it stands.
    mutating func setOutlets(_ outlets: [Int], ofGroup id: String, at instant: VirtualInstant) {
        guard let group = outletGroups[id] else { return }
        let carried = microjoules(of: group, at: instant)
        let members = joining(outlets, at: instant)
        outletGroups.change(id) {
            $0.members = members
            $0.carriedMicrojoules = carried
            $0.settled = instant
        }
    }

    func joining(_ outlets: [Int], at instant: VirtualInstant) -> [OutletGroup.Member] {
        outlets.map { outlet in
            OutletGroup.Member(
                outlet: outlet,
                joinedMicrojoules: electrical.energyMicrojoules(of: .outlet(outlet), at: instant))
        }
    }

    private func microjoules(of group: OutletGroup, at instant: VirtualInstant) -> Int64 {
        group.members.reduce(group.carriedMicrojoules) { sum, member in
            sum + electrical.energyMicrojoules(of: .outlet(member.outlet), at: instant)
                - member.joinedMicrojoules
        }
    }

    /// Switches the outlets of a group, all or none of them, with the group's delays where it has
    /// its own.
    mutating func switchOutlets(
        of group: OutletGroup, _ power: SwitchCommand.Power, at instant: VirtualInstant
    ) throws(RedfishError) -> [Effect] {
        guard !group.isLocked else { throw .powerControlLocked }
        var effects: [Effect] = []
        for index in group.outlets {
            let own = electrical.configuration.outlets[index]
            var ordered = own
            ordered.onDelay = group.onDelay ?? own.onDelay
            ordered.offDelay = group.offDelay ?? own.offDelay
            ordered.cycleDelay = group.cycleDelay ?? own.cycleDelay
            electrical.setSwitching(ofOutlet: index, to: ordered)
            effects += try command(
                .outlet(index, power), "OutletGroup.PowerControl", at: instant)
            electrical.setSwitching(ofOutlet: index, to: own)
        }
        return effects
    }
}
