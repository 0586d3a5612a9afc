import JSONText
import VirtualTime

/// When what is polled: multiples of the intervals from the start, so that two runs sample alike
/// and a slow pass does not shift the next.
struct Schedule {
    private let interval: VirtualDuration
    private let outletInterval: VirtualDuration
    private var origin = VirtualInstant(millisecondsSinceEpoch: 0)
    private var nextPoll = VirtualInstant(millisecondsSinceEpoch: 0)
    private var nextOutletPoll = VirtualInstant(millisecondsSinceEpoch: 0)

    init(interval: VirtualDuration, outletInterval: VirtualDuration) {
        self.interval = interval
        self.outletInterval = outletInterval
    }

    var nextInstant: VirtualInstant { min(nextPoll, nextOutletPoll) }

    /// The first samples are those of discovery, so the first poll is one interval later.
    mutating func start(at now: VirtualInstant) {
        origin = now
        nextPoll = now + interval
        nextOutletPoll = now + outletInterval
    }

    /// What is due by now; polls that were missed are not made up for.
    mutating func takeDue(at now: VirtualInstant) -> (poll: Bool, outlets: Bool) {
        let due = (poll: nextPoll <= now, outlets: nextOutletPoll <= now)
        if due.poll { nextPoll = now.floored(to: interval, from: origin) + interval }
        if due.outlets {
            nextOutletPoll = now.floored(to: outletInterval, from: origin) + outletInterval
        }
        return due
    }
}

extension EnergyAggregator {
    mutating func addDuePolls() {
        let due = schedule.takeDue(at: now)
        if due.poll {
            for job in plant.unfinished { jobs.add(job) }
            plant.unfinished = []
            for index in plant.meters.indices where plant.meters[index].kind != .outlet {
                addReading(of: index)
            }
        }
        if due.outlets {
            for index in plant.meters.indices where plant.meters[index].kind == .outlet {
                addReading(of: index)
            }
            for (index, unit) in plant.units.enumerated() where !unit.isGone {
                jobs.add(Job(.unit(index), unit.uri))
            }
            if let uri = subscription.uri { jobs.add(Job(.checkSubscription, uri)) }
        }
    }

    mutating func addReading(of index: Int) {
        guard !plant.meters[index].isRetired, plant.meters[index].missingInstant == nil else {
            return
        }
        jobs.add(Job(.read(meter: index), plant.meters[index].uri))
    }

    /// Reads every metering point again, after a time in which events may have been missed.
    mutating func resynchronize() {
        for index in plant.meters.indices { addReading(of: index) }
    }

    mutating func takeReading(_ resource: JSONValue, meter index: Int) {
        let reading = MeterReading(resource: resource)
        plant.meters[index].disappearances = 0
        plant.meters[index].related =
            (resource["Links"]?["Outlets"]?.linkTargets ?? [])
            + [resource.link("Links", "BranchCircuit")].compactMap { $0 }
        if configuration.readsSensors, plant.meters[index].isSensorUsable,
            let sensor = reading.energySensor
        {
            plant.meters[index].heldReading = reading
            jobs.putFirst(Job(.sensor(meter: index), sensor))
        } else {
            plant.meters[index].take(reading, at: now)
        }
    }

    /// The Sensor has the time of acquisition; power and state come from the resource.
    mutating func takeSensor(_ resource: JSONValue, meter index: Int) {
        guard var reading = plant.meters[index].heldReading else { return }
        plant.meters[index].heldReading = nil
        let sensor = MeterReading(
            sensor: resource,
            ignoresBasis: configuration.misbehaviour.contains(.ignoresReadingBasis))
        reading.registerMicrowattHours = sensor?.registerMicrowattHours
        reading.lifetimeMicrowattHours = sensor?.lifetimeMicrowattHours
        reading.resetTime = sensor?.resetTime ?? reading.resetTime
        reading.readingTime = sensor?.readingTime
        reading.sensingInterval = sensor?.sensingInterval
        if sensor?.isUnavailable == true { reading.state = sensor?.state }
        plant.meters[index].take(reading, at: now)
    }

    /// The Sensor can't be read, so the excerpt has to do.
    mutating func takeHeldReading(meter index: Int) {
        guard let reading = plant.meters[index].heldReading else { return }
        plant.meters[index].heldReading = nil
        plant.meters[index].take(reading, at: now)
    }
}
