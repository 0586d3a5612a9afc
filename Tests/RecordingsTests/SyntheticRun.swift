import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// A run of a client that polls a PDU with outlets, branches and mains. Everything follows from the
/// loads, as on a device, so that tests can change one of them.
struct SyntheticRun {
    var outlets = 48
    var polls = 40
    /// Milliwatts by outlet index and poll.
    var load: @Sendable (Int, Int) -> Int64 = { outlet, poll in
        Int64(40_000 + outlet * 1700 + (poll * 7919 + outlet * 104_729) % 9000)
    }
    /// Requests of each poll in another order, as a concurrent client makes them.
    var isReordered = false

    static let start =
        VirtualInstant(iso8601: "2026-01-15T10:00:00Z")
        ?? .init(
            millisecondsSinceEpoch: 0)
    static let pdu = "/redfish/v1/PowerEquipment/RackPDUs/1"

    static let header = RecordingHeader(
        scenario: "overload", seed: 7, start: start, client: "reference", clock: "virtual",
        model: "1", resolvedScenario: ["name": "overload"], scenarioDigest: "00ff")

    var document: GoldenDocument {
        GoldenDocument(header: GoldenHeader(Self.header), entries: entries)
    }

    var entries: [RecordEntry] {
        var entries: [RecordEntry] = []
        var energyMillijoules = [Int64](repeating: 360_000_000_000, count: outlets)
        for poll in 0..<polls {
            let instant = Self.start + .seconds(Int64(poll) * 60)
            // The unit is polled more often than its outlets.
            for second in [-20, -10] as [Int64] where poll > 0 {
                let total = (0..<outlets).reduce(0) { $0 + load($1, poll) }
                entries.append(
                    get(Self.pdu + "/Metrics", metrics(total), at: instant + .seconds(second)))
            }
            var frame: [RecordEntry] = []
            for outlet in 0..<outlets {
                energyMillijoules[outlet] += load(outlet, poll) * 60
                frame.append(
                    get(
                        "\(Self.pdu)/Outlets/\(outlet + 1)",
                        Self.outlet(
                            outlet, milliwatts: load(outlet, poll),
                            millijoules: energyMillijoules[outlet], poll: poll),
                        at: instant))
            }
            let order = frame.indices.sorted {
                ($0 * 31 + poll) % frame.count < ($1 * 31 + poll) % frame.count
            }
            entries += isReordered ? order.map { frame[$0] } : frame
        }
        return entries
    }

    private func get(_ target: String, _ body: [UInt8], at instant: VirtualInstant) -> RecordEntry {
        let request = RequestMessage(
            .get, target,
            fields: [.xAuthToken: "<token#1>", .userAgent: "reference", .host: "127.0.0.1:4000"])
        let response = ResponseMessage(
            status: .ok,
            fields: [
                .contentType: "application/json", .odataVersion: "4.0", .date: instant.httpDate,
                .allow: "GET, HEAD, PATCH", .contentLength: String(body.count),
            ], body: body)
        return .exchange(
            Exchange(instant: instant, direction: .request, request: request, response: response))
    }

    private func metrics(_ milliwatts: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member(
                "@odata.type", "#PowerDistributionMetrics.v1_3_3.PowerDistributionMetrics")
            writer.member("@odata.id", Self.pdu + "/Metrics")
            writer.object("PowerWatts") { writer in
                writer.member("Reading", units: milliwatts, decimals: 3)
            }
        }
        return writer.bytes
    }

    static func outlet(
        _ index: Int, milliwatts: Int64, millijoules: Int64, poll: Int
    ) -> [UInt8] {
        let id = String(index + 1)
        let sensors = "/redfish/v1/Chassis/PDU/Sensors"
        let decivolts = Int64(2300 + (poll * 13) % 21)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("@odata.type", "#Outlet.v1_4_4.Outlet")
            writer.member("@odata.id", "\(pdu)/Outlets/\(id)")
            writer.member("Id", id)
            writer.member("Name", "Outlet \(id)")
            writer.object("Status") { writer in
                writer.member("State", "Enabled")
                writer.member("Health", "OK")
            }
            writer.member("PhaseWiringType", "OnePhase3Wire")
            writer.member("OutletType", "IEC_60320_C13")
            writer.member("RatedCurrentAmps", 10)
            writer.member("PowerState", "On")
            writer.member("PowerEnabled", true)
            writer.object("Voltage") { writer in
                writer.member("DataSourceUri", "\(sensors)/VoltageOutlet\(id)")
                writer.member("Reading", units: decivolts, decimals: 1)
            }
            writer.object("CurrentAmps") { writer in
                writer.member("DataSourceUri", "\(sensors)/CurrentOutlet\(id)")
                writer.member("Reading", units: milliwatts * 10 / decivolts, decimals: 3)
            }
            writer.object("PowerWatts") { writer in
                writer.member("DataSourceUri", "\(sensors)/PowerOutlet\(id)")
                writer.member("Reading", units: milliwatts / 100, decimals: 1)
                writer.member("ApparentVA", units: milliwatts / 95, decimals: 1)
                writer.member("ReactiveVAR", units: milliwatts / 320, decimals: 1)
                writer.member("PowerFactor", units: 95, decimals: 2)
            }
            writer.object("EnergykWh") { writer in
                writer.member("DataSourceUri", "\(sensors)/EnergyOutlet\(id)")
                writer.member("Reading", units: millijoules / 360_000, decimals: 4)
            }
            writer.object("Links") { writer in
                writer.object("BranchCircuit") { writer in
                    writer.member("@odata.id", "\(pdu)/Branches/\(["A", "B", "C"][index % 3])")
                }
            }
        }
        return writer.bytes
    }
}

func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// How many lines two texts do not have in common, each side's counted, as `git diff --numstat`.
func changedLines(_ left: [UInt8], _ right: [UInt8]) -> (removed: Int, added: Int) {
    let difference = lines(right).difference(from: lines(left))
    return (difference.removals.count, difference.insertions.count)
}
