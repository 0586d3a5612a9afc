import Testing

@Suite struct InterchangeTests {
    @Test(.timeLimit(.minutes(1)))
    func aGoldenSurvivesTheWayThroughAnArchive() async throws {
        try await Harness.inFolder { harness in
            let golden = "\(packageRoot)/Golden/session-expiry-idle.golden.jsonl"
            let out = try await harness.run("export", "har", "session-expiry-idle")
            #expect(out.status == 0, "\(out.complaint)")
            #expect(
                out.complaint == "pdu-harness-out/session-expiry-idle.har: 404 exchanges\n")
            let back = try await harness.run(
                "import", "har", "pdu-harness-out/session-expiry-idle.har", "--out", "again")
            #expect(back.status == 0, "\(back.complaint)")
            let same = try await harness.shell("cmp again '\(golden)'")
            #expect(same.status == 0, "\(same.output)")
        }
    }

    /// Half of a recording must not pass for all of it.
    @Test(.timeLimit(.minutes(1)), arguments: ["har", "curl", "wiremock", "mockup"])
    func aDamagedRecordingIsNotExported(kind: String) async throws {
        try await Harness.inFolder { harness in
            let header =
                #"{"recording":1,"scenario":"a","seed":0,"start":"2026-01-15T10:00:00Z","#
                + #""client":"unknown","clock":"wall","model":"device","scenarioDigest":"","#
                + #""resolved":null}"#
            let entry =
                #"{"t":"PT1S","exchange":{"method":"GET","target":"/redfish/v1/","headers":[],"#
                + #""response":{"status":200,"reason":"OK","headers":[]}}}"#
            let end = #"{"end":true}"#
            for lines in [[header, entry, end, entry], [header, entry, "x", entry, end]] {
                try harness.write(lines.joined(separator: "\n") + "\n", to: "a.recording.jsonl")
                let result = try await harness.run("export", kind, "a.recording.jsonl")
                #expect(result.status == 64)
                let line = lines[2] == end ? 4 : 3
                #expect(result.complaint.contains("a.recording.jsonl:\(line): "))
                #expect(harness.names(in: "pdu-harness-out").isEmpty)
            }
            try harness.write("\(header)\n\(entry)\n\(end)\n", to: "a.recording.jsonl")
            #expect(try await harness.run("export", "curl", "a.recording.jsonl").status == 0)
            #expect(
                try harness.read("pdu-harness-out/a.sh").contains(
                    "# Run it against: pdu-harness replay a.recording.jsonl "))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func saysWhatItCannotRead() async throws {
        try await Harness.inFolder { harness in
            try harness.write("{\"log\":{\"entries\":[", to: "cut.har")
            let cut = try await harness.run("import", "har", "cut.har")
            #expect(cut.status == 64)
            #expect(
                cut.complaint
                    == "pdu-harness: cut.har: the archive breaks off in log/entries/0\n")
            let missing = try await harness.run("export", "har", "overlaod")
            #expect(missing.status == 64)
            #expect(missing.complaint.contains("there is no file 'overlaod'"))
            try harness.write("{\"golden\":99}\n", to: "newer.golden.jsonl")
            let newer = try await harness.run("export", "har", "newer.golden.jsonl")
            #expect(newer.status == 2)
            #expect(newer.complaint.contains("reads up to 1"))
            try harness.write("hello\n", to: "foreign.txt")
            let foreign = try await harness.run("export", "har", "foreign.txt")
            #expect(foreign.status == 64)
            #expect(foreign.complaint.contains("foreign.txt:1: this is no recording"))
        }
    }
}
