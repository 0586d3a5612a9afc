import Findings
import JSONText
import Judging
import Testing

/// Outlet groups lie across the levels: they are watched by themselves and counted in no sum.
@Suite struct OutletGroupJudgingTests {
    private func group(kWh: String, watts: String, reset: String? = nil) -> JSONValue {
        .metered("#OutletGroup.v1_2_0.OutletGroup", kWh: kWh, watts: watts, reset: reset)
    }

    private let path = "\(Snippet.unit)/OutletGroups/1"

    @Test func groupsAreCountedInNoSum() {
        let judged = Judged {
            $0.outlet(1, watts: "100.0")
            $0.outlet(2, watts: "200.0")
            $0.get(path, group(kWh: "7", watts: "200.0"))
            $0.branch("A", watts: "300.0")
        }
        #expect(judged.verdict("totals/power") == .pass)
        #expect(judged["totals/power"]?.measure.hasPrefix("1 sum, 0 findings") == true)
    }

    @Test(arguments: [(String?.none, Verdict.fail), (Snippet.time(30), .pass)])
    func aGroupsRegisterFallsOnlyByAReset(reset: String?, verdict: Verdict) {
        let judged = Judged {
            $0.get(path, group(kWh: "2", watts: "0"))
            $0.at(60)
            $0.get(path, group(kWh: "1", watts: "0", reset: reset))
        }
        #expect(judged.verdict("energy/monotonic") == verdict)
    }
}
