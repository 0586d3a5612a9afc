import Glibc

/// A blocking socket that sends and receives plain bytes, so that tests see the wire itself.
///
/// Every receive gives up after ten seconds.
final class RawClient {
    private let descriptor: CInt
    private var buffered: [UInt8] = []

    struct SystemError: Error, Equatable {
        var number: CInt
    }

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let number = errno
            close(descriptor)
            throw SystemError(number: number)
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SystemError(number: errno) }
            sent += count
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Exactly this many bytes.
    func receive(_ count: Int) throws -> String {
        while buffered.count < count {
            guard try receiveMore() else { throw SystemError(number: 0) }
        }
        defer { buffered.removeFirst(count) }
        return String(decoding: buffered[..<count], as: UTF8.self)
    }

    /// Everything up to the end of the connection.
    func receiveAll() throws -> String {
        while try receiveMore() {}
        defer { buffered = [] }
        return String(decoding: buffered, as: UTF8.self)
    }

    /// What arrived before the connection failed, and the error it failed with; 0 for a plain end.
    func receiveUntilFailure() -> (text: String, errorNumber: CInt) {
        var number: CInt = 0
        do {
            while try receiveMore() {}
        } catch {
            number = (error as? SystemError)?.number ?? -1
        }
        return (String(decoding: buffered, as: UTF8.self), number)
    }

    private func receiveMore() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw SystemError(number: errno) }
        buffered += chunk[..<count]
        return count > 0
    }
}
