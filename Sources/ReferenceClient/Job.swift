import HTTPTypes
import JSONText
import VirtualTime

/// What a request is for, and with that what its answer means.
enum Purpose: Hashable {
    case root
    case sessionService
    case login
    case logout
    case powerEquipment
    case unit(Int)
    case listing(Listing.Kind)
    case read(meter: Int)
    case sensor(meter: Int)
    /// The origin of an event that is no metering point.
    case inspect(String)
    case eventService
    case subscriptionEntry(String)
    case deleteStaleSubscription(String)
    case subscribe
    case checkSubscription
    case unsubscribe

    /// Everything but the root and the login itself is protected (DSP0266 1.8.1, clause 13.3.1).
    var needsCredentials: Bool {
        switch self {
        case .root, .login: false
        default: true
        }
    }
}

/// A collection as it is being read, page by page.
struct Listing {
    enum Kind: Hashable {
        case units
        case meters(Meter.Kind, unit: Int)
        case subscriptions
    }

    static let pageLimit = 256

    /// Targets of the pages asked for so far; the first is the collection itself.
    var pages: [String]
    /// Members in the order listed, each once.
    var members: [String] = []
    private var knownMembers: Set<String> = []
    /// A collection that changes while it is paged may miss members, so it is read once more.
    var isRepeated = false

    init(of collection: String, isRepeated: Bool = false) {
        pages = [collection]
        self.isRepeated = isRepeated
    }

    mutating func add(_ targets: [String]) {
        for target in targets where knownMembers.insert(target).inserted {
            members.append(target)
        }
    }
}

/// One request to be made, with what it has gone through already.
struct Job {
    var purpose: Purpose
    var method: HTTPRequest.Method
    var target: String
    var body: JSONValue?
    var listing: Listing?
    var failures = 0
    var redirects = 0
    var monitorPolls = 0
    /// Its 401s so far.
    var refusals = 0
    /// The service named the time before which it is not to be tried again.
    var wasToldToWait = false

    init(
        _ purpose: Purpose, _ method: HTTPRequest.Method, _ target: String,
        body: JSONValue? = nil
    ) {
        self.purpose = purpose
        self.method = method
        self.target = target
        self.body = body
    }

    /// A GET.
    init(_ purpose: Purpose, _ target: String) {
        self.init(purpose, .get, target)
    }

    init(listing kind: Listing.Kind, of collection: String, isRepeated: Bool = false) {
        self.init(.listing(kind), .get, collection)
        listing = Listing(of: collection, isRepeated: isRepeated)
    }
}

/// Jobs that wait for their turn, and jobs that wait for their time. A purpose waits once.
struct JobQueue {
    private(set) var ready: [Job] = []
    private var parked: [(due: VirtualInstant, job: Job)] = []
    private var waiting: Set<Purpose> = []

    var isEmpty: Bool { ready.isEmpty && parked.isEmpty }
    var earliestDue: VirtualInstant? { parked.map(\.due).min() }

    /// Adds the job unless its purpose waits already. A deferred job that has not failed is taken
    /// forward.
    mutating func add(_ job: Job) {
        if waiting.insert(job.purpose).inserted {
            ready.append(job)
        } else if let index = parked.firstIndex(where: {
            $0.job.purpose == job.purpose && $0.job.failures == 0
        }) {
            ready.append(parked.remove(at: index).job)
        }
    }

    func isWaiting(_ purpose: Purpose) -> Bool { waiting.contains(purpose) }

    mutating func putFirst(_ job: Job) {
        guard waiting.insert(job.purpose).inserted else { return }
        ready.insert(job, at: 0)
    }

    mutating func park(_ job: Job, until due: VirtualInstant) {
        guard waiting.insert(job.purpose).inserted else { return }
        parked.append((due, job))
    }

    mutating func releaseDue(at now: VirtualInstant) {
        ready += parked.filter { $0.due <= now }.map(\.job)
        parked.removeAll { $0.due <= now }
    }

    /// Takes the first job that is allowed.
    mutating func removeFirst(where isAllowed: (Job) -> Bool = { _ in true }) -> Job? {
        guard let index = ready.firstIndex(where: isAllowed) else { return nil }
        let job = ready.remove(at: index)
        waiting.remove(job.purpose)
        return job
    }

    mutating func removeAll() {
        self = JobQueue()
    }

    /// Purposes that the service asked to leave alone for now.
    var heldPurposes: Set<Purpose> {
        Set(parked.filter(\.job.wasToldToWait).map(\.job.purpose))
    }
}
