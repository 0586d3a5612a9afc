import AsyncHTTPClient
import HTTPMessages
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension TransportFailure {
    /// The class of an error of AsyncHTTPClient or of NIO below it.
    ///
    /// A connection that ends before the head is `resetBeforeHead` whether by FIN or by RST: a
    /// client learns the same from both. In the body FIN is `shortBody` and RST `resetInBody`.
    init(_ error: any Error, hasHead: Bool) {
        self =
            switch error {
            case let error as NIOConnectionError:
                Self(connectionErrors: error.connectionErrors.map { $0.error })
            case let error as IOError:
                Self(errorNumber: error.errnoCode, hasHead: hasHead)
            case let error as HTTPClientError where error == .remoteConnectionClosed:
                hasHead ? .shortBody : .resetBeforeHead
            case let error as HTTPParserError where error == .invalidEOFState:
                hasHead ? .shortBody : .resetBeforeHead
            case let error as NIOSSLExtraError where error == .failedToValidateHostname:
                .untrustedCertificate
            case let error as NIOSSLError where Self.isOfCertificate(error):
                .untrustedCertificate
            case let error as HTTPClientError where Self.timeouts.contains(error):
                .timeout
            default:
                .other
            }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout, .cancelled,
    ]

    /// Other handshakes fail too: with somebody who does not speak TLS, for example.
    private static func isOfCertificate(_ error: NIOSSLError) -> Bool {
        switch error {
        case .unableToValidateCertificate: true
        // BoringSSL's own code has no other name in Swift than its text.
        case .handshakeFailed(let cause): "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
        default: false
        }
    }

    private init(connectionErrors: [any Error]) {
        let numbers = connectionErrors.compactMap { ($0 as? IOError)?.errnoCode }
        self = numbers.contains(ECONNREFUSED) ? .refused : .other
    }

    private init(errorNumber: CInt, hasHead: Bool) {
        self =
            switch errorNumber {
            case ECONNREFUSED: .refused
            case ECONNRESET, EPIPE: hasHead ? .resetInBody : .resetBeforeHead
            case ETIMEDOUT: .timeout
            default: .other
            }
    }
}
