import JSONText
import VirtualTime

/// How a client is scraped that works only then.
struct Scrape: Sendable {
    /// With `{port}`, a free one that the client is told too.
    var url: String
    /// By the scenario's clock; nil is as often as the scenario wants totals read.
    var interval: VirtualDuration?

    /// How long, in real time, a client may take until it listens.
    static let patienceSeconds = 15

    init(_ located: Located) throws(ConfigurationError) {
        var object = try located.object()
        let address = try object.required("url")
        url = try address.string()
        guard url.hasPrefix("http://127.0.0.1:") || url.hasPrefix("http://localhost:") else {
            throw address.error("write a loopback URL such as http://127.0.0.1:{port}/metrics")
        }
        if let every = object.value("every") {
            let text = try every.string()
            guard let span = VirtualDuration(iso8601: text), span >= .seconds(1) else {
                throw every.error("'\(text)' is no ISO 8601 duration of at least PT1S")
            }
            interval = span
        }
        try object.rejectUnknownMembers()
    }
}

/// How often a client was scraped, and how often in vain.
struct ScrapeTally: Sendable {
    var count = 0
    var failures = 0
    /// The first answer that was none, for example `503`.
    var firstFailure: String?
    /// Metrics that came, and those of them that the claims table names.
    var samples = 0
    var namedSamples = 0
}
