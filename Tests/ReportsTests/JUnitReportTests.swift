import Findings
import Foundation
import FoundationXML
import Reports
import Testing

@Suite struct JUnitReportTests {
    @Test func aFailureIsAFailureAndAWarningPasses() {
        let expected = #"""
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="pdu-harness" tests="7" failures="2" errors="0" skipped="3">
              <testsuite name="overload" tests="7" failures="2" errors="0" skipped="3">
                <properties>
                  <property name="title" value="48 outlets, branch A past its breaker"/>
                  <property name="seed" value="7"/>
                  <property name="client" value="reference"/>
                  <property name="clock" value="virtual"/>
                  <property name="model" value="3"/>
                  <property name="device" value="smartpdu-48: 48 outlets, 3 branches, 230/400 V 50 Hz"/>
                  <property name="duration" value="40 min"/>
                  <property name="exchanges" value="3,214"/>
                  <property name="deliveries" value="41"/>
                </properties>
                <testcase name="energy/monotonic" classname="overload"/>
                <testcase name="client/A04-session-deleted" classname="overload">
                  <failure message="a session was still open when the client ended" type="client/A04-session-deleted">a session was still open when the client ended
              at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3214  pointer /Id  payload 3:12
              expected  DELETE of session 1
              seen      nothing up to the end at PT40M
              defined   CSDL/Session_v1.xml:41
            a session was still open when the client ended
              at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3215  pointer /Id  payload 3:12
              expected  DELETE of session 2
              seen      nothing up to the end at PT40M
              defined   CSDL/Session_v1.xml:41
            a session was still open when the client ended
              at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3216  pointer /Id  payload 3:12
              expected  DELETE of session 3
              seen      nothing up to the end at PT40M
              defined   CSDL/Session_v1.xml:41
            a session was still open when the client ended
              at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3217  pointer /Id  payload 3:12
              expected  DELETE of session 4
              seen      nothing up to the end at PT40M
              defined   CSDL/Session_v1.xml:41
            rests on  DSP0266 "Redfish Specification" 1.8.1, 13.3.5 (should)</failure>
                </testcase>
                <testcase name="client/C02-retry-after" classname="overload">
                  <skipped message="not exercised"/>
                </testcase>
                <testcase name="client/A07-one-relogin" classname="overload">
                  <system-out>An expired session costs one login, not many (2 logins)
            rests on  harness rule book, A07 (policy of the harness)</system-out>
                </testcase>
                <testcase name="client/B02-etag" classname="overload">
                  <skipped message="not exercised"/>
                </testcase>
                <testcase name="client/D01-acknowledge" classname="overload">
                  <skipped message="not applicable: no subscription"/>
                </testcase>
                <testcase name="golden" classname="overload">
                  <failure message="golden: 18 differences" type="golden">PT5M  outlet 7 power  +1 W  12 values
              follow  branch A power; 5 values
            PT6M  POST /events  204 → none  1 value
            if this is right: pdu-harness accept overload</failure>
                </testcase>
              </testsuite>
            </testsuites>

            """#
        #expect(JUnitReport.render(Samples.run(Samples.failing)) == expected)
    }

    @Test(arguments: [
        (ExitCause.client("the client hung"), "failure"), (.check(ruleID: "a/b"), "failure"),
        (.golden("is stale"), "failure"), (.usage("no such device"), "error"),
        (.harnessFault("disk full"), "error"), (.interrupted(signal: 2), "error"),
    ])
    func everyCauseTurnsTheSuiteRed(cause: ExitCause, element: String) throws {
        var scenario = Samples.passing
        scenario.causes = [cause]
        let document = try ParsedXML(JUnitReport.render(Samples.run(scenario)))
        #expect(document.counts[element] == 1)
        #expect(document.attributes(of: element)?["message"] == cause.words)
    }

    @Test func hostileTextStaysText() throws {
        let document = try ParsedXML(JUnitReport.render(Samples.run(Samples.hostile)))
        #expect(document.counts["script"] == nil)
        #expect(document.counts["failure"] == 3)
        let name = document.attributes(of: "testsuite")?["name"]
        #expect(name?.hasPrefix("</script><script>alert(1)</script>\"'&]]>|`*\\u{1b}[31m") == true)
    }
}
