import Findings
import Foundation
import JSONText
import Scenarios

/// Reads `expected.json`.
enum ExpectationFile {
    static func read(_ path: String) throws -> ExpectedFindings {
        let bytes = try Files.read(path)
        do {
            let expected = try ExpectedFindings(try JSONValue(parsing: bytes))
            try rejectUnknownRules(expected)
            return expected
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(path):\(error.description(in: bytes))")
        }
    }

    /// An entry that no rule can meet would be of no use, and say so to nobody.
    private static func rejectUnknownRules(
        _ expected: ExpectedFindings
    ) throws(ConfigurationError) {
        let ids = KnownRules.all.map(\.id)
        for (index, entry) in expected.entries.enumerated() {
            let isKnown =
                entry.rule.hasSuffix("/")
                ? ids.contains { $0.hasPrefix(entry.rule) } : ids.contains(entry.rule)
            guard !isKnown else { continue }
            let near = nearMiss(for: entry.rule, among: ids + KnownRules.families.map { $0 + "/" })
            throw ConfigurationError(
                "there is no rule '\(entry.rule)'"
                    + (near.map { "; did you mean '\($0)'?" }
                        ?? "; pdu-harness rules lists them"),
                at: JSONPointer(tokens: ["expected", String(index), "rule"]))
        }
    }

    /// Says which accepted failures of a client no scenario can meet, for their `at` is no scenario's
    /// name.
    static func noteUnusedPlaces(
        of expected: ExpectedFindings, asked: [String], in store: ScenarioStore
    ) {
        let places = expected.places(matchingNoneOf: asked)
        guard !places.isEmpty else { return }
        let all = ((try? store.scenarioPaths()) ?? []).compactMap {
            try? store.load($0).scenario.name
        }
        for place in places where !all.contains(where: { WildcardText.matches($0, place) }) {
            Console.note(
                "expected failures: no scenario is named '\(place)', so what stands at it accepts "
                    + "nothing; write for example '\(asked.first ?? "overload")' or '*'")
        }
    }

    /// Today by UTC, `2026-11-21`: what expiry is held against.
    static var today: String { String(Date.now.ISO8601Format().prefix(10)) }
}
