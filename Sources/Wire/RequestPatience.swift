import NIOCore

/// Notices a request that does not come to its end, however slowly its bytes keep coming.
///
/// A connection on which nothing has been sent yet may rest as long as it likes. It looks from time
/// to time instead of measuring, so that quick requests cost nothing: patience ends after one to two
/// of its intervals.
final class RequestPatience: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Fired where a request has taken too long.
    struct Exhausted {}

    private let interval: TimeAmount
    private var isPending = false
    private var wasPendingBefore = false
    private var next: Scheduled<Void>?

    init(milliseconds: Int) {
        interval = .milliseconds(Int64(milliseconds))
    }

    func requestEnded() {
        isPending = false
        wasPendingBefore = false
    }

    func channelActive(context: ChannelHandlerContext) {
        lookLater(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isPending = true
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        next?.cancel()
        context.fireChannelInactive()
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        next = context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
            if self.isPending, self.wasPendingBefore {
                context.fireUserInboundEventTriggered(Exhausted())
            } else {
                self.wasPendingBefore = self.isPending
                self.lookLater(context)
            }
        }
    }
}
