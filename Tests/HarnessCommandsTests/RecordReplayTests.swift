import Foundation
import Testing

extension SteppedBinaryTests {
    /// `record` in front of a served PDU, and `replay` of what it leaves.
    @Suite(.timeLimit(.minutes(1))) struct RecordReplayTests {
        /// Over HTTPS to the client and HTTP to the device; the proxy is killed.
        @Test func whatAKilledProxyLeavesIsReplayed() async throws {
            try await Harness.inFolder { harness in
                harness.environment["XDG_DATA_HOME"] = harness.path("data")
                let device = try harness.start("serve", "--port", "0")
                defer { device.signal(SIGKILL) }
                let upstream = "http://127.0.0.1:\(try await device.port())"
                let proxy = try harness.start(
                    "record", "lab.jsonl", "--upstream", upstream, "--port", "0", "--tls")
                defer { proxy.signal(SIGKILL) }
                let front = "https://127.0.0.1:\(try await proxy.portBehindTheSlash())"
                let curl = "curl -sS --cacert data/pdu-harness/tls/ca.pem"
                let outlet = "redfish/v1/PowerEquipment/RackPDUs/2/Outlets/1"
                let first = try await harness.shell(
                    """
                    set -e
                    \(curl) -D head.txt -o login.json -H 'Content-Type: application/json' \
                        -d '{"UserName":"admin","Password":"123456789"}' \
                        \(front)/redfish/v1/SessionService/Sessions
                    token=$(sed -n 's/^X-Auth-Token: //p' head.txt | tr -d '\\r')
                    \(curl) -H "X-Auth-Token: $token" -o outlet.json \(front)/\(outlet)
                    \(curl) -H "X-Auth-Token: $token" -H 'Content-Type: application/json' \
                        -d '{"Destination":"http:\\/\\/127.0.0.1:9/e","Protocol":"Redfish"}' \
                        -i \(front)/redfish/v1/EventService/Subscriptions
                    ! grep -q "$token" lab.jsonl.partial
                    """)
                #expect(first.status == 0, "\(first.complaint)")
                #expect(first.output.contains(#""Destination":"http:\/\/127.0.0.1:9/e""#))
                proxy.signal(SIGKILL)
                _ = try await proxy.result()
                let recording = try harness.read("lab.jsonl.partial")
                #expect(!recording.contains("123456789"))
                #expect(recording.contains("<token#1>"))

                let replay = try harness.start(
                    "replay", "lab.jsonl.partial", "--port", "0", "--strict")
                defer { replay.signal(SIGKILL) }
                let again = "http://127.0.0.1:\(try await replay.port())"
                let second = try await harness.shell(
                    """
                    set -e
                    curl -sS -D head.txt -o login.json -H 'Content-Type: application/json' \
                        -d '{"UserName":"admin","Password":"another"}' \
                        \(again)/redfish/v1/SessionService/Sessions
                    token=$(sed -n 's/^X-Auth-Token: //p' head.txt | tr -d '\\r')
                    curl -sS -H "X-Auth-Token: $token" -o replayed.json \(again)/\(outlet)
                    cmp outlet.json replayed.json
                    curl -sS -H "X-Auth-Token: $token" \(again)/redfish/v1/PowerEquipment/RackPDUs/2/Outlet/1
                    """)
                #expect(second.status == 0, "\(second.complaint)")
                #expect(second.output.contains("nearest: GET /\(outlet)"))
                replay.signal(SIGINT)
                let end = try await replay.result()
                #expect(end.status == 1)
                #expect(end.output.contains("replay/unexpected-request"))
                #expect(end.output.contains("replay/request-not-made"))
                let judged = try await harness.run("judge", "lab.jsonl.partial")
                #expect(judged.output.contains("the recording breaks off"))
            }
        }

        @Test func aCrawlReadsTheWholeService() async throws {
            try await Harness.inFolder { harness in
                let device = try harness.start("serve", "--port", "0", "--device", "dc-3")
                defer { device.signal(SIGKILL) }
                let upstream = "http://127.0.0.1:\(try await device.port())"
                let crawl = try await harness.run(
                    "record", "dc.jsonl", "--upstream", upstream, "--port", "0", "--crawl",
                    "--user", "admin", "--password", "123456789")
                #expect(crawl.status == 0, "\(crawl.complaint)")
                #expect(crawl.output.contains(" 0 refused"))
                let judged = try await harness.run("judge", "dc.jsonl")
                #expect(judged.status == 0, "\(judged.output)")
            }
        }

        @Test(arguments: [
            ("", "the file is empty"),
            ("{\"recording\":99}\n", "format version 99"),
            ("{\"log\":{\"version\":\"1.2\"}}\n", "this is no full recording"),
            ("<<<<<<< ours\n", "merge conflict markers"),
        ])
        func whatIsNoRecordingIsSaidClearly(content: String, complaint: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write(content, to: "x.jsonl")
                let result = try await harness.run("replay", "x.jsonl", "--port", "0")
                #expect(result.status == 64)
                #expect(result.complaint.contains("x.jsonl:1: "))
                #expect(result.complaint.contains(complaint))
            }
        }

        /// An upstream that says less than it sends, or more, or no length at all that makes sense,
        /// until the recorder is killed.
        @Test func whatAnUpstreamThatLiesSaysIsReplayed() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    import socket
                    lengths = {"/less": "7", "/more": "70", "/odd": "-1", "/redfish/v1/": "12"}
                    listener = socket.create_server(("127.0.0.1", 0))
                    print("at http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
                    while True:
                        connection, _ = listener.accept()
                        path = connection.recv(65536).split()[1].decode()
                        connection.sendall(("HTTP/1.1 200 OK\\r\\nContent-Length: %s\\r\\n\\r\\n"
                            % lengths[path]).encode() + b'{"a":"1234"}')
                        connection.close()
                    """, to: "liar.py")
                let upstream = try harness.startShell("exec python3 liar.py")
                defer { upstream.signal(SIGKILL) }
                let proxy = try harness.start(
                    "record", "lies.jsonl", "--port", "0", "--upstream",
                    "http://127.0.0.1:\(try await upstream.portBehindTheSlash())")
                defer { proxy.signal(SIGKILL) }
                let port = try await proxy.portBehindTheSlash()
                func ask(_ port: Int) async throws -> String {
                    try await harness.shell(
                        """
                        for path in less more odd redfish/v1/; do
                            curl -s -o body http://127.0.0.1:\(port)/$path; echo "$? $(cat body)"
                            rm -f body
                        done
                        """
                    ).output
                }
                let seen = try await ask(port)
                // 18 is a body cut short, 56 a broken connection.
                #expect(
                    seen.split(separator: "\n").map { $0.prefix(2) } == ["0 ", "18", "56", "0 "],
                    "\(seen)")
                proxy.signal(SIGKILL)
                _ = try await proxy.result()
                let recording = try harness.read("lies.jsonl.partial")
                #expect(recording.contains(#""failure":"short-body""#))

                let replay = try harness.start("replay", "lies.jsonl.partial", "--port", "0")
                defer { replay.signal(SIGKILL) }
                let again = try await ask(try await replay.portBehindTheSlash())
                #expect(
                    again.split(separator: "\n").map { $0.prefix(2) }
                        == seen.split(separator: "\n").map { $0.prefix(2) }, "\(again)")
            }
        }

        /// The recording says nothing of a device that was not asked, and of one that answers no
        /// HTTP the right thing.
        @Test func whoIsToBlameIsSaid() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    import socket
                    listener = socket.create_server(("127.0.0.1", 0))
                    print("at http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
                    while True:
                        connection, _ = listener.accept()
                        path = connection.recv(65536).split()[1].decode()
                        folded = "X-Folded: a\\r\\n b\\r\\n" if path == "/folded" else ""
                        connection.sendall(("HTTP/1.1 200 OK\\r\\n%sContent-Length: 2\\r\\n\\r\\n{}"
                            % folded).encode())
                        connection.close()
                    """, to: "old.py")
                let upstream = try harness.startShell("exec python3 old.py")
                defer { upstream.signal(SIGKILL) }
                let proxy = try harness.start(
                    "record", "old.jsonl", "--port", "0", "--upstream",
                    "http://127.0.0.1:\(try await upstream.portBehindTheSlash())")
                defer { proxy.signal(SIGKILL) }
                let address = "http://127.0.0.1:\(try await proxy.portBehindTheSlash())"
                let seen = try await harness.shell(
                    """
                    ask() { curl -s -o body -w '%{http_code}\\n' "$@"; }
                    ask -X OPTIONS --request-target '*' \(address)/
                    ask -X CONNECT --request-target 127.0.0.1:9 \(address)/
                    ask --request-target ftp://x/y \(address)/
                    ask \(address)/folded
                    """)
                #expect(seen.output == "501\n501\n400\n000\n")
                proxy.signal(SIGTERM)
                let end = try await proxy.result()
                #expect(end.complaint.contains("OPTIONS * is neither passed on nor recorded"))
                #expect(end.complaint.contains("CONNECT 127.0.0.1:9 is neither passed on"))
                #expect(end.complaint.contains("GET ftp://x/y is neither passed on"))
                #expect(
                    end.complaint.contains(
                        "GET /folded: nothing can be passed on, for the answer is no HTTP: "
                            + "a header field is malformed, or folded over several lines"))
                #expect(end.output.contains("recorded 1 exchange"), "\(end.output)")
            }
        }

        /// What was observed once cannot be had again.
        @Test func nothingThatWasRecordedIsReplacedUnasked() async throws {
            try await Harness.inFolder { harness in
                try harness.write("whole", to: "a.jsonl")
                try harness.write("killed", to: "b.jsonl.partial")
                try harness.write("", to: "empty.jsonl")
                let record = ["--upstream", "http://127.0.0.1:1"]
                for (file, taken) in [("a.jsonl", "a.jsonl"), ("b.jsonl", "b.jsonl.partial")] {
                    let commands = [["record", file] + record, ["serve", "--record", file]]
                    for command in commands {
                        let result = try await harness.run(command)
                        #expect(result.status == 64)
                        #expect(result.complaint.contains("\(taken) is there already"))
                        #expect(result.complaint.contains("--overwrite"))
                    }
                }
                for command in [["a.jsonl", "--overwrite"], ["empty.jsonl"]] {
                    let result = try await harness.run(["record"] + command + record)
                    #expect(result.complaint.contains("nobody listens there"))
                }
                #expect(try harness.read("a.jsonl") == "whole")
                #expect(try harness.read("b.jsonl.partial") == "killed")
            }
        }

        @Test func aDeviceThatIsNotThereIsToldAtOnce() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run(
                    "record", "x.jsonl", "--upstream", "http://127.0.0.1:1")
                #expect(result.status == 64)
                #expect(result.complaint.contains("nobody listens there"))
                #expect(harness.names(in: ".").isEmpty)
                // A service is named by its root; of anything else nothing would be kept.
                for address in ["http://127.0.0.1:1?x=1", "http://127.0.0.1:1/#x"] {
                    let result = try await harness.run("record", "x.jsonl", "--upstream", address)
                    #expect(result.status == 64)
                    #expect(
                        result.complaint.contains("without query and fragment: http://127.0.0.1:1"))
                }
            }
        }
    }
}

extension RunningHarness {
    /// The port that a proxy says it listens on, after the device's.
    fileprivate func portBehindTheSlash() async throws -> Int {
        while process.isRunning {
            if let match = outputSoFar.firstMatch(of: /at https?:\/\/127\.0\.0\.1:(\d+)/) {
                return try #require(Int(match.1))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.fileReadUnknown)
    }
}
