import JSONText
import VirtualTime

/// What was found of the power equipment.
struct Plant {
    struct Unit {
        var uri: String
        /// Serial number and UUID: when they change, it is another unit.
        var identity: String?
        /// Its parts are to be looked for, whether it is the same unit or not.
        var needsListing = true
        /// The service says that there is no such unit any more.
        var isGone = false
    }

    var powerEquipment: String?
    var unitCollection: String?
    var eventService: String?
    var isDiscoveryBegun = false
    private(set) var units: [Unit] = []
    var meters: [Meter] = []
    private var meterIndices: [String: Int] = [:]
    /// Steps of discovery that failed and are taken again at the next poll.
    var unfinished: [Job] = []
    /// Origins of events that are no metering points, and when events last made something be read.
    private var inspectedOrigins: Set<String> = []
    var eventReadings: [Purpose: VirtualInstant] = [:]

    /// The index of the unit at this URI, which is added if it is new.
    mutating func unit(at uri: String) -> Int {
        if let index = units.firstIndex(where: { $0.uri == uri }) { return index }
        units.append(Unit(uri: uri))
        return units.count - 1
    }

    /// Whether the unit has become another one. No identity at all says nothing.
    ///
    /// - Parameter known: What an earlier run has seen, by URI.
    mutating func identify(
        unit index: Int, as identity: String?, known: [String: String]?
    ) -> Bool {
        guard let identity else { return false }
        defer { units[index].identity = identity }
        return (units[index].identity ?? known?[units[index].uri]).map { $0 != identity } ?? false
    }

    mutating func meter(_ meter: @autoclosure () -> Meter, at uri: String) -> Int {
        if let index = meterIndices[uri] { return index }
        meterIndices[uri] = meters.count
        meters.append(meter())
        return meters.count - 1
    }

    mutating func requestListing(ofUnit index: Int) { units[index].needsListing = true }

    mutating func noteListing(ofUnit index: Int) { units[index].needsListing = false }

    mutating func note(unit index: Int, isGone: Bool) { units[index].isGone = isGone }

    func meterIndex(at uri: String) -> Int? { meterIndices[uri] }

    /// Whether the origin of an event is one of those that are read; their number is bounded.
    mutating func mayInspect(_ origin: String) -> Bool {
        if inspectedOrigins.count < 256 { inspectedOrigins.insert(origin) }
        return inspectedOrigins.contains(origin)
    }

    /// Whether the resource stands in the tree of a unit, or is a unit.
    func contains(_ uri: String) -> Bool {
        if let unitCollection, uri.hasPrefix(unitCollection) { return true }
        return units.contains { uri.hasPrefix($0.uri) }
    }
}

extension EnergyAggregator {
    mutating func takeRoot(_ root: JSONValue) {
        plant.powerEquipment = root.link("PowerEquipment")
        // Older rack PDUs have the collection at the root, before PowerEquipment was in the schema.
        plant.unitCollection = root.link("PowerDistribution")
        plant.eventService = root.link("EventService")
        plant.isDiscoveryBegun = false
        session.collection = root.link("Links", "Sessions") ?? session.collection
        if session.usesBasic || session.collection != nil {
            beginWork()
        } else if let service = root.link("SessionService") {
            jobs.add(Job(.sessionService, service))
        } else {
            fallBackToBasic("the service has no sessions")
            beginWork()
        }
    }

    /// Subscribes before anything is read, so that nothing is missed between the reading and the
    /// subscription: a service sends no history.
    mutating func beginWork() {
        if configuration.subscribes, configuration.callbackURL != nil, !subscription.isSettled,
            let service = plant.eventService
        {
            jobs.add(Job(.eventService, service))
        } else {
            beginPlantDiscovery()
        }
    }

    mutating func beginPlantDiscovery() {
        guard !plant.isDiscoveryBegun, phase == .working else { return }
        plant.isDiscoveryBegun = true
        if let equipment = plant.powerEquipment {
            jobs.add(Job(.powerEquipment, equipment))
        } else if let collection = plant.unitCollection {
            jobs.add(Job(listing: .units, of: collection))
        } else {
            log("unsupported: the service has no power equipment")
        }
    }

    /// Looks at the tree from the root again, because it has changed.
    mutating func rediscover() {
        guard phase == .working else { return }
        jobs.add(Job(.root, "/redfish/v1/"))
    }

    mutating func takePowerEquipment(_ resource: JSONValue) {
        guard let collection = resource.link("RackPDUs") else {
            log("unsupported: the service has no rack PDUs")
            return
        }
        plant.unitCollection = collection
        jobs.add(Job(listing: .units, of: collection))
    }

    /// The unit itself; its parts are looked for when it is new or another one.
    mutating func takeUnit(_ resource: JSONValue, index: Int) {
        plant.note(unit: index, isGone: false)
        let marks = ["SerialNumber", "UUID"].compactMap { resource[$0]?.string }
        let identity = marks.isEmpty ? nil : marks.joined(separator: "/")
        let isAnother =
            plant.identify(unit: index, as: identity, known: kept?.identities)
            && !configuration.misbehaviour.contains(.ignoresIdentity)
        guard isAnother || plant.units[index].needsListing else { return }
        if isAnother {
            log("\(plant.units[index].uri) is another unit now: \(identity ?? "")")
            kept?.rebase(unit: plant.units[index].uri)
            for meter in plant.meters.indices where plant.meters[meter].unit == index {
                plant.meters[meter].rebase()
            }
        }
        addMeter(resource.link("Metrics") ?? plant.units[index].uri, kind: .metrics, unit: index)
        for kind in [Meter.Kind.mains, .branch, .outlet] {
            guard let collection = resource.link(kind.rawValue) else { continue }
            plant.noteListing(ofUnit: index)
            jobs.add(Job(listing: .meters(kind, unit: index), of: collection))
        }
    }

    mutating func takePage(_ page: JSONValue, of kind: Listing.Kind, job: Job) {
        var listing = job.listing ?? Listing(of: job.target)
        listing.add(page["Members"]?.linkTargets ?? [])
        if let next = page["Members@odata.nextLink"]?.string.flatMap(requestTarget),
            !configuration.misbehaviour.contains(.ignoresNextLink)
        {
            if !listing.pages.contains(next), listing.pages.count < Listing.pageLimit {
                listing.pages.append(next)
                var following = Job(.listing(kind), next)
                following.listing = listing
                jobs.putFirst(following)
                return
            }
            log("\(listing.pages[0]): its pages do not end, stopped at \(next)")
        } else if let total = page["Members@odata.count"]?.number?.exactInteger,
            total != listing.members.count, !listing.isRepeated, listing.pages.count > 1
        {
            log("\(listing.pages[0]): \(listing.members.count) of \(total) members, read again")
            jobs.putFirst(Job(listing: kind, of: listing.pages[0], isRepeated: true))
            return
        }
        if kind == .units { leaveUnits(notIn: listing.members) }
        finish(listing, of: kind)
    }

    /// What a whole collection does not name is not there, nor are its parts.
    private mutating func leaveUnits(notIn members: [String]) {
        for index in plant.units.indices where !members.contains(plant.units[index].uri) {
            plant.note(unit: index, isGone: true)
            for meter in plant.meters.indices where plant.meters[meter].unit == index {
                plant.meters[meter].noteMissing(at: now)
            }
        }
    }

    private mutating func finish(_ listing: Listing, of kind: Listing.Kind) {
        switch kind {
        case .units:
            for uri in listing.members {
                let index = plant.unit(at: uri)
                plant.requestListing(ofUnit: index)
                jobs.add(Job(.unit(index), uri))
            }
        case .meters(.outlet, let unit)
        where configuration.misbehaviour.contains(.buildsMemberURIs):
            for number in listing.members.indices {
                addMeter("\(listing.pages[0])/\(number + 1)", kind: .outlet, unit: unit)
            }
        case .meters(let kind, let unit):
            for uri in listing.members { addMeter(uri, kind: kind, unit: unit) }
        case .subscriptions:
            readSubscriptions(listing.members)
        }
    }

    private mutating func addMeter(_ uri: String, kind: Meter.Kind, unit: Int) {
        let index = plant.meter(
            Meter(
                uri: uri, kind: kind, unit: unit, configuration: configuration, memory: kept),
            at: uri)
        plant.meters[index].noteListing(at: now)
        addReading(of: index)
    }

    /// The request failed and is not tried again for now.
    mutating func giveUp(_ job: Job) {
        switch job.purpose {
        case .root, .sessionService, .powerEquipment, .unit:
            plant.unfinished.append(Job(job.purpose, job.target))
        case .listing(.subscriptions): settleSubscription()
        case .listing(let kind):
            let listing = job.listing ?? Listing(of: job.target)
            plant.unfinished.append(Job(listing: kind, of: listing.pages[0]))
            finish(listing, of: kind)
        case .sensor(let meter): takeHeldReading(meter: meter)
        case .eventService: settleSubscription()
        case .subscriptionEntry: finishSubscriptionEntry()
        case .subscribe: lookForUncertainSubscription()
        default: break
        }
    }

    /// The service refused the request, and would refuse it again.
    mutating func loseForGood(_ job: Job, isGone: Bool) {
        switch job.purpose {
        case .sessionService:
            fallBackToBasic("the session service can't be read")
            beginWork()
        case .eventService, .listing(.subscriptions): settleSubscription()
        case .subscriptionEntry: finishSubscriptionEntry()
        case .checkSubscription where isGone: renewSubscription()
        case .listing(let kind): finish(job.listing ?? Listing(of: job.target), of: kind)
        case .unit(let index) where isGone:
            if plant.units[index].isGone {
                plant.unfinished.append(Job(.root, "/redfish/v1/"))
            } else {
                plant.note(unit: index, isGone: true)
                rediscover()
            }
        case .read(let meter) where isGone:
            if plant.meters[meter].disappear(at: now) { rediscover() }
        case .sensor(let meter):
            plant.meters[meter].isSensorUsable = false
            takeHeldReading(meter: meter)
        default: break
        }
    }
}
