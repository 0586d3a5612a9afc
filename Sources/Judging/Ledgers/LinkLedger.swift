import Findings

/// Where the client had every URI from that it used.
struct LinkLedger {
    private struct Use {
        var first: ExchangeReference
        var requests = 0
        var isServed: Bool
        var source: ServedResources.Place?
    }

    /// A client that invents URIs without end must not fill the memory.
    private static let limit = 5_000

    private var uses: [Use] = []
    private var useOf: [String: Int] = [:]
    private var omitted = 0

    mutating func note(_ exchange: ObservedExchange, isServed: Bool, in served: ServedResources) {
        if let known = useOf[exchange.path] {
            uses[known].requests += 1
            return
        }
        guard uses.count < Self.limit else {
            omitted += 1
            return
        }
        useOf[exchange.path] = uses.count
        uses.append(
            Use(
                first: exchange.reference, requests: 1, isServed: isServed,
                source: served.place(of: exchange.path)))
    }

    var ledger: Ledger {
        let guessed = uses.count { !$0.isServed }
        let fixed = uses.count { $0.isServed && $0.source == nil }
        let rows = uses.map { use in
            Ledger.Row(
                [
                    .text(servicePath(use.first.target)), .number(use.requests),
                    .text(use.first.time), .number(use.first.line),
                    .text(
                        use.source?.source
                            ?? (use.isServed ? "fixed by the specification" : "guessed")),
                    .init(use.source?.line), .init(use.source?.pointer),
                ], concern: use.isServed ? nil : "guessed")
        }
        return Ledger(
            "links",
            summary: "\(uses.count.counted("URI")) used: "
                + "\(grouped(uses.count - guessed - fixed)) served before, "
                + "\(grouped(fixed)) fixed by the specification, \(grouped(guessed)) guessed",
            columns: ["uri", "requests", "first", "line", "source", "servedLine", "pointer"],
            rows: rows, omitted: omitted)
    }
}
