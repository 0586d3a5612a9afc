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
        /// Whether the scenario is over, or the client is about to be stopped.
        var isOver: Bool
    }

    let origin: Origin
    let token: String
    /// As far as the clock was moved.
    let clock: SteppedClock

    /// Sets the client's clock by the scenario's: a client that is started again begins later.
    func join(with sender: HTTPSender) async {
        guard
            let now = await answer(to: .get, "/", with: sender)?["now"]?.string.flatMap({
                VirtualInstant(iso8601: $0)
            })
        else { return }
        clock.advance(to: now)
    }

    /// Moves the clock to an instant, or to the first delivery before.
    ///
    /// - Returns: Nil where the endpoint does not answer as it should.
    func advance(to instant: VirtualInstant, with sender: HTTPSender) async -> Passage? {
        let body: JSONValue = ["to": .string(instant.iso8601), "untilDelivery": true]
        guard let answer = await answer(to: .post, "/advance", body, with: sender),
            let now = answer["now"]?.string.flatMap({ VirtualInstant(iso8601: $0) })
        else { return nil }
        clock.advance(to: now)
        let isOver = answer["isOver"] == .bool(true) || answer["isStopping"] == .bool(true)
        return Passage(instant: now, isOver: isOver)
    }

    /// Nil where the endpoint does not answer as it should.
    private func answer(
        to method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
        with sender: HTTPSender
    ) async -> JSONValue? {
        let request = RequestMessage(
            method, path,
            fields: [.authorization: "Bearer \(token)", .contentType: "application/json"],
            body: body?.compactBytes ?? [])
        guard case .success(let response) = await sender.send(request, to: origin),
            response.status == 200
        else { return nil }
        return try? JSONValue(parsing: response.body)
    }
}
