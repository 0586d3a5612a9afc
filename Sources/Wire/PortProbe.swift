import NIOCore
import NIOPosix

/// Whether a port is open, and which one is free.
package enum PortProbe {
    /// Connects, and closes the connection at once.
    package static func isOpen(_ origin: Origin) async -> Bool {
        let connection = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.milliseconds(500))
            .connect(host: origin.host, port: origin.port)
        guard let channel = try? await connection.get() else { return false }
        try? await channel.close()
        return true
    }

    /// A port that nobody listens on just now.
    package static func free() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }
}
