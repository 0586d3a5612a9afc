import Electrical
import Findings
import JSONText
import VirtualTime

/// One register as one payload shows it.
struct ShownRegister {
    let reading: MeteredReading
    let resource: ObservedResource
    let exchange: ObservedExchange
    /// The metering point, where the reading speaks for the whole of it.
    let point: MeteringPoint?
    /// The reset time in this payload or, where it has none, the last one shown elsewhere.
    let resetTime: String?

    var pointer: JSONPointer { resource.pointer(of: reading) }

    /// What a reader knows it by.
    var name: String { reading.point?.name ?? resource.path }
}

/// A register by the place where it is shown.
struct RegisterKey: Hashable {
    var path: String
    var point: MeteringPoint?
    var line: CircuitLine?
}

/// The last that was seen of a register.
struct RegisterWatch {
    var value: Int64
    var lifetime: Int64?
    /// The reset time known when the value was shown.
    var resetTime: String?
    var instant: VirtualInstant
    var line: Int

    init(_ shown: ShownRegister, after last: RegisterWatch?) {
        value = shown.reading.value
        lifetime = shown.reading.lifetime ?? last?.lifetime
        resetTime = shown.resetTime
        instant = shown.exchange.instant
        line = shown.exchange.line
    }
}

/// A register that fell in a payload which does not say when it was reset: another may yet.
struct UnannouncedFall {
    var last: RegisterWatch
    var finding: Finding
}

/// An outlet is without power, and its register should stand.
struct Outage {
    var since: VirtualInstant
    var cause: String
    /// The register once the latch has caught up.
    var held: Int64?
    var heldAt: VirtualInstant?
    var resetTime: String?
}
