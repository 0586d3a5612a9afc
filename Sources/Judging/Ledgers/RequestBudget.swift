import Findings
import HTTPMessages
import HTTPTypes
import Recordings
import VirtualTime

/// What the client asks of the device. Bytes and connections are not in it: they hang on addresses
/// and ports, and a report is the same bytes everywhere.
struct RequestBudget {
    private let start: VirtualInstant
    /// Scenario time of one second of the run's clock.
    private let window: VirtualDuration
    private var requests = 0
    private var failures = 0
    private var countByMethod: [String: Int] = [:]
    private var countByClass = [0, 0, 0, 0, 0]
    private var first: VirtualInstant?
    private var last: VirtualInstant?
    /// Requests of the latest window, oldest first from `oldest` on.
    private var recent: [VirtualInstant] = []
    private var oldest = 0
    private var peak = 0
    private var peakAt = VirtualDuration.zero

    init(start: VirtualInstant, window: VirtualDuration) {
        self.start = start
        self.window = window
    }

    mutating func note(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else { return }
        requests += 1
        countByMethod[exchange.method.rawValue, default: 0] += 1
        if let response = exchange.exchange.response {
            let kind = response.status / 100 - 1
            if countByClass.indices.contains(kind) { countByClass[kind] += 1 }
        } else {
            failures += 1
        }
        first = first ?? exchange.instant
        last = exchange.instant
        notePeak(exchange.instant)
    }

    private mutating func notePeak(_ instant: VirtualInstant) {
        recent.append(instant)
        while recent[oldest] + window <= instant { oldest += 1 }
        if oldest > 4096 {
            recent.removeFirst(oldest)
            oldest = 0
        }
        guard recent.count - oldest > peak else { return }
        peak = recent.count - oldest
        peakAt = instant - start
    }

    var ledger: Ledger {
        let mean = meanPerHour.map { "\(grouped($0)) an hour of the scenario" } ?? "no rate"
        var rows = [Ledger.Row([.text("requests"), .number(requests)])]
        func add(_ figure: String, _ cell: Ledger.Cell) {
            rows.append(.init([.text(figure), cell]))
        }
        for method in countByMethod.keys.sorted() {
            add(method, .init(countByMethod[method]))
        }
        for (kind, count) in countByClass.enumerated() where count > 0 {
            add("answered \(kind + 1)xx", .number(count))
        }
        if failures > 0 { add("without an answer", .number(failures)) }
        add("mean an hour of the scenario", .init(meanPerHour))
        add("most in one second", .number(peak))
        add("that second ends", .text(peakAt.iso8601))
        return Ledger(
            "requests",
            summary: "\(requests.counted("request")), \(mean), at most \(grouped(peak)) in one "
                + "second",
            columns: ["figure", "value"], rows: rows)
    }

    private var meanPerHour: Int? {
        guard let first, let last, last > first else { return nil }
        return Int(Int64(requests) * 3_600_000 / (last - first).milliseconds)
    }
}
