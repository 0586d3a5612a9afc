import Electrical
import Findings
import HTTPMessages
import JSONText
import Judging
import Recordings
import Replaying
import VirtualTime

/// Full recordings, the claims of clients in them: what is read is written as the same, masked
/// and judged, compared with itself, and replayed.
package struct RecordingFuzz: FuzzTarget {
    package static let name = "recording"

    package static let dictionary =
        JSONTextFuzz.dictionary + names.map { "\"\($0)\"" } + [
            "\"pdu\"", "\"outlet 1\"", "\"branch A\"", "\"mains\"", "\"kWh\"", "\"Wh\"", "\"J\"",
            "\"gCO2e\"", "\"cumulative\"", "\"interval\"", "\"measured\"", "\"estimated\"",
            "\"GET\"", "\"POST\"", "\"DELETE\"", "\"refused\"", "\"timeout\"", "429", "503",
        ]

    private static let names = [
        "t", "exchange", "delivery", "truth", "claim", "step", "streamed", "stream", "id", "method",
        "target", "headers", "body", "bodyText", "bodyBase64", "response", "status", "reason",
        "failure", "fault", "outlet", "powered", "cause", "action", "outcome", "scope", "energy",
        "unit", "kind", "quality", "from", "to", "samples", "at", "first", "last", "carbon",
        "carbonUnit", "malformedLine", "text", "Retry-After", "X-Auth-Token", "Location",
        "Last-Event-ID", "EnergykWh", "Reading", "LifetimeReading", "SensorResetTime",
        "ReadingTime", "ReadingUnits", "ReadingBasis", "PowerWatts", "ApparentVA", "PowerFactor",
        "Voltage", "CurrentAmps", "RatedCurrentAmps", "PowerLoadPercent", "Members", "Events",
        "EventId", "@odata.id", "end", "",
    ]

    package init() {}

    package static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        LineChanges.changed(
            input, with: other, values: HostileValues.values, names: names, &chance)
    }

    package func outcome(of input: [UInt8]) -> FuzzOutcome {
        let recording: Recording
        do {
            recording = try RecordingReader.read(input)
        } catch {
            return firstBroken([
                (!error.message.isEmpty, "the error has no words"),
                (error.line > 0, "the error has no line"),
            ]) ?? .refused("line \(error.line): \(error.message)")
        }
        return brokenText(of: recording) ?? brokenVerdict(on: recording)
            ?? brokenConduct(of: recording) ?? brokenReplay(of: recording) ?? .accepted
    }

    private func brokenText(of recording: Recording) -> FuzzOutcome? {
        var writer = RecordingWriter(header: recording.header)
        var masker = EntryMasker(rules: Self.rules)
        var text = writer.encodeHeader()
        for line in recording.lines {
            text += writer.encode(line.entry)
            _ = masker.mask(line.entry)
        }
        text += writer.encodeEnd()
        guard let again = try? RecordingReader.read(text) else {
            return .broken("what was written is not read")
        }
        return firstBroken([
            (again.header == recording.header, "the header is read as another"),
            (
                again.lines.map(\.entry) == recording.lines.map(\.entry),
                "what was written is read as another recording"
            ),
        ])
    }

    private static let rules: MaskRules = {
        var rules = MaskRules()
        for standard in MaskRules.Standard.allCases { rules.add(standard) }
        return rules
    }()

    private func brokenVerdict(on recording: Recording) -> FuzzOutcome? {
        let judge = Judge(facts: Self.facts, duties: Self.duties) { _, _, _ in [] }
        for line in recording.lines { judge.observe(line.entry, line: line.line) }
        let findings = judge.finish().flatMap(\.results).flatMap(\.findings)
        _ = judge.ledgers()
        return findings.first { $0.message.isEmpty }.map { .broken("\($0.ruleID) has no words") }
    }

    private func brokenConduct(of recording: Recording) -> FuzzOutcome? {
        let conduct = ConductDocument(
            header: recording.header, entries: recording.lines.map(\.entry))
        guard let again = try? ConductReader.read(conduct.encoded()) else {
            return .broken("the conduct that was written is not read")
        }
        return conduct.differences(to: again).first.map {
            .broken("the conduct that was written differs: \($0.subject)")
        }
    }

    /// Every request again, a moment after it was recorded.
    private func brokenReplay(of recording: Recording) -> FuzzOutcome? {
        var index = ReplayIndex(header: recording.header)
        var entries: [Int: RecordEntry] = [:]
        for line in recording.lines {
            entries[line.line] = line.entry
            index.note(line.entry, at: .init(offset: 0, length: 0, line: line.line))
        }
        index.finish()
        let kept = entries
        var device = ReplayDevice(
            index, load: { kept[$0.line] }, makeToken: { "token" })
        for case .exchange(let exchange) in recording.lines.lazy.map(\.entry)
        where exchange.direction == .request {
            let now = exchange.instant + .milliseconds(1)
            _ = device.answer(exchange.request, connection: 1, at: now)
            _ = device.takeDeliveries(at: now)
            _ = device.takeStreamed(at: now)
        }
        let findings = device.findings(isStrict: true).results.flatMap(\.findings)
        return findings.first { $0.message.isEmpty }.map { .broken("\($0.ruleID) has no words") }
    }
}

extension RecordingFuzz {
    private static let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)

    /// Two outlets on a branch of a single-phase unit; the second one's register wraps.
    private static let facts: DeviceFacts = {
        var facts = DeviceFacts(start: start, outlets: 2, branches: 1, phases: 1)
        let unit = "/redfish/v1/PowerEquipment/RackPDUs/1"
        facts.resources = [
            "\(unit)/Outlets/1": .outlet(0), "\(unit)/Outlets/2": .outlet(1),
            "\(unit)/Branches/A": .branch(0), "\(unit)/Mains/AC1": .mains, "\(unit)/Metrics": .unit,
        ]
        facts.sensors = [
            "/redfish/v1/Chassis/PDU/Sensors/Energy1": SensorFacts(.outlet(0), .energy)
        ]
        for point in [.outlet(0), .outlet(1), .branch(0), .mains, .unit] as [MeteringPoint] {
            facts.registers[point] = RegisterFacts(
                quantumMicrojoules: 3_600_000_000, latch: .seconds(1))
        }
        facts.registers[.outlet(1)]?.modulusMicrojoules = 36_000_000_000_000
        facts.sums = [
            LevelSum(.branch(0), of: [.outlet(0), .outlet(1)]), LevelSum(.mains, of: [.branch(0)]),
            LevelSum(.unit, of: [.mains], selfConsumptionMilliwatts: 15_000),
        ]
        facts.capacityMilliVoltAmperes = 7_360_000
        facts.sessionTimeout = .minutes(30)
        facts.lockoutThreshold = 3
        return facts
    }()

    private static let duties: ClientDuties = {
        var duties = ClientDuties()
        duties.polls = [
            PollDuty([.outlet(0), .outlet(1)], every: .minutes(10), slack: .seconds(5))
        ]
        duties.subscribes = true
        duties.streams = true
        duties.controls = true
        duties.expectedClaims = [.point(.unit), .point(.outlet(0))]
        duties.sampleTolerance = .seconds(3)
        duties.absences = [ClientAbsence(from: start + .minutes(12), until: start + .minutes(15))]
        duties.carbonIntensity = (0..<4).map {
            CarbonStep(
                from: start + .hours($0), milligramsPerKilowattHour: 100_000 * (1 + $0 % 3))
        }
        return duties
    }()
}
