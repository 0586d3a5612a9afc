import JSONText
import VirtualTime

/// The members of a golden's first line that say whose golden it is.
extension GoldenHeader {
    func write(to writer: inout JSONWriter) {
        writer.member("scenario", scenario)
        writer.member("client", client)
        writer.member("model", model)
        writer.key("seed")
        writer.raw(String(seed))
        writer.member("start", start.iso8601)
        writer.member("scenarioDigest", scenarioDigest)
        writer.member("phase", ifPresent: phase)
        writer.member("next", ifPresent: nextPhase)
    }

    init(_ line: inout LineObject) throws(LineObject.Complaint) {
        let start = try line.instant("start")
        self.init(
            scenario: try line.string("scenario"), client: try line.string("client"),
            model: try line.string("model"), seed: try line.seed("seed"),
            start: start, scenarioDigest: try line.string("scenarioDigest"))
        phase = try line.optionalString("phase")
        nextPhase = try line.optionalString("next")
    }
}
