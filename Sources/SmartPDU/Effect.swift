package import HTTPMessages
package import VirtualTime

/// What the device wants done outside itself.
package enum Effect: Sendable, Hashable {
    /// Send this event payload, and tell the device how it went.
    case deliver(Delivery)
    /// The response to the request at hand stays open as this stream.
    case openStream(Int)
    /// Write this to an open stream.
    case stream(Int, ServerSentEvent)
    /// Write nothing more to a stream, and end its response. `streamClosed` need not be called.
    case endStream(Int)
    /// An outlet, or nil for the unit's own consumption, gained or lost power; no payload need show
    /// it, but judges want to know.
    case power(outlet: Int?, isPowered: Bool, cause: String, at: VirtualInstant)
    /// Serve HTTPS with this certificate from now on; the PEM text may hold its private key.
    case serveCertificate(pem: String)
}

/// One attempt to deliver an event payload to a subscriber.
package struct Delivery: Sendable, Hashable {
    /// Unique over the device's life; `deliveryEnded` is called with it.
    package var id: Int
    /// Absolute URL of the subscriber.
    package var destination: String
    /// Whether a receiver that speaks TLS has to have a certificate that can be trusted.
    package var verifiesCertificate = false
    /// POST in origin form, with the path of the destination.
    package var request: RequestMessage
}
