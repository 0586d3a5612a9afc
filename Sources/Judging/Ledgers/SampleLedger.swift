import Findings
import JSONText
import VirtualTime

/// What energy and power the client read: where, how often, and how old it was.
struct SampleLedger {
    private struct Place: Hashable {
        var path: String
        var quantity: MeteredQuantity
        var line: CircuitLine?
    }

    private struct Sample {
        var time: VirtualDuration
        var line: Int
        var value: Int64
    }

    private struct Account {
        var path: String
        var pointer: String
        var quantity: MeteredQuantity
        var reads = 0
        var first: Sample
        var last: Sample
        var longestGap = VirtualDuration.zero
        /// How long before the answer the oldest value had been measured, where that was said.
        var greatestAge: VirtualDuration?
    }

    private var accounts: [Account] = []
    private var accountOf: [Place: Int] = [:]
    private var reads = 0

    mutating func note(_ exchange: ObservedExchange) {
        guard exchange.isRead else { return }
        for resource in exchange.resources {
            for reading in resource.readings
            where reading.leaf == .reading
                && (reading.quantity == .energy || reading.quantity == .power)
            {
                note(reading, of: resource, in: exchange)
            }
        }
    }

    private mutating func note(
        _ reading: MeteredReading, of resource: ObservedResource, in exchange: ObservedExchange
    ) {
        reads += 1
        let sample = Sample(time: exchange.elapsed, line: exchange.line, value: reading.value)
        let place = Place(path: resource.path, quantity: reading.quantity, line: reading.line)
        let index: Int
        if let known = accountOf[place] {
            index = known
        } else {
            index = accounts.count
            accountOf[place] = index
            accounts.append(
                Account(
                    path: resource.path, pointer: resource.pointer(of: reading).description,
                    quantity: reading.quantity, first: sample, last: sample))
        }
        let gap = sample.time - accounts[index].last.time
        accounts[index].reads += 1
        accounts[index].longestGap = max(accounts[index].longestGap, gap)
        accounts[index].last = sample
        guard reading.isSensor,
            let measured = resource.object["ReadingTime"]?.string.flatMap({
                VirtualInstant(iso8601: $0)
            })
        else { return }
        let age = max(.zero, exchange.instant - measured)
        accounts[index].greatestAge = max(accounts[index].greatestAge ?? .zero, age)
    }

    var ledger: Ledger {
        let energy = accounts.count { $0.quantity == .energy }
        let rows = accounts.map { account in
            Ledger.Row([
                .text(account.path), .text(account.pointer), .number(account.reads),
                .text(account.first.time.iso8601), .number(account.first.line),
                .text(words(account.first, account.quantity)),
                .text(account.last.time.iso8601), .number(account.last.line),
                .text(words(account.last, account.quantity)),
                .text(account.longestGap.iso8601), .init(account.greatestAge?.iso8601),
            ])
        }
        return Ledger(
            "samples",
            summary: "\(reads.counted("reading")) of \(energy.counted("energy register")) and "
                + "\((accounts.count - energy).counted("power value"))",
            columns: [
                "resource", "pointer", "reads", "first", "firstLine", "firstValue", "last",
                "lastLine", "lastValue", "longestGap", "greatestAge",
            ], rows: rows)
    }

    private func words(_ sample: Sample, _ quantity: MeteredQuantity) -> String {
        quantity == .energy ? kilowattHours(sample.value) : decimal(sample.value) + " W"
    }
}
