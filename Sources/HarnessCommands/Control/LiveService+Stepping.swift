import Scenarios
import SmartPDU
import VirtualTime
import Wire

extension LiveService {
    /// Makes the steps that are wanted.
    ///
    /// On a clock that is moved one thing happens after another: what is due at its instant, then
    /// the deliveries that it made, each answered before the next. What a client's own request
    /// makes the device deliver waits for the next step; the order of everything then follows from
    /// the client alone.
    ///
    /// - Parameter waiting: Deliveries that are to be made when time moves.
    func makeSteps(
        _ stepped: SteppedTime, _ waiting: inout [Delivery], _ streams: OpenStreams,
        _ sender: HTTPSender, _ signal: AsyncStream<Void>.Continuation
    ) async {
        collect(&waiting, streams)
        while !Task.isCancelled, let step = stepped.next() {
            var passage = SteppedTime.Passage(instant: clock.now(), deliveries: 0)
            while !Task.isCancelled {
                // What goes down a stream has gone with that: nobody acknowledges it.
                passage.deliveries += collect(&waiting, streams)
                if !waiting.isEmpty {
                    passage.deliveries += waiting.count
                    for delivery in waiting {
                        let place = recorder?.open(at: clock.now())
                        await deliver(delivery, place, with: sender, then: signal)
                    }
                    waiting = []
                } else if step.stopsAtDelivery, passage.deliveries > 0 {
                    break
                } else if let due = host.nextDue, due <= step.target {
                    stepped.clock.advance(to: due)
                    host.catchUp()
                } else if clock.now() < step.target {
                    stepped.clock.advance(to: step.target)
                    host.catchUp()
                } else {
                    break
                }
            }
            passage.instant = clock.now()
            passage.isHeld = stepped.isHeld
            step.done(passage)
        }
    }

    /// - Returns: How many payloads went down streams.
    @discardableResult
    private func collect(_ waiting: inout [Delivery], _ streams: OpenStreams) -> Int {
        let drained = host.drain()
        recorder?.take(drained.entries)
        streams.perform(drained.streamWork)
        waiting += drained.deliveries
        return drained.streamedPayloads
    }
}
