package import VirtualTime

/// One difference between a golden and a run, in the words of its reader.
package struct RecordingDifference: Sendable, Hashable {
    /// What of a recording differs.
    package enum Site: Sendable, Hashable {
        case header
        case exchange(Exchange.Direction, method: String, target: String)
        case truth
        case step
        /// With its scope, `pdu`, `outlet 7`, or a resource's URI, and the unit of an amount.
        case claim(scope: String, unit: String)

        static func exchange(_ exchange: GoldenExchange) -> Site {
            .exchange(exchange.direction, method: exchange.method, target: exchange.target)
        }

        /// For example `GET /redfish/v1/PowerEquipment/RackPDUs/2/Outlets/7`.
        package var words: String {
            switch self {
            case .header: "header"
            case .exchange(.request, let method, let target): "\(method) \(target)"
            case .exchange(.delivery, let method, let target): "delivery \(method) \(target)"
            case .truth: "truth"
            case .step: "step"
            case .claim(let scope, _): scope.isEmpty ? "claim" : "claim of \(scope)"
            }
        }
    }

    /// Scenario time since the start.
    package var frame: VirtualDuration
    /// The first moment from this one on at which outlets were polled, which may show the cause.
    package var polled: VirtualDuration
    package var site: Site
    /// JSON pointer of the value, or a word such as `status` for other parts of an exchange.
    package var place: String
    /// The value in the golden as JSON text; nil where it has none.
    package var golden: String?
    package var run: String?
    /// Places of the items among those of their frames; both nil for what concerns a whole frame.
    var goldenItem: Int?
    var runItem: Int?

    /// ISO 8601.
    package var time: String { frame.iso8601 }
    package var subject: String { site.words }
}

/// How a run compares with the golden on file.
package struct GoldenComparison: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case equal(exchanges: Int)
        /// The first differences, and how many there are altogether.
        case different([RecordingDifference], total: Int)
        /// The harness's own model changed since the golden was taken, which explains whatever else
        /// differs.
        case otherModel(golden: String, run: String)
    }

    package var outcome: Outcome
    /// Matchers of the golden that no leaf of it has any use for.
    package var staleMatchers: [GoldenMatcher]

    package init(outcome: Outcome, staleMatchers: [GoldenMatcher]) {
        self.outcome = outcome
        self.staleMatchers = staleMatchers
    }
}
