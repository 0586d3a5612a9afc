import HTTPMessages
import VirtualTime

/// Finds what a client polls, how often, and whether everything of one pace is read in turn.
///
/// The number of polls changes with the machine's jitter, and so does the moment of each. What does
/// not change is that all resources of one pace are read equally often: between any two of them the
/// counts differ by at most one at any time, and by one more where a request was added, dropped or
/// moved.
enum PollRhythm {
    /// What is read at least so often is polled.
    private static let leastReads = 4

    static func polls(of spans: [PhaseSpan]) -> [ConductPoll] {
        var instants: [String: [VirtualInstant]] = [:]
        for exchange in spans.lazy.flatMap(\.requests) where exchange.isPlainRead {
            instants[exchange.request.target, default: []].append(exchange.instant)
        }
        let periods = instants.filter { $0.value.count >= leastReads }.mapValues(period)
        var polls: [ConductPoll] = []
        for group in groups(of: periods) {
            let slack = slacks(of: group, in: spans)
            polls += group.map {
                ConductPoll(target: $0, every: periods[$0] ?? .zero, slack: slack[$0] ?? 0)
            }
        }
        return polls.sorted { precedesNaturally($0.target, $1.target) }
    }

    /// The median span, to a second, or to a tenth of one where it is short.
    private static func period(of instants: [VirtualInstant]) -> VirtualDuration {
        // What was edited or merged need not be in the order of time.
        let instants = instants.sorted()
        let spans = zip(instants, instants.dropFirst()).map { ($1 - $0).milliseconds }.sorted()
        let median = spans[spans.count / 2]
        let step: Int64 = median < 10_000 ? 100 : 1000
        return VirtualDuration(milliseconds: (median + step / 2) / step * step)
    }

    /// Targets of about one pace, the first of a group its pacemaker.
    private static func groups(of periods: [String: VirtualDuration]) -> [[String]] {
        let order = periods.sorted {
            $0.value == $1.value ? precedesNaturally($0.key, $1.key) : $0.value < $1.value
        }
        var groups: [(period: VirtualDuration, targets: [String])] = []
        for (target, period) in order {
            if let last = groups.last,
                period.milliseconds * 2 <= last.period.milliseconds * 3
            {
                groups[groups.count - 1].targets.append(target)
            } else {
                groups.append((period, [target]))
            }
        }
        return groups.map { $0.targets.sorted(by: precedesNaturally) }
    }

    /// For each target the widest range, over the phases, of its reads beside the pacemaker's.
    private static func slacks(of group: [String], in spans: [PhaseSpan]) -> [String: Int] {
        var slacks: [String: Int] = [:]
        let places = Dictionary(uniqueKeysWithValues: zip(group, group.indices))
        for span in spans {
            var counts = [Int](repeating: 0, count: group.count)
            var least = counts
            var most = counts
            for exchange in span.requests where exchange.isPlainRead {
                guard let place = places[exchange.request.target] else { continue }
                counts[place] += 1
                // A read of the pacemaker moves all the others.
                for index in place == 0 ? group.indices : place..<place + 1 {
                    let ahead = counts[0] - counts[index]
                    least[index] = min(least[index], ahead)
                    most[index] = max(most[index], ahead)
                }
            }
            // What is not read at all in a phase is silent there, which is told apart.
            for (index, target) in group.enumerated() where counts[index] > 0 {
                slacks[target] = max(slacks[target] ?? 0, most[index] - least[index])
            }
        }
        return slacks
    }
}
