import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// A client that polls outlets every ten seconds, as recorders of all kinds would keep it. Bodies
/// of some 560 bytes; power to 0.01 W, energy to 0.1 Wh.
struct RecordedPolls {
    struct Poll {
        var outlet: Int
        var round: Int
        var body: JSONValue
        /// The leaves that change from poll to poll, by pointer.
        var readings: [(pointer: String, value: JSONValue)]

        var id: String { "A\(outlet + 1)" }
        var target: String { "\(RecordedPolls.base)/Outlets/\(id)" }
        var instant: VirtualInstant { RecordedPolls.start + .seconds(Int64(round) * 10) }
    }

    /// What is done to the run whose golden is compared.
    enum Edit: CaseIterable {
        /// One watt more at one outlet in one poll; the energy it has counted stays.
        case value
        /// One request twice.
        case extra
        /// The requests of each round in another order, as a concurrent client sends them.
        case reorder
    }

    static let base = "/redfish/v1/PowerEquipment/RackPDUs/1"
    static let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)
    private(set) var rounds: [[Poll]] = []

    var polls: [Poll] { rounds.flatMap(\.self) }

    init(outlets: Int, rounds: Int, edit: Edit? = nil) {
        var millijoules = [Int64](repeating: 374_000_000_000, count: outlets)
        for round in 0..<rounds {
            var polls = (0..<outlets).map { outlet in
                var milliwatts = Int64(
                    60_000 + outlet * 1700 + (round * 7919 + outlet * 104_729) % 9000)
                if edit == .value, round == rounds / 4, outlet == outlets / 2 {
                    milliwatts += 1000
                }
                millijoules[outlet] += milliwatts * 10
                return Self.poll(outlet, round, milliwatts, millijoules[outlet])
            }
            if edit == .extra, round == rounds / 4 { polls.insert(polls[1], at: 1) }
            if edit == .reorder {
                polls = polls.indices
                    .sorted { ($0 * 31 + round * 7) % 47 < ($1 * 31 + round * 7) % 47 }
                    .map { polls[$0] }
            }
            self.rounds.append(polls)
        }
    }

    private static func poll(
        _ outlet: Int, _ round: Int, _ milliwatts: Int64, _ millijoules: Int64
    ) -> Poll {
        let id = "A\(outlet + 1)"
        func number(_ units: Int64, _ decimals: Int) -> JSONValue {
            .number(JSONNumber(units: units, decimals: decimals))
        }
        let power = number(milliwatts / 10, 2)
        let current = number(milliwatts / 230, 3)
        let energy = number(millijoules / 360_000, 4)
        func sensor(_ name: String) -> JSONValue {
            .string("/redfish/v1/Chassis/PDU/Sensors/\(name)Outlet\(id)")
        }
        return Poll(
            outlet: outlet, round: round,
            body: [
                "@odata.id": .string("\(base)/Outlets/\(id)"),
                "@odata.type": "#Outlet.v1_4_4.Outlet", "Id": .string(id),
                "Name": .string("Outlet \(id)"), "OutletType": "IEC_60320_C13",
                "PhaseWiringType": "OnePhase3Wire", "PowerState": "On",
                "Status": ["State": "Enabled", "Health": "OK"], "RatedCurrentAmps": 10,
                "CurrentAmps": ["DataSourceUri": sensor("Current"), "Reading": current],
                "PowerWatts": ["DataSourceUri": sensor("Power"), "Reading": power],
                "EnergykWh": ["DataSourceUri": sensor("Energy"), "Reading": energy],
            ],
            readings: [
                ("/CurrentAmps/Reading", current), ("/EnergykWh/Reading", energy),
                ("/PowerWatts/Reading", power),
            ])
    }
}
