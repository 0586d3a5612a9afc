import NIOCore

/// Counts the bytes of one connection on their way, behind TLS and before HTTP.
final class TrafficMeter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let traffic: ServerTraffic

    init(_ traffic: ServerTraffic) {
        self.traffic = traffic
    }

    func channelActive(context: ChannelHandlerContext) {
        traffic.connectionOpened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        traffic.connectionClosed()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        traffic.received(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        traffic.sent(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }
}
