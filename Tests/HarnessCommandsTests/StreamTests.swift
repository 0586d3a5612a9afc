import Foundation
import Testing

extension BinaryTests {
    /// Server-Sent Events of `serve`, read by a client that is nothing but a socket.
    @Suite(.timeLimit(.minutes(1))) struct StreamTests {
        /// Opens the stream on descriptor 3, has a test event sent, and reads up to it; then the
        /// destination is deleted, and the rest is read up to the end of the connection.
        private static let session = #"""
            set -u
            exec 3<>/dev/tcp/127.0.0.1/$PORT
            printf 'GET /redfish/v1/EventService/SSE HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Basic YWRtaW46MTIzNDU2Nzg5\r\n\r\n' >&3
            read -r status <&3; echo "status $status"
            service=http://127.0.0.1:$PORT/redfish/v1/EventService
            curl="curl -sS -u admin:123456789 -H Content-Type:application/json"
            $curl $service/Subscriptions/1; echo
            $curl -d '{"MessageId":"ResourceEvent.1.4.TestMessage","EventId":"mine"}' $service/Actions/EventService.SubmitTestEvent
            while read -r line <&3; do
                case "$line" in id:*|data:*) echo "$line" ;; esac
                case "$line" in data:*) break ;; esac
            done
            $curl -X DELETE $service/Subscriptions/1
            cat <&3
            $curl -o /dev/null -w 'then %{http_code}\n' $service/Subscriptions/1
            """#

        @Test func followsTheService() async throws {
            try await Harness.inFolder { harness in
                let service = try harness.start(
                    "serve", "--port", "0", "--record", "stream.recording.jsonl")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let seen = try await harness.shell("PORT=\(port)\n\(Self.session)").output
                #expect(seen.contains("status HTTP/1.1 200 OK"))
                #expect(seen.contains(#""SubscriptionType":"SSE""#))
                #expect(seen.contains("id: "))
                #expect(seen.contains(#""EventId":"mine""#))
                #expect(seen.contains("SubscriptionTerminated"))
                #expect(seen.hasSuffix("then 404\n"))
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
                let recording = try String(
                    contentsOfFile: "\(harness.folder)/stream.recording.jsonl", encoding: .utf8)
                #expect(recording.contains(#""streamed":{"stream":1,"id":"#))
                #expect(recording.contains(#""streamed":{"stream":1}"#))
                let judged = try await harness.run("judge", "stream.recording.jsonl")
                #expect([0, 1].contains(judged.status), "\(judged.complaint)")
            }
        }
    }
}
