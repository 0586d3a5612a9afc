package import Electrical
import HTTPMessages
package import Schema
package import VirtualTime

/// A rack PDU with its Redfish service, as a value: a request goes in, a response and effects come
/// out. It does no I/O and reads no clock; the same code serves unit tests, in-process runs and
/// sockets.
package struct SmartPDU: Sendable {
    let blueprint: Blueprint
    var electrical: PowerDistribution
    var dateField = DateField()
    var accounts: AccountStore
    var basicCredentials = BasicCredentials()
    var sessions: SessionStore
    var events: EventDesk
    var labels = Labels()
    var timeService = TimeService()
    /// Where the service is reached; who listens sets it.
    package var listening = Listening()
    /// Takes PEM text apart where the certificate can be replaced: the device knows no cryptography.
    /// Nil of text that cannot be served.
    package var certificateReader: (@Sendable (_ pem: String) -> ServedCertificate?)?
    var telemetry: Telemetry
    var tasks = TaskDesk()
    var configurationExports: [ConfigurationExport] = []
    var firmwareVersion: String
    var bursts: [EventBurst] = []
    var outletGroups: OutletGroupStore
    var branchSettings: [BranchSettings]
    var mockup = MockupNotes()
    /// When a sensor was last reset alone, by its index.
    var sensorResets: [Int: VirtualInstant] = [:]
    /// Whether Sensors say when their readings were taken.
    var showsReadingTimes = true

    /// - Parameters:
    ///   - loads: One load an outlet, in the order of the configuration.
    ///   - seed: Ids, tokens, the serial number and the voltage's drift come from it.
    ///   - start: Instant at which all registers begin.
    package init(
        configuration: DeviceConfiguration, loads: [Load], seed: UInt64, start: VirtualInstant,
        catalog: MessageCatalog, privileges: PrivilegeRegistry
    ) {
        self.init(
            configuration: configuration,
            electrical: PowerDistribution(
                configuration: configuration.electrical, loads: loads, seed: seed, start: start),
            seed: seed, catalog: catalog, privileges: privileges)
    }

    /// - Parameter electrical: What the service stands before; it may have a past.
    init(
        configuration: DeviceConfiguration, electrical: PowerDistribution, seed: UInt64,
        catalog: MessageCatalog, privileges: PrivilegeRegistry
    ) {
        self.electrical = electrical
        blueprint = Blueprint(
            configuration, seed: seed, start: electrical.start, catalog: catalog,
            privileges: privileges)
        let service = configuration.service
        accounts = AccountStore(
            lockoutThreshold: Int64(service.lockoutThreshold),
            lockoutDuration: service.lockoutDuration,
            lockoutCounterResetAfter: service.lockoutCounterResetAfter)
        accounts.add(
            userName: service.userName, password: service.password, role: .administrator)
        sessions = SessionStore(
            timeout: service.sessionTimeout, limit: service.sessionLimit, seed: seed)
        events = EventDesk(
            retryAttempts: Int64(service.deliveryRetryAttempts),
            retryInterval: service.deliveryRetryInterval,
            subscriptionLimit: service.subscriptionLimit,
            queueLimit: service.eventQueueLimit)
        outletGroups = OutletGroupStore(configuration.outletGroups, start: electrical.start)
        branchSettings = configuration.electrical.branches.map { _ in BranchSettings() }
        telemetry = Telemetry(
            factoryMade: [.powerAndEnergy(blueprint.addresses)], start: electrical.start)
        firmwareVersion = configuration.identity.firmwareVersion
    }

    // MARK: Time

    /// The next instant at which the device wants to be woken, or nil.
    package var nextWake: VirtualInstant? {
        var next = earlier(electrical.nextEventInstant, events.nextWake)
        for burst in bursts { next = earlier(next, burst.nextInstant) }
        return earlier(next, nextServiceDue)
    }

    /// Lets everything happen that is due up to an instant.
    package mutating func wake(at instant: VirtualInstant) -> [Effect] {
        var effects = advance(to: instant)
        effects += events.wake(at: instant, catalog: catalog)
        effects += emitBursts(at: instant)
        return effects
    }

    /// Carries the device forward, and publishes what happened: first whatever tasks and reports
    /// are due on the way, each at its own instant.
    mutating func advance(to instant: VirtualInstant) -> [Effect] {
        var effects: [Effect] = []
        while let due = nextServiceDue, due <= instant {
            effects += publish(electrical.advance(to: due), at: due)
            effects += carryTasksForward(at: due)
            effects += reportMetrics(at: due, now: instant)
        }
        return effects + publish(electrical.advance(to: instant), at: instant)
    }

    /// When a task or a report is due next.
    private var nextServiceDue: VirtualInstant? {
        earlier(tasks.nextDue, telemetry.nextDue)
    }

    /// Publishes electrical events: those of one instant are one incident.
    mutating func publish(_ happened: [ElectricalEvent], at instant: VirtualInstant) -> [Effect] {
        guard !happened.isEmpty else { return [] }
        var effects: [Effect] = []
        for event in happened {
            switch event.kind {
            case .outletPowered(let outlet, let isPowered, let cause):
                effects.append(
                    .power(
                        outlet: outlet, isPowered: isPowered, cause: words(for: cause),
                        at: event.instant))
            case .mainsPowered(let isPowered):
                effects.append(
                    .power(
                        outlet: nil, isPowered: isPowered, cause: words(for: .mains),
                        at: event.instant))
            default: break
            }
        }
        var rest = happened[...]
        while let first = rest.first {
            let incident = rest.prefix { $0.instant == first.instant }
            effects += announce(incident.flatMap { deviceEvents(of: $0) }, at: instant)
            rest = rest.dropFirst(incident.count)
        }
        return effects
    }

    private func words(for cause: SwitchCause) -> String {
        switch cause {
        case .breaker(let branch): "breaker \(branchName(branch))"
        case .command: "command"
        case .removal: "removal"
        case .restore: "restore"
        case .mains: "mains"
        }
    }

    // MARK: Deliveries

    /// Takes note of how a delivery went.
    ///
    /// - Parameter status: Status the receiver answered with, or nil where there was no answer.
    package mutating func deliveryEnded(
        _ id: Int, status: Int?, at instant: VirtualInstant
    ) -> [Effect] {
        let succeeded = status.map { (200..<300).contains($0) } ?? false
        return events.deliveryEnded(id, succeeded: succeeded, at: instant, catalog: catalog)
    }

    /// Takes note that the client has gone from a stream of server-sent events.
    ///
    /// - Returns: Whether the stream was open.
    package mutating func streamClosed(_ stream: Int) -> Bool {
        guard events.subscriptions.contains(where: { $0.stream == stream }) else { return false }
        events.streamClosed(stream)
        return true
    }

    var isDirectCurrent: Bool { configuration.electrical.wiring == .directCurrent }

    // MARK: Names

    func outletName(_ index: Int) -> String { configuration.electrical.outlets[index].name }

    func branchName(_ index: Int) -> String { configuration.electrical.branches[index].name }

    /// What the wire shows of a metering point.
    func shown(_ point: MeteringPoint, at instant: VirtualInstant) -> Reading {
        electrical.served(electrical.reading(of: point, at: instant))
    }
}

/// Texts that users may set on resources.
struct Labels: Sendable, Hashable, Codable {
    var rackPDU = ""
    var assetTag = ""
    var outlets: [Int: String] = [:]
    var branches: [Int: String] = [:]
    var mains = ""
}

/// What users may set on a branch that changes nothing electrical.
struct BranchSettings: Sendable, Hashable, Codable {
    /// Not to be switched by autonomous logic.
    var isCritical = false
    /// Requests to switch the branch are refused.
    var isLocked = false
}

extension SmartPDU {
    /// Which paths show which metering point: what judges have to know of the service.
    package struct MeteringMap: Sendable {
        /// Outlets, branches, mains and metrics.
        package var resources: [(path: String, point: MeteringPoint)]
        package var sensors: [(path: String, point: MeteringPoint, quantity: SensedQuantity)]
    }

    /// What a sensor measures, as far as judges tell it apart.
    package enum SensedQuantity: Sendable, Hashable {
        case voltage
        case current
        case power
        case energy
        case loadPercent
        /// Frequency, unbalance, line-to-line voltage and neutral current.
        case other
    }

    package var meteringMap: MeteringMap {
        var resources: [(path: String, point: MeteringPoint)] = []
        resources += addresses.outlets.enumerated().map { ($1, .outlet($0)) }
        resources += addresses.branches.enumerated().map { ($1, .branch($0)) }
        resources.append((addresses.mains, .mains))
        resources.append((addresses.metrics, .unit))
        let sensors = sensors.definitions.map { definition in
            let quantity: SensedQuantity =
                switch definition.quantity {
                case .voltage: .voltage
                case .current: .current
                case .power: .power
                case .energy: .energy
                case .loadPercent: .loadPercent
                default: .other
                }
            return (definition.path, definition.point, quantity)
        }
        return MeteringMap(resources: resources, sensors: sensors)
    }
}

private func earlier(_ one: VirtualInstant?, _ other: VirtualInstant?) -> VirtualInstant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
}
