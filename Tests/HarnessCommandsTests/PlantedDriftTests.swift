import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Testing
import Wire

@testable import HarnessCommands

extension BinaryTests {
    /// `drift` against a served PDU that answers otherwise than it did, and one that does not.
    @Suite(.timeLimit(.minutes(2))) struct PlantedDriftTests {
        private static let scenario = """
            { "$schema": "scenario.schema.json", "name": "small", "seed": 3,
              "start": "2026-01-15T10:00:00Z", "duration": "PT10M", "device": "smartpdu-48",
              "adjust": { "outletCount": 3, "outletGroups": [], "loads": [],
                "branches": [ { "name": "A", "line": 1, "outlets": "1-3", "ratedAmps": 16,
                  "breaker": "C", "cautionAmps": 12.8, "criticalAmps": 16 } ] },
              "loads": [ { "outlets": "1-3", "powerFactor": 0.98, "watts": 200 } ] }
            """
        private static let unit = "/redfish/v1/PowerEquipment/RackPDUs/2"
        private static let sensors = "/redfish/v1/Chassis/PDU/Sensors"
        private static let login = "--user admin --password 123456789"

        // MARK: What is planted

        /// One change of one answer, and how it is to be found.
        private struct Planted: Sendable {
            enum Change: Sendable {
                case text(String, String)
                case status(HTTPResponse.Status)
                case field(HTTPField.Name, String?)
                case body(String)
                case reset
            }

            var path: String
            var change: Change
            var rule: String
            var pointer = ""

            func answer(_ response: ResponseMessage) -> ServerReply {
                var response = response
                response.head.headerFields[.contentLength] = nil
                switch change {
                case .text(let old, let new):
                    let text = String(decoding: response.body, as: UTF8.self)
                    response.body = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
                case .status(let status): response.head.status = status
                case .field(let name, let value): response.head.headerFields[name] = value
                case .body(let text): response.body = Array(text.utf8)
                case .reset: return .resetConnection
                }
                return .respond(response)
            }
        }

        private static let planted: [Planted] = [
            // Types and properties.
            .init(
                path: "\(unit)/Outlets/1",
                change: .text(#""PowerEnabled":true"#, #""PowerEnabled":"On""#),
                rule: "drift/type", pointer: "/PowerEnabled"),
            .init(
                path: "\(unit)/Outlets/1",
                change: .text(#""OutletType":"IEC_60320_C13","#, ""),
                rule: "drift/missing-property", pointer: "/OutletType"),
            .init(
                path: "\(unit)/Outlets/1", change: .text(#""Id":"1","#, #""Id":"1","Extra":1,"#),
                rule: "drift/added-property", pointer: "/Extra"),
            .init(
                path: "\(unit)/Outlets/1",
                change: .text(#""PowerState":"On""#, #""PowerState":"Dimmed""#),
                rule: "drift/schema", pointer: "/PowerState"),
            .init(
                path: "\(unit)/Outlets/1",
                change: .text("Outlet.v1_4_4.Outlet", "Outlet.v1_4_3.Outlet"),
                rule: "drift/value", pointer: "/@odata.type"),
            // Constants, units, ratings.
            .init(
                path: "\(unit)/Outlets/2",
                change: .text(#""NominalVoltage":"AC230V""#, #""NominalVoltage":"AC120V""#),
                rule: "drift/value", pointer: "/NominalVoltage"),
            .init(
                path: "\(unit)/Outlets/2",
                change: .text(#""PowerControlLocked":false"#, #""PowerControlLocked":true"#),
                rule: "drift/value", pointer: "/PowerControlLocked"),
            .init(
                path: "\(unit)/Outlets/2",
                change: .text(#""Name":"Outlet 2""#, #""Name":"Port 2""#),
                rule: "drift/value", pointer: "/Name"),
            .init(
                path: "\(unit)/Outlets/2",
                change: .text("Actions/Outlet.PowerControl\"", "Actions/Outlet.Control\""),
                rule: "drift/lost-link", pointer: "/Actions/#Outlet.PowerControl/target"),
            .init(
                path: "\(sensors)/PowerOutlet1",
                change: .text(#""ReadingUnits":"W""#, #""ReadingUnits":"kW""#),
                rule: "drift/value", pointer: "/ReadingUnits"),
            .init(
                path: "/redfish/v1/Managers/Manager",
                change: .text(#""DateTime":"20"#, #""DateTime":"the 20"#),
                rule: "drift/format", pointer: "/DateTime"),
            // Readings.
            .init(
                path: "\(unit)/Outlets/3",
                change: .text(#"PowerOutlet3","Reading":"#, #"PowerOutlet3","Reading":100000"#),
                rule: "drift/reading", pointer: "/PowerWatts/Reading"),
            .init(
                path: "\(unit)/Outlets/3",
                change: .text(#"CurrentOutlet3","Reading":"#, #"CurrentOutlet3","Reading":-"#),
                rule: "drift/reading", pointer: "/CurrentAmps/Reading"),
            .init(
                path: "\(sensors)/FrequencyMains", change: .text(#""Reading":"#, #""Reading":1"#),
                rule: "drift/reading", pointer: "/Reading"),
            .init(
                path: "\(unit)/Outlets/3",
                change: .text(#"VoltageOutlet3","Reading":"#, #"VoltageOutlet3","Reading":1"#),
                rule: "drift/reading", pointer: "/Voltage/Reading"),
            // Links.
            .init(
                path: "\(unit)/Outlets", change: .text("Outlets/3\"", "Outlets/4\""),
                rule: "drift/lost-link", pointer: "/Members"),
            .init(
                path: "\(unit)/Branches/A", change: .text("Mains/AC1", "Mains/AC2"),
                rule: "drift/lost-link", pointer: "/Links/"),
            // Statuses, header fields, bodies.
            .init(path: "\(unit)/Metrics", change: .status(.notFound), rule: "drift/status"),
            .init(
                path: "/redfish/v1/EventService", change: .status(.internalServerError),
                rule: "drift/status"),
            .init(
                path: "/redfish/v1/SessionService", change: .field(.allow, "GET"),
                rule: "drift/header"),
            .init(
                path: "/redfish/v1/Managers", change: .field(.odataVersion, nil),
                rule: "drift/header"),
            .init(
                path: "/redfish/v1/PowerEquipment", change: .field(.eTag, nil),
                rule: "drift/header"),
            .init(
                path: "/redfish/v1/Chassis", change: .body("<html></html>"), rule: "drift/body"),
            .init(path: "/redfish/v1/TaskService", change: .reset, rule: "drift/answer"),
        ]

        /// Passes everything on to a device and changes its answers.
        private func front(
            of device: Int, with sender: HTTPSender, _ planted: [Planted]
        ) async throws -> HTTPServer {
            try await HTTPServer.start { request in
                let reply = DeferredReply {}
                Task {
                    var request = request
                    request.head.headerFields[.contentLength] = nil
                    let answer = await sender.send(request, to: Origin(port: device))
                    guard case .success(let response) = answer else {
                        return reply.give(.resetConnection)
                    }
                    let here = planted.filter {
                        $0.path == request.path && request.head.method == .get
                    }
                    guard let last = here.last else { return reply.give(.respond(response)) }
                    var changed = response
                    for change in here.dropLast() {
                        if case .respond(let next) = change.answer(changed) { changed = next }
                    }
                    reply.give(last.answer(changed))
                }
                return .later(reply)
            }
        }

        /// What `drift` says of a device that gives the planted answers.
        private func drift(
            of device: Int, _ planted: [Planted], in harness: Harness
        ) async throws -> (result: Harness.Result, found: Set<[String]>) {
            let sender = HTTPSender()
            let front = try await front(of: device, with: sender, planted)
            let result = try await harness.shell(
                "$HARNESS drift a.jsonl \(Self.login) --report json=drift.json "
                    + "--against http://127.0.0.1:\(front.port)")
            try await front.stop()
            await sender.shutdown()
            let report = try JSONValue(parsing: Array(harness.read("drift.json").utf8))
            let rules =
                report["scenarios"]?.array?.first?["groups"]?.array?
                .flatMap { $0["results"]?.array ?? [] } ?? []
            let findings = rules.flatMap { $0["findings"]?.array ?? [] }
            let found = findings.map { finding in
                [
                    finding["exchange"]?["target"]?.string ?? "", finding["rule"]?.string ?? "",
                    finding["pointer"]?.string ?? "",
                ]
            }
            return (result, Set(found))
        }

        @Test func everyPlantedDriftIsFoundAndNothingElse() async throws {
            try await Harness.inFolder { harness in
                try harness.write(Self.scenario, to: "small.json")
                let device = try harness.start("serve", "small.json", "--port", "0")
                defer { device.signal(SIGKILL) }
                let port = try await device.port()
                let crawl = try await harness.shell(
                    "$HARNESS record a.jsonl --crawl --port 0 \(Self.login) "
                        + "--upstream http://127.0.0.1:\(port)")
                #expect(crawl.status == 0, "\(crawl.complaint)")

                let (same, nothing) = try await drift(of: port, [], in: harness)
                #expect(same.status == 0, "\(same.output)")
                #expect(nothing.isEmpty)
                #expect(Self.planted.count > 20)
                let (other, found) = try await drift(of: port, Self.planted, in: harness)
                #expect(other.status == 1)
                for planted in Self.planted {
                    #expect(
                        found.contains {
                            $0[0] == planted.path && $0[1] == planted.rule
                                && $0[2].hasPrefix(planted.pointer)
                        }, "\(planted) was not found in \(found)")
                }
                // One link that leads elsewhere is a lost one and an added one.
                #expect(found.count == Self.planted.count + 1, "\(found)")
            }
        }

        // MARK: Changes

        /// Records a client that changes things, against a fresh PDU.
        private func recordChanges(in harness: Harness) async throws {
            try harness.write(Self.scenario, to: "small.json")
            let device = try harness.start("serve", "small.json", "--port", "0")
            defer { device.signal(SIGKILL) }
            let proxy = try harness.start(
                "record", "w.jsonl", "--port", "0", "--upstream",
                "http://127.0.0.1:\(try await device.port())")
            while !proxy.outputSoFar.contains("stop with Ctrl-C") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let port = try #require(
                proxy.outputSoFar.firstMatch(of: /at http:\/\/127\.0\.0\.1:(\d+)/)?.1)
            let client = try await harness.shell(
                """
                set -e
                ask() { curl -sS -o answer -u admin:123456789 -H 'Content-Type: application/json' "$@"; }
                unit=http://127.0.0.1:\(port)\(Self.unit)
                ask $unit/Outlets/1
                ask -X PATCH -d '{"UserLabel":"rack 7"}' $unit/Outlets/1
                ask $unit/Outlets/1
                ask -d '{"PowerState":"Off"}' $unit/Outlets/2/Actions/Outlet.PowerControl
                ask -X PATCH -d '{"PowerState":"Off"}' $unit/Outlets/3
                ask -D head -d '{"Name":"G","Links":{"Outlets":[{"@odata.id":"\(Self.unit)/Outlets/1"}]}}' \
                    $unit/OutletGroups
                group=http://127.0.0.1:\(port)$(sed -n 's/^Location: //p' head | tr -d '\\r')
                ask $group
                ask $unit/OutletGroups
                ask -X DELETE $group
                """)
            #expect(client.status == 0, "\(client.complaint)")
            proxy.signal(SIGTERM)
            #expect(try await proxy.result().status == 0)
        }

        private func label(_ harness: Harness, _ port: Int) async throws -> String {
            try await harness.shell(
                "curl -s -u admin:123456789 http://127.0.0.1:\(port)\(Self.unit)/Outlets/1"
            ).output
        }

        @Test func changesAreMadeAgainAndUndone() async throws {
            try await Harness.inFolder { harness in
                try await recordChanges(in: harness)
                let device = try harness.start("serve", "small.json", "--port", "0")
                defer { device.signal(SIGKILL) }
                let port = try await device.port()
                let before = try await label(harness, port)
                // Somebody else's group has the address that the recorded one had.
                _ = try await harness.shell(
                    """
                    curl -s -u admin:123456789 -H 'Content-Type: application/json' \
                        -d '{"Name":"G","Links":{"Outlets":[{"@odata.id":"\(Self.unit)/Outlets/2"}]}}' \
                        http://127.0.0.1:\(port)\(Self.unit)/OutletGroups
                    """)
                let drift = try await harness.shell(
                    "$HARNESS drift w.jsonl --writes \(Self.login) --report json=d.json "
                        + "--against http://127.0.0.1:\(port)")
                #expect(drift.status == 0)
                #expect(drift.words.contains("9 requests, 0 broken contracts"), "\(drift.output)")
                #expect(drift.words.contains("changes: 1 undone, 1 that last"), "\(drift.output)")
                func userLabel(_ text: String) -> String? {
                    text.firstMatch(of: /"UserLabel":[^,]*/).map { String($0.0) }
                }
                #expect(userLabel(before) != nil)
                #expect(try await userLabel(label(harness, port)) == userLabel(before))
            }
        }

        @Test func aDeviceThatRefusesChangesHasDrifted() async throws {
            try await Harness.inFolder { harness in
                try await recordChanges(in: harness)
                let device = try harness.start("serve", "small.json", "--port", "0")
                defer { device.signal(SIGKILL) }
                let address = "http://127.0.0.1:\(try await device.port())"
                let reader = try await harness.shell(
                    """
                    curl -s -u admin:123456789 -H 'Content-Type: application/json' \
                        -d '{"UserName":"eve","Password":"eve-1234567","RoleId":"ReadOnly"}' \
                        \(address)/redfish/v1/AccountService/Accounts
                    """)
                #expect(reader.output.contains("ManagerAccount"))
                let drift = try await harness.shell(
                    "$HARNESS drift w.jsonl --writes --user eve --password eve-1234567 "
                        + "--against \(address)")
                #expect(drift.status == 1)
                #expect(drift.output.contains("drift/status"))
                #expect(drift.words.contains("changes: 0 undone, 0 that last"), "\(drift.output)")
                // Without --writes nothing is sent but reads, and what the client made is not asked.
                let reads = try await harness.shell(
                    "$HARNESS drift w.jsonl --user eve --password eve-1234567 --against \(address)")
                #expect(reads.words.contains("2 requests"), "\(reads.output)")
            }
        }
    }
}
