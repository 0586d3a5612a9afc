import JSONText
import VirtualTime

/// One difference between the conduct on file and that of a run.
package struct ConductDifference: Sendable, Hashable {
    /// What the client reacted to: `start`, a step, `stop`; `run` for what concerns all of it.
    package var cause: String
    package var subject: String
    package var golden: String?
    package var run: String?
}

extension ConductDocument {
    /// How a run's conduct differs from this golden, with this golden's matchers.
    package func differences(to run: ConductDocument) -> [ConductDifference] {
        var comparison = ConductComparison(golden: self, run: run)
        comparison.compare()
        return comparison.differences
    }

    /// Matchers that no request has any use for.
    package func staleMatchers(comparedWith run: ConductDocument) -> [GoldenMatcher] {
        matchers.withoutUse(inGolden: leafNames, inRun: run.leafNames)
    }

    private var leafNames: Set<String> {
        Set(
            phases.flatMap(\.acts).flatMap { act in
                act.body.map(\.name) + act.fields.map { MessageShape.headerPrefix + $0.name }
            })
    }
}

private struct ConductComparison {
    let golden: ConductDocument
    let run: ConductDocument
    private(set) var differences: [ConductDifference] = []

    init(golden: ConductDocument, run: ConductDocument) {
        self.golden = golden
        self.run = run
    }

    mutating func compare() {
        let headers = [
            ("scenario", golden.header.scenario, run.header.scenario),
            ("client", golden.header.client, run.header.client),
            ("seed", String(golden.header.seed), String(run.header.seed)),
        ]
        for (name, mine, theirs) in headers where mine != theirs {
            report("run", name, mine, theirs)
        }
        comparePolls()
        let theirs = Dictionary(
            run.phases.map { ($0.cause, $0) }, uniquingKeysWith: { first, _ in first })
        for phase in golden.phases {
            compare(phase, theirs[phase.cause] ?? ConductPhase(cause: phase.cause))
        }
        let known = Set(golden.phases.map(\.cause))
        for phase in run.phases where !known.contains(phase.cause) {
            compare(ConductPhase(cause: phase.cause), phase)
        }
        for (name, mine, theirs) in [
            ("acknowledgement of events", golden.acknowledgements, run.acknowledgements),
            ("claim", golden.claims.map(\.compactText), run.claims.map(\.compactText)),
        ] {
            for text in mine where !theirs.contains(text) { report("run", name, text, nil) }
            for text in theirs where !mine.contains(text) { report("run", name, nil, text) }
        }
    }

    private mutating func report(
        _ cause: String, _ subject: String, _ golden: String?, _ run: String?
    ) {
        differences.append(
            ConductDifference(cause: cause, subject: subject, golden: golden, run: run))
    }

    // MARK: Polls

    private mutating func comparePolls() {
        let mine = Dictionary(
            golden.polls.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
        let theirs = Dictionary(
            run.polls.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
        for poll in golden.polls {
            guard let other = theirs[poll.target] else {
                report("run", "poll of \(poll.target)", "every \(poll.every.iso8601)", nil)
                continue
            }
            compare(poll, other)
        }
        for poll in run.polls where mine[poll.target] == nil {
            report("run", "poll of \(poll.target)", nil, "every \(poll.every.iso8601)")
        }
    }

    private mutating func compare(_ mine: ConductPoll, _ theirs: ConductPoll) {
        let (expected, actual) = (mine.every.milliseconds, theirs.every.milliseconds)
        if actual * 4 < expected * 3 || actual * 3 > expected * 4 {
            report(
                "run", "poll of \(mine.target)", "every \(mine.every.iso8601)",
                "every \(theirs.every.iso8601)")
        } else if theirs.slack > mine.slack || theirs.slack < mine.slack - 1 {
            report(
                "run", "turn of \(mine.target) among what is polled alike", turn(mine.slack),
                turn(theirs.slack))
        }
    }

    private func turn(_ slack: Int) -> String {
        slack <= 1 ? "in turn" : "up to \(slack) reads out of turn"
    }

    // MARK: Phases

    private mutating func compare(_ golden: ConductPhase, _ run: ConductPhase) {
        compareActs(golden, run)
        let mine = Dictionary(
            golden.reads.map { ($0.target, $0.times) }, uniquingKeysWith: { $0 + $1 })
        let theirs = Dictionary(
            run.reads.map { ($0.target, $0.times) }, uniquingKeysWith: { $0 + $1 })
        for target in Set(mine.keys).union(theirs.keys).sorted(by: precedesNaturally)
        where mine[target] != theirs[target] {
            report(
                golden.cause, "GET \(target)", mine[target].map(times), theirs[target].map(times))
        }
        for target in run.silent where !golden.silent.contains(target) {
            report(golden.cause, "poll of \(target)", "goes on", "stops")
        }
        for target in golden.silent where !run.silent.contains(target) {
            report(golden.cause, "poll of \(target)", "stops", "goes on")
        }
    }

    private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private mutating func compareActs(_ golden: ConductPhase, _ run: ConductPhase) {
        let changes = run.acts.map(\.key).difference(from: golden.acts.map(\.key))
        // A removal counts places of the golden, an insertion those of the run.
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in changes.inferringMoves() {
            switch change {
            case .remove(let offset, let key, let moved):
                removed.insert(offset)
                if moved == nil { report(golden.cause, key, "sent", nil) }
            case .insert(let offset, let key, let moved):
                inserted.insert(offset)
                if moved != nil {
                    report(golden.cause, "order of \(key)", "sent earlier or later", "moved")
                } else {
                    report(golden.cause, key, nil, "sent")
                }
            }
        }
        let mine = golden.acts.indices.filter { !removed.contains($0) }.map { golden.acts[$0] }
        let theirs = run.acts.indices.filter { !inserted.contains($0) }.map { run.acts[$0] }
        for (mine, theirs) in zip(mine, theirs) { compare(mine, theirs, under: golden.cause) }
    }

    private mutating func compare(_ mine: ConductAct, _ theirs: ConductAct, under cause: String) {
        func leaves(_ act: ConductAct) -> [HeadField] {
            act.fields.map {
                HeadField(name: MessageShape.headerPrefix + $0.name, value: $0.value)
            } + act.body
        }
        let left = leaves(mine)
        let right = leaves(theirs)
        for name in left.map(\.name)
            + right.map(\.name).filter({ name in
                !left.contains { $0.name == name }
            })
        {
            let values = [left, right].map { side in side.first { $0.name == name }?.value }
            let isAllowed = golden.matchers.contains {
                $0.covers(leaf: name) && $0.allows(golden: values[0], run: values[1])
            }
            if values[0] != values[1], !isAllowed {
                report(cause, "\(name) in \(mine.request)", values[0], values[1])
            }
        }
    }
}
