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
