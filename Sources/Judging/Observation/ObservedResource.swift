import Electrical
import JSONText
import VirtualTime

/// One resource in an answer, with the readings it shows.
struct ObservedResource {
    /// In the judge's form, see `servicePath`.
    let path: String
    /// `@odata.type` as served.
    let type: String?
    let object: JSONObject
    /// Where the resource stands in the payload: empty, or `Members/3`.
    let place: JSONPointer
    let readings: [MeteredReading]
    /// Numbers too large to be read.
    var unread: [JSONNumber] = []

    func pointer(of reading: MeteredReading) -> JSONPointer {
        var pointer = place
        if let property = reading.property { pointer = pointer.appending(property.rawValue) }
        if let member = reading.member { pointer = pointer.appending(member.rawValue) }
        return pointer.appending(reading.leaf.rawValue)
    }

    /// The pointer of another number in the same excerpt or Sensor.
    func pointer(of reading: MeteredReading, beside leaf: ReadingLeaf) -> JSONPointer {
        var neighbour = reading
        neighbour.leaf = leaf
        return pointer(of: neighbour)
    }
}

/// One number that a resource shows.
struct MeteredReading {
    /// Where it is measured; nil at a place that the facts do not know.
    var point: MeteringPoint?
    var quantity: MeteredQuantity
    /// Microjoules for energy, else millionths of the Redfish unit.
    var value: Int64
    /// Microjoules; survives resets.
    var lifetime: Int64?
    /// `SensorResetTime` as written.
    var resetTime: String?
    /// When a Sensor says that the value was acquired.
    var readingTime: VirtualInstant?
    var isSensor = false

    // The three steps from the resource to the number.
    var property: ReadingProperty?
    var member: PolyphaseMember?
    var leaf: ReadingLeaf

    /// The line of a polyphase property.
    var line: CircuitLine? { member?.line }

    /// Whether it speaks for its metering point as a whole and not for one line of it.
    var isWhole: Bool {
        guard line != nil else { return true }
        if case .phase? = point { return true }
        return false
    }
}
