import Electrical
import JSONText
import Judging
import SmartPDU
import VirtualTime

/// Decodes `expect`.
struct ExpectationSection {
    let device: DeviceConfiguration
    let duration: VirtualDuration

    func decode(_ located: Located?) throws(ConfigurationError) -> Expectation {
        var expectation = Expectation()
        guard let located else { return expectation }
        var object = try located.object()
        for element in try object.value("events")?.elements() ?? [] {
            expectation.events.append(try event(element))
        }
        for element in try object.value("requests")?.elements() ?? [] {
            expectation.requests.append(try request(element))
        }
        expectation.outcome = try object.value("outcome")?.choice(Expectation.Outcome.self) ?? .done
        if let claims = object.value("claims") {
            var claim = try claims.object()
            let scope = try claim.required("scope").meteringPoint(of: device.electrical)
            expectation.claimScope = .point(scope)
            try claim.rejectUnknownMembers()
        }
        try object.rejectUnknownMembers()
        return expectation
    }

    private func event(_ located: Located) throws(ConfigurationError) -> Expectation.Event {
        var object = try located.object()
        let message = try object.required("message")
        let key = try message.string()
        guard key.split(separator: ".", omittingEmptySubsequences: false).count == 2 else {
            throw message.error(
                "'\(key)' is not registry and key; write for example Power.BreakerTripped")
        }
        let origin = try object.value("origin")?.string()
        let count = try object.value("count")?.integer(in: 0...1_000_000)
        let window = try object.window(until: duration)
        try object.rejectUnknownMembers()
        return Expectation.Event(
            message: key, origin: origin, count: count, from: window.from, until: window.until)
    }

    private func request(_ located: Located) throws(ConfigurationError) -> Expectation.Request {
        var object = try located.object()
        let pattern = try object.requestPattern()
        let atLeast = try object.integer("atLeast", default: 1, in: 0...1_000_000)
        let atMost = object.value("atMost")
        let request = Expectation.Request(
            pattern: pattern, atLeast: atLeast, atMost: try atMost?.integer(in: 0...1_000_000))
        try object.rejectUnknownMembers()
        if let atMost, let most = request.atMost, most < atLeast {
            throw atMost.error("\(most) is below atLeast, \(atLeast)")
        }
        return request
    }
}
