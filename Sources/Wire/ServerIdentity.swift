import NIOSSL
import Synchronization

/// The identity that a server shows to whoever connects next. It may change while it serves;
/// connections that are open keep theirs.
package final class ServerIdentity: Sendable {
    private struct State {
        var identity: TLSIdentity
        var context: NIOSSLContext
    }

    private let state: Mutex<State>

    /// - Throws: Where certificate and key are none or do not belong together.
    package init(_ identity: TLSIdentity) throws {
        state = Mutex(State(identity: identity, context: try Self.context(of: identity)))
    }

    package var identity: TLSIdentity { state.withLock { $0.identity } }

    var context: NIOSSLContext { state.withLock { $0.context } }

    package func replace(by identity: TLSIdentity) throws {
        let context = try Self.context(of: identity)
        state.withLock { $0 = State(identity: identity, context: context) }
    }

    private static func context(of identity: TLSIdentity) throws -> NIOSSLContext {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(key)))
    }
}
