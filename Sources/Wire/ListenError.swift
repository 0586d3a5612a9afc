import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a server could not start to listen.
package enum ListenError: Error, Hashable, CustomStringConvertible {
    case portInUse(host: String, port: Int)
    case notPermitted(host: String, port: Int)
    /// This machine has no such address.
    case addressUnavailable(host: String)
    case failed(host: String, port: Int, reason: String)

    init(_ error: any Error, host: String, port: Int) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: self = .portInUse(host: host, port: port)
        case EACCES, EPERM: self = .notPermitted(host: host, port: port)
        case EADDRNOTAVAIL: self = .addressUnavailable(host: host)
        default:
            if error is SocketAddressError {
                self = .addressUnavailable(host: host)
            } else {
                self = .failed(host: host, port: port, reason: "\(error)")
            }
        }
    }

    package var description: String {
        switch self {
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use; choose another one, or 0 for any free port"
        case .notPermitted(let host, let port):
            "not permitted to listen on port \(port) on \(host); ports below 1024 need privileges"
        case .addressUnavailable(let host):
            "\(host) is not an address of this machine"
        case .failed(let host, let port, let reason):
            "cannot listen on port \(port) on \(host): \(reason)"
        }
    }
}
