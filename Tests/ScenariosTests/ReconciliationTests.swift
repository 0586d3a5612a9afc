import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import SmartPDU
import Synchronization
import Testing
import VirtualTime

@testable import Scenarios

/// What the whole device shows adds up at every level, and a parent that is one step beyond what
/// its children allow is caught.
@Suite struct ReconciliationTests {
    private static let ramping = """
        { "name": "ramping", "seed": 5, "start": "2026-01-15T10:00:00Z", "duration": "PT2H",
          "device": "smartpdu-48",
          "loads": [ { "outlets": "1-48", "powerFactor": 0.93, "profile": [
            { "at": "PT0S", "watts": 31 }, { "at": "PT5M", "toWatts": 163, "over": "PT95M" } ] } ] }
        """

    private let scenario: Scenario
    private let poll: Poll

    init() throws {
        scenario = try Scenario(resolved: try resolver().resolve(try json(Self.ramping)))
        poll = Poll(scenario)
    }

    /// All 48 outlets and what stands above them, read at one instant.
    @Test(.timeLimit(.minutes(1)), arguments: [1_000, 3_599_999, 5_400_500])
    func aFrozenPollReconciles(milliseconds: Int64) {
        let results = totals(of: poll.walk(from: .milliseconds(milliseconds), step: .zero))
        for result in results {
            #expect(result.verdict == .pass)
            #expect(result.findings.isEmpty)
        }
        #expect(results.count == 2)
    }

    /// A walk that takes minutes crosses latches, resolutions and the ramp itself; nothing of it is
    /// read at one instant, so nothing is added up wrongly.
    @Test(.timeLimit(.minutes(1)))
    func aLongWalkFindsNothing() {
        var entries: [RecordEntry] = []
        for round in 0..<4 {
            entries += poll.walk(from: .minutes(Int64(round) * 20), step: .milliseconds(1370))
        }
        // And once more a frozen one, which still adds up after all that.
        entries += poll.walk(from: .minutes(100), step: .zero)
        for result in totals(of: entries) { #expect(result.verdict == .pass) }
    }

    /// Power is shown in steps of 0.1 W. A branch's sixteen outlets and the branch itself may each
    /// be off by half a step and half a milliwatt.
    @Test(.timeLimit(.minutes(1)))
    func powerOneStepBeyondTheBoundIsCaught() throws {
        try expectCaught(
            ["PowerWatts/Reading"], rule: "totals/power", step: 100, decimals: 3, bound: 859)
    }

    /// Energy is shown in steps of 1 W·h. Each of the seventeen registers may be off by half a step
    /// and by what has passed since its last latch, a second ago at most.
    @Test(.timeLimit(.minutes(1)))
    func energyOneQuantumBeyondTheBoundIsCaught() throws {
        let latched = 17 * 163_000 / 3600
        try expectCaught(
            ["EnergykWh/Reading", "EnergykWh/LifetimeReading"], rule: "totals/energy", step: 1000,
            decimals: 6, bound: 8500 + latched)
    }

    /// Pushes what branch A shows upwards, step by step: within the bound it passes, and the first
    /// step beyond it fails.
    ///
    /// - Parameters:
    ///   - step: Of the property, in units of 10^−`decimals`; the bound likewise.
    private func expectCaught(
        _ properties: [String], rule: String, step: Int, decimals: Int, bound: Int
    ) throws {
        let children = poll.walk(from: .minutes(80), step: .zero).filter { $0.isBelowBranchA }
        let pointers = try properties.map { try #require(JSONPointer("/\($0)")) }
        let sum = try children.dropLast().reduce(0) { sum, entry in
            let reading = try #require(try entry.payload()[pointers[0]]?.number)
            return sum + Int(try #require(reading.units(decimals: decimals)))
        }
        #expect(children.count == 17)
        for push in -1...1 {
            var changed = children
            // The last step that the bound allows, the one before, and the one after.
            let shown = (sum + bound) / step * step + push * step
            for pointer in pointers {
                try changed[16].setPayload(pointer, units: shown, decimals: decimals)
            }
            let verdict = totals(of: changed).first { $0.rule.id == rule }?.verdict
            #expect(verdict == (push > 0 ? .fail : .pass), "\(properties[0]) \(shown) for \(sum)")
        }
    }

    private func totals(of entries: [RecordEntry]) -> [RuleResult] {
        let judge = RunJudge(
            scenario, map: poll.host.meteringMap, schemaRules: [],
            validatePayload: { _, _, _ in [] })
        for (index, entry) in entries.enumerated() { judge.observe(entry, line: index + 1) }
        return judge.finish(nil).flatMap(\.results).filter { $0.rule.id.hasPrefix("totals/") }
    }
}

/// Reads a device at instants of its own choice.
private final class Poll: Sendable {
    let host: DeviceHost
    private let clock: SteppedClock
    private let start: VirtualInstant

    init(_ scenario: Scenario) {
        let clock = SteppedClock(scenario.start)
        self.clock = clock
        start = scenario.start
        host = DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            now: { clock.instant })
    }

    /// GETs everything that is metered; the step is the time between two requests.
    func walk(from offset: VirtualDuration, step: VirtualDuration) -> [RecordEntry] {
        var instant = start + offset
        for (path, _) in host.meteringMap.resources {
            clock.instant = instant
            host.wake()
            _ = host.handle(
                RequestMessage(
                    .get, path,
                    fields: [.authorization: "Basic YWRtaW46MTIzNDU2Nzg5"]))
            instant = instant + step
        }
        return host.drain().entries
    }
}

private final class SteppedClock: Sendable {
    private let value: Mutex<VirtualInstant>

    init(_ start: VirtualInstant) {
        value = Mutex(start)
    }

    var instant: VirtualInstant {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

extension RecordEntry {
    /// Of outlets 1 to 16, or of the branch that feeds them.
    fileprivate var isBelowBranchA: Bool {
        guard case .exchange(let exchange) = self else { return false }
        let target = exchange.request.target
        return target.hasSuffix("Branches/A")
            || (1...16).contains { target.hasSuffix("Outlets/\($0)") }
    }

    fileprivate func payload() throws -> JSONValue {
        guard case .exchange(let exchange) = self, let response = exchange.response else {
            return .null
        }
        return try JSONValue(parsing: response.body)
    }

    fileprivate mutating func setPayload(
        _ pointer: JSONPointer, units: Int, decimals: Int
    ) throws {
        guard case .exchange(var exchange) = self else { return }
        var payload = try payload()
        var writer = JSONWriter()
        writer.number(units: Int64(units), decimals: decimals)
        payload.replace(pointer, with: try JSONValue(parsing: writer.bytes))
        exchange.response?.body = payload.compactBytes
        self = .exchange(exchange)
    }
}
