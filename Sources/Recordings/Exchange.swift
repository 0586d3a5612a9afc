package import HTTPMessages
package import VirtualTime

/// One whole exchange, request and what answered it, at one virtual instant.
package struct Exchange: Sendable, Hashable {
    package enum Direction: String, Sendable, Hashable {
        /// The client asked the device.
        case request
        /// The device delivered events to the client's listener.
        case delivery
    }

    package var instant: VirtualInstant
    package var direction: Direction
    package var request: RequestMessage
    /// Nil where the exchange ended without a whole response.
    package var response: ResponseMessage?
    /// The class of failure that the sender could see, where there is no response.
    package var failure: TransportFailure?
    /// The scenario's name for the fault that was played on this exchange, where one was.
    package var fault: String?

    package init(
        instant: VirtualInstant, direction: Direction, request: RequestMessage,
        response: ResponseMessage?, failure: TransportFailure? = nil, fault: String? = nil
    ) {
        self.instant = instant
        self.direction = direction
        self.request = request
        self.response = response
        self.failure = failure
        self.fault = fault
    }
}
