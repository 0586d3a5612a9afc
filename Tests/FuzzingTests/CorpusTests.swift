import CSDL
import Foundation
import Fuzzing
import JSONText
import Schema
import Testing

/// Every input that is kept, those above all that once were wrong, is dealt with as its target's
/// laws have it.
@Suite(.timeLimit(.minutes(1))) struct CorpusTests {
    @Test func json() throws { try judge(with: JSONTextFuzz()) }

    @Test func csdl() throws { try judge(with: CSDLFuzz()) }

    @Test func payload() throws { try judge(with: payloadTarget) }

    @Test func golden() throws { try judge(with: GoldenFuzz()) }

    @Test func recording() throws { try judge(with: RecordingFuzz()) }

    /// What stands for good input is good, so that changes begin near it.
    @Test func goodInputIsAccepted() throws {
        #expect(try accepted(by: JSONTextFuzz()) > 10)
        #expect(try accepted(by: CSDLFuzz()) > 6)
        #expect(try accepted(by: payloadTarget) > 20)
        #expect(try accepted(by: GoldenFuzz()) > 2)
        #expect(try accepted(by: RecordingFuzz()) > 2)
    }

    /// The same number of the same seed is the same input, and others are others.
    @Test func inputsComeFromTheirNumber() throws {
        let corpus = try members(of: JSONTextFuzz.name).map(\.bytes)
        let inputs = FuzzInputs(JSONTextFuzz.self, corpus: corpus, seed: 7)
        let again = FuzzInputs(JSONTextFuzz.self, corpus: corpus, seed: 7)
        let other = FuzzInputs(JSONTextFuzz.self, corpus: corpus, seed: 8)
        let numbers = corpus.count..<corpus.count + 40
        #expect(inputs[0] == corpus[0])
        #expect(numbers.map { inputs[$0] } == numbers.reversed().map { again[$0] }.reversed())
        #expect(numbers.map { inputs[$0] } != numbers.map { other[$0] })
        #expect(Set(numbers.map { inputs[$0] }).count > 30)
    }

    /// A law that does not hold is said.
    @Test func brokenLawsAreSeen() throws {
        struct Forgetful: FuzzTarget {
            static let name = "forgetful"
            static let dictionary: [String] = []
            static func changed(
                _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
            ) -> [UInt8] { input }
            func outcome(of input: [UInt8]) -> FuzzOutcome {
                input.contains(0) ? .broken("there is a zero") : .accepted
            }
        }
        let inputs = FuzzInputs(Forgetful.self, corpus: [Array("abc".utf8)], seed: 1)
        let outcomes = (0..<200).map { Forgetful().outcome(of: inputs[$0]) }
        #expect(outcomes[0] == .accepted)
        #expect(outcomes.contains(.broken("there is a zero")))
    }

    // MARK: What is kept

    private func judge(with target: some FuzzTarget) throws {
        for member in try members(of: type(of: target).name) {
            if case .broken(let words) = target.outcome(of: member.bytes) {
                Issue.record("\(member.name): \(words)")
            }
        }
    }

    private func accepted(by target: some FuzzTarget) throws -> Int {
        try members(of: type(of: target).name).count { target.outcome(of: $0.bytes) == .accepted }
    }

    private func members(of target: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = "\(packageRoot)/Tests/FuzzingTests/Corpus/\(target)"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try names.map { ($0, try bytes(of: "\(folder)/\($0)")) }
    }

    private var payloadTarget: PayloadFuzz {
        let library = SchemaLibrary(
            source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
                try? bytes(of: "\(packageRoot)/CSDL/\(name)")
            })
        let registry = try? MessageRegistry(
            json: JSONValue(parsing: bytes(of: "\(packageRoot)/CSDL/Registries/\(Self.registry)")))
        return PayloadFuzz(schema: library, messages: MessageCatalog(registry.map { [$0] } ?? []))
    }

    private static let registry = "Power.1.2.0.json"
}

private let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

private func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
