import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime
import Wire

/// The other end of the control endpoint: a client that moves the clock it is played to.
struct ControlClient: Sendable {
    /// What came of moving the clock.
    struct Passage: Sendable {
        var instant: VirtualInstant
        var isOver: Bool
    }

    let origin: Origin
    let token: String
    /// As far as the clock was moved.
    let clock: SteppedClock

    /// Moves the clock to an instant, or to the first delivery before.
    ///
    /// - Returns: Nil where the endpoint does not answer as it should.
    func advance(to instant: VirtualInstant, with sender: HTTPSender) async -> Passage? {
        let body: JSONValue = ["to": .string(instant.iso8601), "untilDelivery": true]
        let request = RequestMessage(
            .post, "/advance",
            fields: [.authorization: "Bearer \(token)", .contentType: "application/json"],
            body: body.compactBytes)
        guard case .success(let response) = await sender.send(request, to: origin),
            response.status == 200, let answer = try? JSONValue(parsing: response.body),
            let now = answer["now"]?.string.flatMap({ VirtualInstant(iso8601: $0) })
        else { return nil }
        clock.advance(to: now)
        return Passage(instant: now, isOver: answer["isOver"] == .bool(true))
    }
}
