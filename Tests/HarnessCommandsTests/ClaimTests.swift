import Foundation
import JSONText
import Recordings
import Scenarios
import Testing
import VirtualTime
import Wire

@testable import HarnessCommands

@Suite struct ClaimInboxTests {
    private let instant = VirtualInstant(millisecondsSinceEpoch: 0)

    private func claims(_ text: String, by way: ClaimInbox.Way, _ table: String? = nil) throws
        -> [String]
    {
        let adapter = try table.map(adapter(_:))
        let inbox = ClaimInbox(adapter: adapter)
        // In pieces, as a pipe would bring it.
        for byte in text.utf8 { inbox.take([byte], by: way) }
        inbox.endLine(of: way)
        return inbox.drain(at: instant).map { $0.claim.compactText }
    }

    private func adapter(_ table: String) throws -> ClaimAdapter {
        try ClaimAdapter(Located(value: try JSONValue(parsing: table), pointer: JSONPointer()))
    }

    @Test func eachLineIsAClaimAndTheLastNeedsNoEnd() throws {
        let text = "{\"scope\":\"pdu\"}\n\n {\"scope\":\"outlet 1\"}"
        let expected = [#"{"scope":"pdu"}"#, #"{"scope":"outlet 1"}"#]
        #expect(try claims(text, by: .file) == expected)
        #expect(try claims(text, by: .output) == expected)
    }

    @Test(arguments: [
        ("[1]", "it is no JSON object"), ("{}", "it has no scope"), ("{", "it is no JSON text"),
        ("energy 1", "it is no JSON text"),
    ])
    func whatIsNoClaimIsKeptWithItsLine(_ line: String, _ reason: String) throws {
        let kept = try claims("{\"scope\":\"pdu\"}\n\(line)\n", by: .file)
        #expect(kept.count == 2)
        #expect(kept.last?.contains(reason) == true)
        #expect(kept.last?.contains(#""malformedLine":2"#) == true)
        // On standard output it is something else the client says.
        #expect(try claims(line, by: .output).isEmpty)
    }

    @Test func aDayOfClaimsFindsRoom() throws {
        let inbox = ClaimInbox()
        let text = String(repeating: "{\"scope\":\"pdu\"}\n", count: 110_000)
        inbox.take(Array(text.utf8), by: .output)
        #expect(inbox.drain(at: instant).count == 110_000)
    }

    /// Memory has a bound, and what is beyond it is told: a client's hole it is not.
    @Test(arguments: ClaimInbox.Way.allCases)
    func whatFindsNoRoomIsCounted(_ way: ClaimInbox.Way) throws {
        let inbox = ClaimInbox(waitingBytes: 200)
        for _ in 0..<5 { inbox.take(Array("{\"scope\":\"pdu\"}\n".utf8), by: way) }
        let kept = inbox.drain(at: instant)
        #expect(kept.count == 3)
        let malformation = try #require(kept.last?.malformation)
        #expect(malformation.line == 3)
        #expect(malformation.reason.hasPrefix("it and 2 lines after it came while"))
        inbox.take(Array("{\"scope\":\"pdu\"}\n".utf8), by: way)
        #expect(inbox.drain(at: instant).map(\.malformation) == [nil])
    }

    @Test func aFileIsHeardInPartsAndItsFailureOnce() throws {
        let path = NSTemporaryDirectory() + "claims-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let inbox = ClaimInbox(waitingBytes: 8 << 20)
        let file = ClaimFile(path: path, inbox: inbox)
        var claims = 0
        func read() -> String? { file.read { claims += inbox.drain(at: instant).count } }
        #expect(read() == nil)
        // More than finds room in the inbox at once.
        let count = 120_000
        let line = "{\"scope\":\"pdu\"}\(String(repeating: " ", count: 64))\n"
        try Files.write(String(repeating: line, count: count), to: path)
        #expect(read() == nil)
        #expect(claims == count)
        Files.remove(path)
        try Files.makeFolder(path)
        #expect(read()?.hasPrefix("cannot read claims-") == true)
        #expect(read() == nil)
    }

    @Test func jsonOfItsOwnIsReadByPointers() throws {
        let table = """
            { "format": "json", "source": "output", "scope": "/device/id", "energy": "/kwh/total",
              "unit": "kWh", "scale": 0.001, "from": "/since", "names": { "o7": "outlet 7" } }
            """
        let text = """
            starting
            {"device": {"id": "o7"}, "kwh": {"total": 1234.5}, "since": "2026-01-15T10:00:00Z"}
            """
        #expect(
            try claims(text, by: .output, table) == [
                #"{"scope":"outlet 7","from":"2026-01-15T10:00:00Z","kind":"interval","#
                    + #""energy":1.2345,"unit":"kWh"}"#
            ])
    }

    @Test func csvIsReadByItsHeading() throws {
        let table = """
            { "format": "csv", "scope": "outlet", "energy": "wh", "unit": "Wh",
              "kind": "cumulative", "carbon": "kg", "carbonUnit": "kgCO2e" }
            """
        let kept = try claims("kg,outlet,wh\n0.5,outlet 1,12\n1,2\n", by: .file, table)
        #expect(
            kept.first
                == #"{"scope":"outlet 1","kind":"cumulative","energy":12,"unit":"Wh","#
                + #""carbon":0.5,"carbonUnit":"kgCO2e"}"#)
        #expect(kept.last?.contains("it has 2 cells, the heading 3") == true)
    }

    @Test func csvCellsMayHoldBlanksQuotesAndCommas() throws {
        let table = #"{ "format": "csv", "scope": "rack name", "energy": "energy (Wh)" }"#
        let text = "\u{FEFF}\"rack name\", energy (Wh)\r\n\"Rack 1, \"\"A\"\"\" ,12\r\nRack 2,\r\n"
        #expect(
            try claims(text, by: .file, table) == [
                #"{"scope":"Rack 1, \"A\"","kind":"cumulative","energy":12,"unit":"kWh"}"#,
                #"{"scope":"Rack 2","kind":"cumulative","energy":null,"unit":"kWh"}"#,
            ])
        #expect(CSVLine.cells(of: "a,,\"b\",") == ["a", "", "b", ""])
        for broken in [#""a"#, #""a"b,c"#, #"a"b"#] { #expect(CSVLine.cells(of: broken) == nil) }
    }

    @Test func whatIsNotKnownIsNoFailure() throws {
        let table = #"{ "format": "json", "scope": "/dev", "energy": "/e", "scale": 0.001 }"#
        #expect(
            try claims(#"{"dev": "outlet 9", "e": null}"#, by: .file, table) == [
                #"{"scope":"outlet 9","kind":"cumulative","energy":null,"unit":"kWh"}"#
            ])
        #expect(
            try claims(#"{"dev": "outlet 9"}"#, by: .file, table).first?.contains(
                "nothing stands at /e") == true)
    }

    /// An array, an object over several lines, one that was cut off, and one after it.
    @Test func jsonInAFileMayTakeSeveralLines() throws {
        let text = """
            [
              {"scope": "pdu"},
              {"scope": "mains", "samples": ["[", "\\"{"]}
            ]
            [{"scope": "outlet 1"}]
            {
              "scope": "outlet 2"
            }
            {"scope": "outlet 3"
            {"scope": "outlet 4"}

            """
        let kept = try claims(text, by: .file)
        #expect(
            kept.count == 6 && kept[0] == #"{"scope":"pdu"}"#
                && kept[1].hasPrefix(#"{"scope":"mains""#) && kept[2] == #"{"scope":"outlet 1"}"#
                && kept[3] == #"{"scope":"outlet 2"}"# && kept[5] == #"{"scope":"outlet 4"}"#,
            "\(kept)")
        #expect(kept[4].contains(#""malformedLine":9"#))
    }

    @Test(arguments: [
        (
            #"{ "format": "json", "source": "output", "scope": "/dev", "energy": "/e/kwh" }"#,
            ClaimInbox.Way.output, #"{"dev": "pdu", "e": {"wh": 1}}"#,
            "1 line came by output, none is a claim: it says neither energy nor carbon: nothing "
                + "stands at /e/kwh"
        ),
        (
            #"{ "format": "prometheus", "scope": "outlet", "energy": "kwh_total" }"#, .file,
            "kwh 1\nup 1\n", "2 lines came by file, none is a number of kwh_total"
        ),
        (
            #"{ "format": "csv", "scope": "outlet", "energy": "kwh" }"#, .file, "outlet,kwh\n",
            "1 line came by file, a heading and nothing below it"
        ),
        (
            #"{ "format": "csv", "source": "output", "scope": "outlet", "energy": "kwh_total" }"#,
            .output, "time,outlet,kwh_totl\n1,2,3\n1,3,4\n",
            "3 lines came by output, none is a claim: the heading 'time,outlet,kwh_totl' has no "
                + "column 'kwh_total'; did you mean 'kwh_totl'?"
        ),
        (
            #"{ "format": "csv", "source": "output", "scope": "outlet", "energy": "kwh" }"#,
            .output, "outlet,kwh\n1\n",
            "2 lines came by output, none is a claim: it has 1 cells, the heading 2"
        ),
        (
            #"{ "format": "json", "source": "callback", "scope": "/a", "energy": "/e" }"#, .file,
            "{}\n",
            "nothing came by callback, the source in the claims table, but 1 line by file"
        ),
    ])
    func whatMatchesNothingIsSaid(
        _ table: String, _ way: ClaimInbox.Way, _ text: String, _ words: String
    ) throws {
        let inbox = ClaimInbox(adapter: try adapter(table))
        inbox.take(text.utf8.map(\.self), by: way)
        inbox.endLine(of: way)
        #expect(inbox.drain(at: instant).isEmpty)
        #expect(inbox.unclaimedWords() == words)
    }

    @Test func whatHasNoScopeOnTheOutputIsSaid() {
        let inbox = ClaimInbox()
        inbox.take(Array("hello\n{\"enrgy\": 1}\n".utf8), by: .output)
        #expect(inbox.drain(at: instant).isEmpty)
        #expect(
            inbox.unclaimedWords()
                == "1 JSON object came by output, none is a claim: it has no scope")
        #expect(ClaimInbox().unclaimedWords() == nil)
    }

    @Test func metricsThatAreNamedOtherwiseAreCounted() throws {
        let inbox = ClaimInbox(
            adapter: try adapter(#"{"format": "prometheus", "scope": "outlet", "energy": "kwh"}"#))
        var tally = ScrapeTally()
        #expect(inbox.unclaimedWords(tally) == nil)
        tally.samples = 28
        #expect(inbox.unclaimedWords(tally) == "28 metrics seen, none is named kwh")
        tally.namedSamples = 1
        #expect(inbox.unclaimedWords(tally) == nil)
    }

    @Test func metricsAreReadByNameAndLabel() throws {
        let table = """
            { "format": "prometheus", "source": "callback", "scope": "outlet",
              "energy": "energy_joules_total", "unit": "J", "kind": "cumulative",
              "names": { "7": "outlet 7" } }
            """
        let text = """
            # HELP energy_joules_total Energy.
            energy_joules_total{outlet="7",rack="a"} 3600
            other_metric 5
            """
        #expect(
            try claims(text, by: .callback, table) == [
                #"{"scope":"outlet 7","kind":"cumulative","energy":3600,"unit":"J"}"#
            ])
        let other = try claims(
            #"energy_joules_total{rack="a",socket="7"} 3600"#, by: .callback, table)
        #expect(
            other.first?.contains(
                "it has no label outlet, which is to name the scope; its labels are rack, socket")
                == true)
    }

    @Test(arguments: [
        #"{"format": "xml", "scope": "/a", "energy": "/b"}"#,
        #"{"format": "json", "energy": "/b"}"#,
        #"{"format": "json", "scope": "/a", "constantScope": "pdu", "energy": "/b"}"#,
        #"{"format": "json", "scope": "/a"}"#,
        #"{"format": "json", "scope": "a", "energy": "/b"}"#,
        #"{"format": "json", "scope": "/a", "energy": "/b", "unit": "kwh"}"#,
        #"{"format": "json", "scope": "/a", "energy": "/b", "scale": 0}"#,
        #"{"format": "json", "scope": "/a", "energy": "/b", "kind": "interval"}"#,
        #"{"format": "json", "constantScope": "pduu", "energy": "/b"}"#,
        #"{"format": "json", "scope": "/a", "energy": "/b", "names": {"x": "rack"}}"#,
        #"{"format": "json", "scope": "/a", "energy": "/b", "engery": "/c"}"#,
    ])
    func aTableThatMakesNoSenseIsRefused(_ table: String) {
        #expect(throws: ConfigurationError.self) { try adapter(table) }
    }
}

@Suite struct ClaimTimesTests {
    @Test func theWallsTimesBecomeTheScenariosAndOthersStay() throws {
        let start = try #require(VirtualInstant(iso8601: "2026-01-15T10:00:00Z"))
        let beginning = try #require(VirtualInstant(iso8601: "2027-03-04T05:06:07Z"))
        let store = ScenarioStore(folders: DataFolders(home: packageRoot))
        var scenario = try store.scenario(forDeviceAlone: "smartpdu-48").scenario
        scenario.start = start
        scenario.duration = .minutes(10)
        let times = ClaimTimes(
            clock: PacedClock(pace: 60, start: start, beginning: beginning),
            scenario: ClientScenario(of: scenario),
            now: beginning + .seconds(10))
        let claim: JSONValue = [
            "from": "2027-03-04T05:06:08Z", "to": "2026-01-15T10:05:00Z",
            "samples": ["2027-03-04T05:06:17Z", "2020-01-01T00:00:00Z", "yesterday"],
        ]
        let result = times.onScenarioTime(.init(instant: start, claim: claim)).claim
        #expect(
            result == [
                "from": "2026-01-15T10:01:00Z", "to": "2026-01-15T10:05:00Z",
                "samples": ["2026-01-15T10:10:00Z", "2020-01-01T00:00:00Z", "yesterday"],
            ])
    }
}

@Suite struct MetricsTextTests {
    @Test(arguments: [
        (#"up 1"#, "up", "", "1"),
        (
            #"a:b_total{outlet="7",rack="a, \"b\" {c} \\ \n"} +1.50e+03 1700000000"#, "a:b_total",
            "outlet=7;rack=a, \"b\" {c} \\ \n", "1.50e+03"
        ),
        (#"x { a = "1" , } .5 # {trace="q"} 1 2"#, "x", "a=1", "0.5"),
        (#"x{} 007."#, "x", "", "7"), (#"x NaN"#, "x", "", "NaN"), (#"x +Inf"#, "x", "", "+Inf"),
        (#"x -.5e3"#, "x", "", "-0.5e3"),
    ])
    func aSampleIsRead(_ line: String, _ name: String, _ labels: String, _ value: String) throws {
        let sample = try MetricSample(line.replacing("x {", with: "x{"))
        #expect(sample.name == name)
        #expect(sample.labels.map { "\($0.name)=\($0.value)" }.joined(separator: ";") == labels)
        #expect(sample.value == value)
    }

    /// Milliseconds in Prometheus' own format, seconds in OpenMetrics; an exemplar is none.
    @Test(
        arguments: [
            ("x 1 1700000000123", false, 1_700_000_000_123), ("x 1 -5", false, -5),
            ("x 1 1700000000.25", true, 1_700_000_000_250),
            (#"x 1 1.7e9 # {trace="q"} 1 2"#, true, 1_700_000_000_000),
            (#"x 1 # {trace="q"} 1 2"#, true, nil), ("x 1", false, nil),
        ] as [(String, Bool, Int64?)])
    func aSampleMaySayWhenItWasTaken(_ line: String, _ isOpenMetrics: Bool, _ milliseconds: Int64?)
        throws
    {
        let sample = try MetricSample(line, isOpenMetrics: isOpenMetrics)
        #expect(sample.timestamp?.millisecondsSinceEpoch == milliseconds)
    }

    @Test(arguments: [
        "x 1 soon", "x 1 NaN", "7x 1", "x", "x{a=1} 1", #"x{a="1} 1"#, #"x{a="\q"} 1"#, "x one",
        "x 0x10", #"x{9="1"} 1"#,
        "", #"x{a="1""#,
    ])
    func whatIsNoSampleIsRefused(_ line: String) {
        #expect(throws: MetricSample.Malformed.self) { try MetricSample(line) }
    }

    @Test func openMetricsHaveAnEnd() {
        let text = "# TYPE energy counter\nenergy_total 1\n"
        #expect(MetricsText(text + "# EOF\n", isOpenMetrics: true).malformed.isEmpty)
        #expect(MetricsText(text, isOpenMetrics: true).malformed.map(\.line) == [3])
        #expect(MetricsText(text + "# EOF\nx 1", isOpenMetrics: true).malformed.map(\.line) == [4])
        let metrics = MetricsText(text, isOpenMetrics: false)
        #expect(metrics.malformed.isEmpty)
        #expect(metrics.samples.map { metrics.kind(of: $0) } == [.counter])
    }

    /// A sample with a time of its own is claimed for that time, and one that is not newer than the
    /// first says nothing.
    @Test func samplesAreClaimedForTheirTimes() throws {
        var counters = ScrapedCounters()
        let claims = try [(100, 0), (100, 0), (101, 20_000), (101, 20_000)].enumerated().flatMap {
            index, sample in
            let text = "# TYPE kwh counter\nkwh{outlet=\"outlet 1\"} \(sample.0) \(sample.1)\n"
            return counters.claims(
                of: MetricsText(text, isOpenMetrics: false), by: try Self.adapter(),
                at: VirtualInstant(millisecondsSinceEpoch: Int64(index) * 15_000 + 5000)
            ).map(\.claim)
        }
        #expect(claims.map { $0["to"] } == ["1970-01-01T00:00:20Z", "1970-01-01T00:00:20Z"])
        #expect(claims.map { $0["from"] } == ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
        #expect(claims.map { $0["energy"]?.number?.text } == ["1", "1"])
    }

    /// Where the harness itself restarts the exporter, a gauge may begin again too, once.
    @Test func aRestartThatIsKnownIsNoLoss() throws {
        var counters = ScrapedCounters()
        var energies: [String] = []
        for (index, value) in ["100", "102", "restart", "1", "1.5", "0.5"].enumerated() {
            guard value != "restart" else {
                counters.exporterRestarts()
                continue
            }
            let text = "# TYPE kwh gauge\nkwh{outlet=\"outlet 1\"} \(value)\n"
            energies += counters.claims(
                of: MetricsText(text, isOpenMetrics: false), by: try Self.adapter(),
                at: VirtualInstant(millisecondsSinceEpoch: Int64(index) * 10_000)
            ).compactMap { $0.claim["energy"]?.number?.text }
        }
        #expect(energies == ["2", "3", "3.5", "2.5"])
    }

    private static func adapter() throws -> ClaimAdapter {
        try ClaimAdapter(
            Located(
                value: [
                    "format": "prometheus", "scope": "outlet", "energy": "kwh", "unit": "kWh",
                ], pointer: JSONPointer()))
    }

    /// What four scrapes claim, a restart of the exporter before the last.
    @Test(arguments: [
        ("counter", ["0.5", "0.5", "1.75"]), ("gauge", ["0.5", "0.5", "-98.75"]),
    ])
    func onlyWhatACounterCountedIsClaimed(_ kind: String, _ energies: [String]) throws {
        let adapter = try Self.adapter()
        var counters = ScrapedCounters()
        var claims: [JSONValue] = []
        for (index, value) in ["100", "100.5", "NaN", "100.5", "1.25", "+Inf"].enumerated() {
            let text = "# TYPE kwh \(kind)\nkwh{outlet=\"outlet 1\"} \(value)\nother 5\n"
            let instant = VirtualInstant(millisecondsSinceEpoch: Int64(index) * 10_000)
            claims += counters.claims(
                of: MetricsText(text, isOpenMetrics: false), by: adapter, at: instant
            ).map(\.claim)
        }
        #expect(claims.compactMap { $0["energy"]?.number?.text } == energies)
        #expect(claims.last?["reason"]?.string?.contains("no number") == true)
        #expect(claims.first?["from"] == "1970-01-01T00:00:00Z")
        #expect(claims.first?["to"] == "1970-01-01T00:00:10Z")
    }
}

@Suite struct PlaceholderTests {
    @Test(arguments: [
        ("--url={url}", "--url=http://h"), ("{{url}}", "{url}"), ("{{urll}}", "{urll}"),
        ("${url} ${other} %{http_code}", "$http://h ${other} %{http_code}"),
        (#"{"a": {url}}"#, #"{"a": http://h}"#), ("{} { x } {a b}", "{} { x } {a b}"),
    ])
    func bracesAreFilled(_ text: String, _ filled: String) throws {
        var surroundings = try ClientSurroundings()
        defer { surroundings.remove() }
        surroundings.add("url", "http://h")
        #expect(try surroundings.filled(text) == filled)
        #expect(throws: CommandFailure.self) { try surroundings.filled("x {urll} y") }
        do {
            _ = try surroundings.filled("{control}")
            Issue.record("there is no control endpoint")
        } catch {
            #expect("\(error)".contains("it needs --control or --clock stepped"))
        }
    }
}
