import Foundation
import VirtualTime
import Wire

/// Keeps the identity of `serve --tls` in the user's data folder, so that a client has to be told
/// once whom to trust. No key lies in the project's tree.
struct TLSIdentityStore {
    let folder: String

    /// `$XDG_DATA_HOME/pdu-harness/tls`, by default below `~/.local/share`.
    static func standard() -> TLSIdentityStore {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSHomeDirectory()
        let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        return TLSIdentityStore(folder: "\(data ?? "\(home)/.local/share")/pdu-harness/tls")
    }

    /// What clients have to trust.
    var authorityPath: String { "\(folder)/ca.pem" }
    private var certificatePath: String { "\(folder)/server.pem" }
    private var keyPath: String { "\(folder)/server-key.pem" }

    /// The identity on file, or a new one that is put there. Of several processes that need one at
    /// the same time the first makes it.
    func load(now: VirtualInstant) throws -> TLSIdentity {
        try Files.makeFolder(folder)
        return try Files.locking(folder) { try loadOrMake(now: now) }
    }

    private func loadOrMake(now: VirtualInstant) throws -> TLSIdentity {
        if [authorityPath, certificatePath, keyPath].allSatisfy(Files.exists) {
            return TLSIdentity(
                authorityCertificatePEM: text(try Files.read(authorityPath)),
                certificatePEM: text(try Files.read(certificatePath)),
                privateKeyPEM: text(try Files.read(keyPath)))
        }
        // From before any scenario plays until ten years from now.
        let identity = try TLSIdentity.make(
            from: VirtualInstant(millisecondsSinceEpoch: 1_577_836_800_000),
            until: now + .hours(24 * 3650))
        try Files.write(identity.authorityCertificatePEM, to: authorityPath)
        try Files.write(identity.certificatePEM, to: certificatePath)
        // The folder is closed before the key is put into it.
        guard chmod(folder, 0o700) == 0 else {
            throw CommandFailure.harness("cannot protect \(folder)")
        }
        try Files.write(identity.privateKeyPEM, to: keyPath)
        return identity
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
