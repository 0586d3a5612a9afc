import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

/// Seeded bad weather: whatever fails on the way, the client ends clean and claims only what the
/// registers showed.
@Suite(.timeLimit(.minutes(1))) struct WeatherTests {
    private func weather(seed: UInt64) -> Rehearsal {
        var life = Rehearsal()
        var random = RandomStream(seed: seed, label: "weather")
        let gale = random.integer(in: 2...30)
        life.configuration.seed = seed
        life.configuration.readsSensors = random.chance(1, in: 2)
        life.device.intercept = { request, now in
            guard now < at(400), random.chance(1, in: gale) else { return nil }
            let isLogin = request.target == "/redfish/v1/Login"
            switch random.integer(in: 0...7) {
            case 0: return .success(failure(500, "InternalError"))
            case 1: return .success(failure(503, "ServiceTemporarilyUnavailable", retryAfter: "7"))
            case 2 where !isLogin: return .failure(.resetInBody)
            case 3: return .failure(.refused)
            case 4 where request.method == .get: return .success(json("{\"EnergykWh\":{\"Rea"))
            case 5 where request.method == .get:
                return .success(.init(status: .ok, fields: [.contentType: "text/html"]))
            case 6 where request.method == .get: return .success(json("{}"))
            default: return nil
            }
        }
        for _ in 0..<random.integer(in: 0...3) {
            let instant = at(random.integer(in: 1...400))
            life.script.append(
                (
                    instant,
                    {
                        $0.sessions = [:]; return []
                    }
                ))
        }
        return life
    }

    @Test func endsCleanAndClaimsTheTruth() throws {
        for seed in 0..<80 as Range<UInt64> {
            var life = weather(seed: seed)
            life.run(seconds: 900)
            #expect(life.outcome == .done, "seed \(seed)")
            #expect(life.device.sessions.isEmpty, "seed \(seed)")
            #expect(life.device.subscriptions.isEmpty, "seed \(seed)")
            #expect(life.exchanges.count < 1500, "seed \(seed)")
            for claim in life.claims where claim["energy"] != nil {
                let scope = try #require(claim["scope"]?.string)
                let from = try #require(
                    claim["from"]?.string.flatMap { VirtualInstant(iso8601: $0) })
                let end = try #require(claim["to"]?.string.flatMap { VirtualInstant(iso8601: $0) })
                let energy = try #require(claim["energy"]?.number?.units(decimals: 9))
                let watts: Int64 = scope == "pdu" ? 1098 : 360
                let truth = watts * 1_000_000 * (end - from).milliseconds / 3_600_000
                // One last digit of the register, 1000 microwatt-hours, at either end.
                #expect(abs(energy - truth) <= 1000, "seed \(seed), \(claim.compactText)")
            }
        }
    }
}
