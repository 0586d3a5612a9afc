import JSONText
import Recordings
import VirtualTime

/// What the metrics of an exporter claim.
///
/// Of a counter only the difference between two scrapes says something: it may begin anywhere, and
/// begins again at zero when the exporter is restarted. So each scrape claims what was counted since
/// the first one. A gauge's differences are taken as they are, unless the harness has restarted the
/// exporter in between.
struct ScrapedCounters: Sendable {
    private struct Series: Sendable {
        var first: VirtualInstant
        /// The last value, and what was counted since the first, in billionths.
        var last: Int64
        var sum: Int64 = 0
        /// Whether it may begin again at zero, though it is no counter.
        var mayBeginAgain = false
    }

    private var series: [String: Series] = [:]

    private static let decimals = 9

    /// The exporter was stopped, and is started again.
    mutating func exporterRestarts() {
        for key in series.keys { series[key]?.mayBeginAgain = true }
    }

    /// What a scrape claims, beside what is wrong with it.
    mutating func claims(
        of metrics: MetricsText, by adapter: ClaimAdapter, at instant: VirtualInstant
    ) -> [ClaimRecord] {
        var claims = metrics.malformed.map { problem in
            ClaimRecord(
                malformedLine: problem.line, reason: problem.reason, text: problem.text,
                at: instant)
        }
        for (index, sample) in metrics.samples.enumerated() where adapter.isAbout(sample) {
            do {
                guard let stated = try adapter.claim(of: sample)?.object else { continue }
                let isCounter =
                    metrics.kind(of: sample).map { $0 == .counter }
                    ?? (adapter.kind == "cumulative")
                if let claim = claim(stated, isCounter: isCounter, at: sample.timestamp ?? instant)
                {
                    claims.append(ClaimRecord(instant: instant, claim: .object(claim)))
                }
            } catch {
                claims.append(
                    ClaimRecord(
                        malformedLine: index + 1, reason: error.reason,
                        text: sample.text, at: instant))
            }
        }
        return claims
    }

    /// Nil for the first scrape, which only says where the counter stands, and for a sample that is
    /// no newer than that.
    private mutating func claim(
        _ stated: JSONObject, isCounter: Bool, at instant: VirtualInstant
    ) -> JSONObject? {
        var claim = stated
        claim["kind"] = "interval"
        for member in ["energy", "carbon"] {
            guard let value = stated[member]?.number?.units(decimals: Self.decimals) else {
                continue
            }
            let key = "\(member) of \(stated["scope"]?.string ?? "")"
            guard var known = series[key] else {
                series[key] = Series(first: instant, last: value)
                return nil
            }
            guard instant > known.first else { return nil }
            let hasBegunAgain = (isCounter || known.mayBeginAgain) && value < known.last
            known.mayBeginAgain = false
            known.sum += hasBegunAgain ? value : value - known.last
            known.last = value
            series[key] = known
            claim["from"] = .string(known.first.iso8601)
            claim["to"] = .string(instant.iso8601)
            claim[member] = .number(JSONNumber(units: known.sum, decimals: Self.decimals))
        }
        return claim
    }
}
