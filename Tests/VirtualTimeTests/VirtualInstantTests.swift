import Testing
import VirtualTime

@Suite struct VirtualInstantTests {
    @Test(arguments: [
        ("2026-01-15T10:00:00Z", 1_768_471_200_000), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T23:59:59.5Z", 1_709_251_199_500), ("1969-12-31T23:59:59.999Z", -1),
        ("2026-01-15T12:00:00+02:00", 1_768_471_200_000),
        ("2026-01-15T04:30:00-05:30", 1_768_471_200_000),
    ])
    func readsDateTimes(text: String, milliseconds: Int64) {
        #expect(VirtualInstant(iso8601: text)?.millisecondsSinceEpoch == milliseconds)
    }

    @Test(arguments: [
        "2026-01-15T10:00:00", "2026-02-30T00:00:00Z", "2026-1-15T10:00:00Z", "NULL", "",
        "0000-00-00T00:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T10:00:00.Z",
    ])
    func refusesWhatIsNoDateTime(text: String) {
        #expect(VirtualInstant(iso8601: text) == nil)
    }

    @Test func writesWhatItReads() {
        var random = RandomStream(seed: 1, label: "instants")
        for _ in 0..<10_000 {
            let instant = VirtualInstant(
                millisecondsSinceEpoch: random.integer(
                    in: -62_135_596_800_000...253_402_300_799_999))
            #expect(VirtualInstant(iso8601: instant.iso8601) == instant)
        }
    }

    @Test func writesHTTPDates() {
        let instant = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)
        #expect(instant.httpDate == "Thu, 15 Jan 2026 10:00:00 GMT")
    }

    @Test(arguments: [
        ("PT0S", 0), ("PT40M", 2_400_000), ("PT10S", 10_000), ("PT0.25S", 250),
        ("P1DT2H3M4.005S", 93_784_005), ("P2D", 172_800_000),
    ])
    func readsAndWritesDurations(text: String, milliseconds: Int64) {
        let duration = VirtualDuration(iso8601: text)
        #expect(duration?.milliseconds == milliseconds)
        #expect(duration?.iso8601 == text)
    }

    @Test(arguments: ["", "P", "PT", "10S", "PT10", "P1Y", "PT1S1M", "PT1.S", "-PT1S"])
    func refusesWhatIsNoDuration(text: String) {
        #expect(VirtualDuration(iso8601: text) == nil)
    }
}

@Suite struct RandomStreamTests {
    /// The committed numbers are the contract: goldens rest on them.
    @Test func isTheSameEverywhere() {
        var stream = RandomStream(seed: 7, label: "loads")
        let draws = (0..<4).map { _ in stream.integer(in: -1000...1000) }
        #expect(draws == [222, 805, 757, -69])
        #expect(stream.uuid().count == 36)
    }

    @Test func staysInRangeAndReachesBothEnds() {
        var stream = RandomStream(seed: 3, label: "range")
        let draws = Set((0..<1000).map { _ in stream.integer(in: 5...9) })
        #expect(draws == [5, 6, 7, 8, 9])
    }

    @Test func labelsAreIndependent() {
        var first = RandomStream(seed: 7, label: "a")
        var second = RandomStream(seed: 7, label: "b")
        #expect(first.next() != second.next())
    }

    @Test func indexedDrawsDoNotDependOnOrder() {
        let random = IndexedRandom(seed: 7, label: "drift")
        let forward = (0..<20).map { random.integer(in: -50...50, at: $0) }
        let backward = (0..<20).reversed().map { random.integer(in: -50...50, at: $0) }
        #expect(forward == backward.reversed())
        #expect(Set(forward).count > 5)
    }
}

@Suite struct InFlightLedgerTests {
    @Test(.timeLimit(.minutes(1))) func waitsForQuiescence() async {
        let ledger = InFlightLedger()
        await ledger.quiescence()
        ledger.raise()
        ledger.raise()
        async let waited: Void = ledger.quiescence()
        ledger.lower()
        #expect(ledger.count == 1)
        ledger.lower()
        await waited
        #expect(ledger.count == 0)
    }
}
