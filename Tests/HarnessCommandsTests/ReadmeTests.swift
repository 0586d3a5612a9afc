import Foundation
import Testing

extension BinaryTests {
    /// What the README says is true: its commands are taken from it and run.
    @Suite(.timeLimit(.minutes(5))) struct ReadmeTests {
        private let readme: String

        init() throws {
            readme = try String(contentsOfFile: packageRoot + "/README.md", encoding: .utf8)
        }

        /// The commands under a heading, without the blanks before them.
        private func commands(under heading: String) throws -> [String] {
            let start = try #require(readme.range(of: "## \(heading)\n"))
            let section = readme[start.upperBound...].prefix(
                upTo: readme[start.upperBound...].range(of: "\n## ")?.lowerBound ?? readme.endIndex)
            return section.split(separator: "\n").filter {
                $0.hasPrefix("    pdu-harness ") || $0.hasPrefix("    sh ")
            }.map { String($0.dropFirst(4)) }
        }

        private func words(_ command: String) -> [String] {
            command.split(separator: " ").dropFirst().map(String.init)
        }

        @Test func theFirstScenarioRunsAndIsAccepted() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let start = try #require(readme.range(of: "```json\n"))
                let end = try #require(readme[start.upperBound...].range(of: "```"))
                try harness.write(
                    String(readme[start.upperBound..<end.lowerBound]), to: "my-first.json")
                let commands = try commands(under: "A scenario of your own")
                #expect(commands.count == 3)
                var statuses: [Int32] = []
                for command in commands + commands.dropFirst().prefix(1) {
                    let result = try await harness.shell(
                        "\"$HARNESS\" \(words(command).joined(separator: " "))")
                    statuses.append(result.status)
                }
                // Explained, run without a golden, accepted, and run again.
                #expect(statuses == [0, 2, 0, 0])
            }
        }

        @Test func aClientIsJudgedByWhatItDid() async throws {
            try await Harness.inFolder { harness in
                let commands = try commands(under: "Judge your own client")
                #expect(commands.count == 5)
                let service = try harness.start(
                    "serve", "overload", "--port", "0", "--record", "mine.recording.jsonl")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let client = words(commands[4]).joined(separator: " ")
                    .replacingOccurrences(of: ":8000", with: ":\(port)")
                    .replacingOccurrences(of: "PT2M", with: "PT2S")
                #expect(try await harness.shell("\"$HARNESS\" \(client)").status == 0)
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
                let judged = try await harness.shell(
                    "\"$HARNESS\" \(words(commands[3]).joined(separator: " "))")
                #expect(judged.output.contains("pass  schema"))
                #expect(judged.output.contains("pass  session lifecycle"))
            }
        }

        @Test func theReferenceClientIsJudgedAsAProgram() async throws {
            try await Harness.inFolder { harness in
                let command = try commands(under: "Judge your own client")[1]
                    .replacing("run overload", with: "run overload --clock paced:240")
                    .replacing("pdu-harness ", with: "\"$HARNESS\" ")
                let result = try await harness.shell(command)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
            }
        }

        @Test func theManifestShownIsOne() async throws {
            try await Harness.inFolder { harness in
                let start = try #require(readme.range(of: "```json\n{ \"name\""))
                let end = try #require(readme[start.upperBound...].range(of: "```"))
                let manifest = readme[start.lowerBound..<end.lowerBound].dropFirst(8)
                try harness.write(String(manifest), to: "pdu-harness.json")
                let accepted = try #require(readme.range(of: "```json\n{ \"expected\""))
                let rest = readme[accepted.lowerBound...].dropFirst(8)
                let expected = rest[..<(try #require(rest.range(of: "```")).lowerBound)]
                try harness.write(String(expected), to: "expected.json")
                let result = try await harness.run("run", "overload")
                // It is understood; only the template that it names is not here.
                #expect(result.lastLine.contains("cannot read aggregator.ini.in"))
            }
        }

        @Test func everyCommandOfTheTableExplainsItself() async throws {
            let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `") }
            let names = rows.flatMap { row in
                row.split(separator: "|")[0].split(separator: "·").compactMap { cell in
                    cell.split(separator: "`").dropFirst().first?.split(separator: " ").first
                }
            }.filter { $0.first?.isLetter == true && !$0.contains("/") }
            #expect(names.count >= 10)
            try await Harness.inFolder { harness in
                for name in names {
                    let result = try await harness.run(String(name), "--help")
                    #expect(result.status == 0, "\(name)")
                    #expect(result.output.contains("USAGE"), "\(name)")
                }
            }
        }

        @Test func setUpCommandsAreTheOnesThatCIRuns() async throws {
            let commands = try commands(under: "Run it")
            #expect(commands.count == 2)
            #expect(commands.allSatisfy { $0.hasPrefix("sh .ci/") })
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    """
                    cd '\(packageRoot)' && sh -n .ci/with-libxml2 && sh -n .ci/test && bash -n .ci/run
                    """)
                #expect(result.status == 0)
            }
        }
    }
}
