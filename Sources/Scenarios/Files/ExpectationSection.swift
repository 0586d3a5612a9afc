import JSONText

/// Decodes `expect`.
enum ExpectationSection {
    static func decode(_ located: Located?) throws(ConfigurationError) -> Expectation {
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
            expectation.claimScope = try claim.required("scope").string()
            try claim.rejectUnknownMembers()
        }
        try object.rejectUnknownMembers()
        return expectation
    }

    private static func event(_ located: Located) throws(ConfigurationError) -> Expectation.Event {
        var object = try located.object()
        let message = try object.required("message")
        let key = try message.string()
        guard key.split(separator: ".").count == 2 else {
            throw message.error("write registry and key, for example Power.BreakerTripped")
        }
        let event = Expectation.Event(
            message: key, origin: try object.value("origin")?.string(),
            count: try object.value("count")?.integer(in: 0...1_000_000),
            from: try object.value("from")?.duration(), until: try object.value("until")?.duration()
        )
        try object.rejectUnknownMembers()
        return event
    }

    private static func request(
        _ located: Located
    ) throws(ConfigurationError) -> Expectation.Request {
        var object = try located.object()
        let request = Expectation.Request(
            method: try object.string("method", default: "GET"),
            path: try object.required("path").string(),
            atLeast: try object.integer("atLeast", default: 1, in: 0...1_000_000),
            atMost: try object.value("atMost")?.integer(in: 0...1_000_000))
        try object.rejectUnknownMembers()
        return request
    }
}
