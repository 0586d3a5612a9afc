import Foundation
import Testing

extension BinaryTests {
    /// Event deliveries of `serve`: what leaves the machine, and what a burst costs.
    @Suite(.timeLimit(.minutes(2))) struct DeliveryTests {
        private static let subscribe = #"""
            service=http://127.0.0.1:$PORT/redfish/v1/EventService
            curl="curl -sS -u admin:123456789 -H Content-Type:application/json"
            $curl -o /dev/null -d '{"Destination":"'$TO'","Protocol":"Redfish","DeliveryRetryPolicy":"RetryForever"}' $service/Subscriptions

            """#

        @Test func deliveriesStayOnTheMachine() async throws {
            try await Harness.inFolder { harness in
                let service = try harness.start("serve", "--port", "0", "--record", "r.jsonl")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let seen = try await harness.shell(
                    """
                    PORT=\(port) TO=http://192.0.2.1:80/
                    \(Self.subscribe)
                    $curl -d '{}' $service/Actions/EventService.TestEventSubscription
                    $curl -d '{}' $service/Actions/EventService.TestEventSubscription
                    sleep 1
                    $curl $service/Subscriptions/1
                    """)
                #expect(seen.output.contains(#""State":"Enabled""#))
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
                let recording = try String(
                    contentsOfFile: "\(harness.folder)/r.jsonl", encoding: .utf8)
                // Nothing is retried, so each event is withheld once.
                #expect(recording.components(separatedBy: #""failure":"withheld""#).count == 3)
            }
        }

        @Test func aBurstForADeadReceiverDoesNotHoldUpTheEnd() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    { "$schema": "scenario.schema.json", "name": "burst", "seed": 1,
                      "start": "2026-01-15T10:00:00Z", "duration": "PT10M", "device": "smartpdu-48",
                      "timeline": [
                        { "at": "PT2S", "do": "emit-events", "count": 50000, "over": "PT0S",
                          "perPayload": 1 } ] }
                    """, to: "burst.json")
                let service = try harness.start("serve", "burst.json", "--port", "0")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let seen = try await harness.shell(
                    """
                    PORT=\(port) TO=http://127.0.0.1:1/
                    \(Self.subscribe)
                    sleep 3
                    $curl -o /dev/null -w '%{http_code}' $service
                    """)
                #expect(seen.output == "200")
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
            }
        }
    }
}
