import Scenarios
import VirtualTime
import Wire

/// Scrapes an exporter by the scenario's clock, over all its processes, and has claimed what its
/// metrics say.
final class ScrapeRounds {
    private let scraper: MetricsScraper
    private let interval: VirtualDuration
    private var counters = ScrapedCounters()
    private var due: VirtualInstant
    private var samples = 0
    private var namedSamples = 0

    init(_ scrape: Scrape, _ scenario: ClientScenario, _ surroundings: ClientSurroundings) throws {
        scraper = try MetricsScraper(scrape, surroundings: surroundings)
        interval = scrape.interval ?? scenario.client.pollInterval
        due = scenario.start
    }

    var tally: ScrapeTally {
        var tally = scraper.tally
        (tally.samples, tally.namedSamples) = (samples, namedSamples)
        return tally
    }

    func isListening() async -> Bool { await scraper.isListening() }

    /// When the exporter is scraped next: at once where it was away when its turn came.
    func next(from now: VirtualInstant) -> VirtualInstant { max(due, now) }

    /// A scrape that takes longer than the interval is followed by the next one in time.
    func scrape(
        _ adapter: ClaimAdapter?, _ intake: ClaimIntake, _ clock: any RunningClock
    ) async {
        let answer = await scraper.scrape()
        repeat { due = due + interval } while due <= clock.now()
        guard let answer, let adapter else { return }
        samples += answer.samples.count
        namedSamples += answer.samples.count(where: adapter.isAbout)
        intake.note { counters.claims(of: answer, by: adapter, at: $0) }
    }

    /// What the exporter counts by itself may begin again.
    func exporterRestarts() { counters.exporterRestarts() }

    func close() { scraper.close() }
}
