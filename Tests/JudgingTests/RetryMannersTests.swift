import Findings
import HTTPTypes
import Testing

/// How a client treats a service that fails or asks for patience.
@Suite struct RetryMannersTests {
    private static let outlet = "\(Snippet.unit)/Outlets/1"

    /// Asked for at these seconds; only the last time it is there.
    private func asked(
        at seconds: [Int64], status: Int? = 503, _ fields: HTTPFields = [:],
        accept: String = "application/json"
    ) -> Judged {
        Judged {
            for second in seconds {
                $0.at(second)
                $0.request(
                    .get, Self.outlet, status: second == seconds.last ? 200 : status,
                    fields: [.accept: accept], answerFields: fields)
            }
        }
    }

    @Test(
        arguments: [
            ("30", 30, .pass), ("30", 29, .pass), ("30", 28, .fail),
            ("Thu, 15 Jan 2026 10:00:30 GMT", 30, .pass),
            ("Thu, 15 Jan 2026 10:00:30 GMT", 12, .fail),
            ("soon", 1, .notExercised),
        ] as [(String, Int64, Verdict)])
    func theTimeThatTheServiceAsksForIsWaited(text: String, back: Int64, verdict: Verdict) {
        func judged(_ status: Int) -> Verdict? {
            asked(at: [0, back], status: status, [.retryAfter: text])
                .verdict("client/E02-retry-after")
        }
        #expect(judged(503) == verdict)
        #expect(judged(429) == verdict)
        #expect(judged(200) == .notExercised)
    }

    @Test func theFindingSaysUntilWhen() {
        let judged = asked(at: [5, 9], [.retryAfter: "30"])
        let finding = judged["client/E02-retry-after"]?.findings.first
        #expect(finding?.expected == "not before PT35S")
        #expect(finding?.seen == "PT4S after the refusal at PT5S")
    }

    @Test func anotherResourceMayBeAskedFor() {
        let judged = Judged {
            $0.request(.get, Self.outlet, status: 503, answerFields: [.retryAfter: "30"])
            $0.at(1)
            $0.outlet(2, kWh: "1")
        }
        #expect(judged.verdict("client/E02-retry-after") == .notExercised)
    }

    @Test(arguments: [nil, 500, 502, 503, 429])
    func elevenRepeatsAtOnceAreHammering(status: Int?) {
        let rule = "client/E05-no-hammering"
        let ten = Array(repeating: Int64(3), count: 11)
        #expect(asked(at: ten + [9], status: status).verdict(rule) == .pass)
        #expect(asked(at: ten + [3, 9], status: status).verdict(rule) == .fail)
        // A second between them is patience enough.
        #expect(asked(at: Array(0...40), status: status).verdict(rule) == .pass)
    }

    @Test func whatSucceedsMayBeRepeated() {
        let judged = asked(at: Array(repeating: 3, count: 30), status: 200)
        #expect(judged.verdict("client/E05-no-hammering") == .notExercised)
    }

    @Test func streamsHaveARuleOfTheirOwn() {
        let judged = asked(at: [0, 1], [.retryAfter: "30"], accept: "text/event-stream")
        #expect(judged.verdict("client/E02-retry-after") == .notExercised)
    }
}
