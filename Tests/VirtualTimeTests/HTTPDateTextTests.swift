import Testing
import VirtualTime

@Suite struct HTTPDateTextTests {
    @Test func readsWhatItWrites() {
        var random = RandomStream(seed: 1, label: "HTTP dates")
        for _ in 0..<10_000 {
            let seconds = random.integer(in: 0...253_402_300_799)
            let instant = VirtualInstant(millisecondsSinceEpoch: seconds * 1000)
            #expect(VirtualInstant(httpDate: instant.httpDate) == instant)
        }
    }

    @Test(arguments: [
        "Wed, 15 Jan 2026 10:00:00 GMT", "Thu, 15 Jan 2026 10:00:00", "120", "",
        "Thursday, 15-Jan-26 10:00:00 GMT", "Thu, 15 Jan 2026 10:00:00 CET",
        "Thu, 32 Jan 2026 10:00:00 GMT",
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(VirtualInstant(httpDate: text) == nil)
    }
}
