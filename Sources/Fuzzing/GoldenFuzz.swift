import Recordings

/// Goldens: what is read can be shown and written, is then read as the same, and is equal to itself.
package struct GoldenFuzz: FuzzTarget {
    package static let name = "golden"

    package static let dictionary = JSONTextFuzz.dictionary + names.map { "\"\($0)\"" }

    private static let names = [
        "golden", "scenario", "client", "model", "seed", "start", "base", "match", "within",
        "pattern", "any", "sorted", "ignore", "shape", "ptr", "val", "per", "as", "same",
        "resource", "of", "sh", "v", "frame", "seq", "hd", "rq", "dl", "st", "bs", "b", "failure",
        "fault", "truth", "outlet", "powered", "claim", "step", "outcome", "+v", "+b", "+claim",
        "end", "/", "/**", "/*/0", "hdr:", "",
    ]

    package init() {}

    package static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        LineChanges.changed(
            input, with: other, values: HostileValues.values, names: names, &chance)
    }

    package func outcome(of input: [UInt8]) -> FuzzOutcome {
        let golden: GoldenDocument
        do {
            golden = try GoldenReader.read(input)
        } catch {
            return firstBroken([
                (!error.message.isEmpty, "the error has no words"),
                (error.line > 0, "the error has no line"),
            ]) ?? .refused("line \(error.line): \(error.message)")
        }
        _ = SemanticView.lines(of: golden)
        _ = golden.expand()
        let text = GoldenEncoder.encode(golden)
        let again: GoldenDocument
        do {
            again = try GoldenReader.read(text)
        } catch {
            return .broken("what was written is not read: line \(error.line): \(error.message)")
        }
        let differences = GoldenComparison.differences(golden: golden, run: again).differences
        _ = DifferenceCause.causes(of: differences, golden: golden, run: again)
        return firstBroken([
            (
                differences.isEmpty,
                "what was written differs: \(differences.first?.subject ?? "") "
                    + (differences.first?.place ?? "")
            ),
            (GoldenEncoder.encode(again) == text, "what was written is not written again"),
        ]) ?? .accepted
    }
}
