/// How two recordings or goldens compare, in the words of their readers: what differs collapsed
/// under its causes.
package struct ComparisonReport: Sendable, Hashable {
    /// One of the two.
    package struct Side: Sendable, Hashable {
        package var name: String
        /// `golden`, `recording`, `conduct golden`.
        package var kind: String
        package var scenario: String
        package var client: String
        package var model: String
        package var exchangeCount: Int

        package init(
            name: String, kind: String, scenario: String, client: String, model: String,
            exchangeCount: Int
        ) {
            self.name = name
            self.kind = kind
            self.scenario = scenario
            self.client = client
            self.model = model
            self.exchangeCount = exchangeCount
        }
    }

    package struct Cause: Sendable, Hashable {
        /// For example `outlet 24 power`.
        package var subject: String
        /// For example `+1 W`.
        package var change: String
        /// Scenario time since the start, ISO 8601, of the first frame that differs for it.
        package var from: String
        /// How many values differ of the cause itself.
        package var count: Int
        package var rows: [Row]
        /// What follows, for example `branch A power, current, energy`.
        package var consequences: [String]
        /// How many values differ as a consequence.
        package var consequenceCount: Int

        package init(
            subject: String, change: String, from: String, count: Int, rows: [Row],
            consequences: [String], consequenceCount: Int
        ) {
            self.subject = subject
            self.change = change
            self.from = from
            self.count = count
            self.rows = rows
            self.consequences = consequences
            self.consequenceCount = consequenceCount
        }
    }

    /// One value on both sides.
    package struct Row: Sendable, Hashable {
        package var time: String
        package var subject: String
        /// The exchange it stands in, for example `GET /redfish/v1/…/Outlets/24`.
        package var exchange: String
        /// JSON pointer, or a word for another part of an exchange.
        package var place: String
        package var left: String?
        package var right: String?
        package var change: String

        package init(
            time: String, subject: String, exchange: String, place: String, left: String?,
            right: String?, change: String
        ) {
            self.time = time
            self.subject = subject
            self.exchange = exchange
            self.place = place
            self.left = left
            self.right = right
            self.change = change
        }
    }

    package var harnessVersion: String
    package var left: Side
    package var right: Side
    package var causes: [Cause]
    /// All values that differ.
    package var total: Int
    /// How many moments of the scenario they stand at.
    package var frameCount: Int
    /// Values that differ by no more than a matcher of the left side allows.
    package var toleratedCount: Int
    /// Matchers of the left side that nothing has any use for.
    package var staleMatchers: [String]

    package init(
        harnessVersion: String, left: Side, right: Side, causes: [Cause], total: Int,
        frameCount: Int, toleratedCount: Int, staleMatchers: [String]
    ) {
        self.harnessVersion = harnessVersion
        self.left = left
        self.right = right
        self.causes = causes
        self.total = total
        self.frameCount = frameCount
        self.toleratedCount = toleratedCount
        self.staleMatchers = staleMatchers
    }

    /// 0 where nothing differs beyond what is allowed, 2 otherwise.
    package var exitStatus: Int32 { total == 0 && staleMatchers.isEmpty ? 0 : 2 }

    /// The last line of the text.
    package var verdictLine: String {
        let tolerated =
            toleratedCount > 0 ? ", \(toleratedCount.counted("value")) within tolerance" : ""
        if exitStatus == 0 {
            return "SAME, \(right.exchangeCount.counted("exchange"))\(tolerated)"
        }
        if total == 0 {
            return "DIFFERENT, \(staleMatchers.count.counted("stale matcher"))"
        }
        return "DIFFERENT, \(causes.count.counted("cause")): \(total.counted("difference")) in "
            + "\(frameCount.counted("frame")), the first at \(firstFrame)\(tolerated)"
    }

    /// The first frame that differs.
    package var firstFrame: String { causes.first?.from ?? "" }
}
