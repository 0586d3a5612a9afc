package import HTTPMessages
import HTTPTypes
import JSONText

/// Why a recording does not answer a request: the recorded requests that come nearest, and what
/// parts them from it.
package struct RequestNearMiss: Sendable, Hashable {
    package var method: String
    package var target: String
    /// Its line in the recording.
    package var line: Int
    /// What differs, the gravest first.
    package var reasons: [String]
    /// The less, the nearer.
    var distance: Int

    /// `PATCH /redfish/v1/… (line 17): the body: /PowerState is "Off", recorded "On"`
    package var description: String {
        "\(method) \(target) (line \(line)): \(reasons.joined(separator: "; "))"
    }

    /// A recorded request to compare with.
    package struct Candidate: Sendable {
        package var request: RequestMessage
        package var line: Int

        package init(request: RequestMessage, line: Int) {
            self.request = request
            self.line = line
        }
    }

    /// The nearest candidates.
    package static func nearest(
        to request: RequestMessage, among candidates: [Candidate], count: Int = 3
    ) -> [RequestNearMiss] {
        var misses = candidates.compactMap { candidate in
            miss(request, candidate, isNear: { $0 <= 12 })
        }
        // Nothing parts a change from the request but that it was made before.
        let used = misses.count { $0.reasons.isEmpty }
        for index in misses.indices where misses[index].reasons.isEmpty {
            misses[index].reasons = [
                "used up: it was recorded \(used == 1 ? "once" : "\(used) times")"
            ]
        }
        var seen: Set<String> = []
        return Array(
            misses.sorted { ($0.distance, $0.line) < ($1.distance, $1.line) }
                .filter { seen.insert("\($0.method) \($0.target) \($0.reasons)").inserted }
                .prefix(count))
    }

    private static func miss(
        _ request: RequestMessage, _ candidate: Candidate, isNear: (Int) -> Bool
    ) -> RequestNearMiss? {
        let recorded = candidate.request
        var reasons: [String] = []
        var distance = 0
        func add(_ cost: Int, _ reason: String) {
            distance += cost
            reasons.append(reason)
        }
        let (asked, known) = (CanonicalTarget(request.target), CanonicalTarget(recorded.target))
        let path = pathDistance(asked.path, known.path)
        if path > 0 { add(path, "the URI: \(request.path) was sent") }
        guard isNear(distance) else { return nil }
        let method = request.head.method
        if method != recorded.head.method {
            add(3, "the method: \(method.rawValue) was sent")
        }
        if asked.options != known.options {
            add(2, "the query: ?\(request.query ?? "") was sent")
        }
        if method == recorded.head.method, method != .get, method != .head {
            for reason in fieldDifferences(request, recorded) { add(1, reason) }
            if let body = BodyDifference.first(recorded: recorded.body, sent: request.body) {
                let place = body.pointer.isEmpty ? "it" : body.pointer
                add(1, "the body: \(place) is \(body.sent), recorded \(body.recorded)")
            }
        }
        return RequestNearMiss(
            method: recorded.head.method.rawValue, target: recorded.target, line: candidate.line,
            reasons: reasons, distance: distance)
    }

    /// Header fields that decide whether a device does what it is asked: what the body is, and on
    /// which condition.
    static func fieldDifferences(
        _ request: RequestMessage, _ recorded: RequestMessage
    ) -> [String] {
        var differences: [String] = []
        let sent = request.head.headerFields
        let known = recorded.head.headerFields
        let types = (mediaType(sent), mediaType(known))
        if !request.body.isEmpty, types.0 != types.1 {
            differences.append(
                "the header Content-Type: \(types.0 ?? "none") was sent, recorded "
                    + (types.1 ?? "none"))
        }
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch]
        where sent.contains(name) != known.contains(name) {
            differences.append(
                "the header \(name.rawName): \(sent[name] ?? "none") was sent, recorded "
                    + (known[name] ?? "none"))
        }
        return differences
    }

    private static func mediaType(_ fields: HTTPFields) -> String? {
        fields[.contentType].map {
            $0.lowercased().prefix { $0 != ";" }.filter { $0 != " " }
        }
    }

    /// Segments that differ: half as bad where they only look alike, worst where one is missing.
    private static func pathDistance(_ left: String, _ right: String) -> Int {
        guard left != right else { return 0 }
        let mine = left.split(separator: "/").map(String.init)
        let other = right.split(separator: "/").map(String.init)
        var distance = abs(mine.count - other.count) * 4
        for (a, b) in zip(mine, other) where a != b {
            if a.lowercased() == b.lowercased() {
                distance += 1
            } else {
                distance += nearMiss(for: a, among: [b]) == nil ? 4 : 2
            }
        }
        return max(1, distance)
    }
}
