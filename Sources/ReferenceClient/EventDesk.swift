import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// Takes event deliveries: answers them at once, knows redeliveries, and says what to read again.
///
/// Source: DSP8010 2025.4, Event; DSP0266, "Redfish Specification" 1.8.1, clause 12.1.
struct EventDesk {
    /// What a delivery means for the client.
    struct Digest: Equatable {
        var status: Int
        /// Origins of new events, each once, in the order they came.
        var origins: [String] = []
        /// Something may have been missed, or an event does not say where it happened.
        var needsResynchronization = false
        /// Resources that came or went.
        var changes: [String] = []
        var isSubscriptionOver = false
        var remarks: [String] = []
    }

    /// How many event ids are remembered.
    static let memoryLimit = 100_000

    private(set) var received = 0
    private(set) var distinct = 0
    private(set) var duplicates = 0
    private(set) var incidents = 0
    private(set) var foreignDeliveries = 0
    private let context: String
    private let misbehaviour: Misbehaviour
    private var seen: Set<String> = []
    private var groups: Set<String> = []

    init(context: String, misbehaviour: Misbehaviour) {
        self.context = context
        self.misbehaviour = misbehaviour
    }

    mutating func take(_ delivery: RequestMessage) -> Digest {
        guard delivery.head.method == .post else { return Digest(status: 405) }
        guard let payload = try? JSONValue(parsing: delivery.body), payload.object != nil else {
            return Digest(status: 400, remarks: ["an event delivery is no JSON object"])
        }
        var digest = Digest(status: misbehaviour.contains(.answersDeliveryWith500) ? 500 : 204)
        if let given = payload["Context"]?.string, given != context {
            foreignDeliveries += 1
            digest.remarks.append("an event delivery has a foreign context")
            return digest
        }
        var fresh: [String] = []
        for record in payload["Events"]?.array ?? [] {
            received += 1
            let id = identity(of: record)
            if seen.contains(id), !misbehaviour.contains(.countsDuplicateEvents) {
                duplicates += 1
                continue
            }
            fresh.append(id)
            distinct += 1
            sort(record, into: &digest)
        }
        // Only now, because one payload may hold several records of one event id.
        if seen.count < Self.memoryLimit { seen.formUnion(fresh) }
        return digest
    }

    /// The event id tells redeliveries; where it is missing the whole record has to.
    private func identity(of record: JSONValue) -> String {
        record["EventId"]?.string ?? record["EventId"]?.number?.text ?? record.compactText
    }

    private mutating func sort(_ record: JSONValue, into digest: inout Digest) {
        let id = record["MessageId"]?.string ?? ""
        let origin = record["OriginOfCondition"]?.linkTarget
        switch messageKey(id) {
        case "TestMessage", "RedfishServiceFunctional": return
        case "SubscriptionTerminated": digest.isSubscriptionOver = true
        case "EventBufferExceeded", "RedfishServiceStarted": digest.needsResynchronization = true
        case "ResourceCreated", "ResourceRemoved":
            digest.changes.append(origin ?? "/redfish/v1/")
        default:
            countIncident(of: record)
            guard let origin else {
                digest.needsResynchronization = true
                return
            }
            if !digest.origins.contains(origin) { digest.origins.append(origin) }
        }
    }

    /// Records of one group are one incident, whatever their number.
    private mutating func countIncident(of record: JSONValue) {
        guard let group = record["EventGroupId"]?.number?.text, group != "0" else {
            incidents += 1
            return
        }
        if groups.insert(group).inserted { incidents += 1 }
    }
}

extension EnergyAggregator {
    /// Readings that events ask for are this far apart at least for each resource, so that a burst
    /// of events costs few requests.
    static let eventReadingSpacing = VirtualDuration.seconds(5)

    mutating func receive(_ delivery: RequestMessage) {
        let digest = events.take(delivery)
        actions.append(.answer(ResponseMessage(status: .init(code: digest.status))))
        for remark in digest.remarks { log(remark) }
        guard phase == .working, !configuration.misbehaviour.contains(.ignoresEvents) else {
            return
        }
        for origin in digest.origins { readAgain(origin) }
        if digest.changes.contains(where: plant.contains) { rediscover() }
        if digest.isSubscriptionOver { renewSubscription() }
        if digest.needsResynchronization {
            resynchronize()
            if let uri = subscription.uri { jobs.add(Job(.checkSubscription, uri)) }
        }
    }

    /// Reads the origin of an event, and what depends on it: the outlets of a branch, the branch
    /// of an outlet, and the totals.
    private mutating func readAgain(_ origin: String) {
        guard let index = plant.meterIndex(at: origin) else {
            guard origin.hasPrefix("/redfish/v1/"), plant.mayInspect(origin) else { return }
            addEventReading(Job(.inspect(origin), origin))
            return
        }
        let unit = plant.meters[index].unit
        let related = plant.meters[index].related
        for (other, meter) in plant.meters.enumerated() where !meter.isRetired {
            let isConcerned =
                other == index || related.contains(meter.uri) || meter.related.contains(origin)
                || (meter.unit == unit && (meter.kind == .metrics || meter.kind == .mains))
            if isConcerned { addEventReading(Job(.read(meter: other), meter.uri)) }
        }
    }

    private mutating func addEventReading(_ job: Job) {
        if let last = plant.eventReadings[job.purpose], now < last + Self.eventReadingSpacing {
            if !jobs.isWaiting(job.purpose) {
                jobs.park(job, until: last + Self.eventReadingSpacing)
            }
        } else {
            plant.eventReadings[job.purpose] = now
            jobs.add(job)
        }
    }
}
