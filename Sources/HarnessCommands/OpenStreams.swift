import Scenarios
import Synchronization
import Wire

/// The streams of server-sent events that clients read from, by the device's numbers.
final class OpenStreams: Sendable {
    private let streams = Mutex<[Int: ResponseStream]>([:])

    /// - Parameter onClose: Called once when the client has gone, or the device has ended it.
    func open(_ number: Int, onClose: @escaping @Sendable () -> Void) -> ResponseStream {
        let stream = ResponseStream { [weak self] in
            self?.streams.withLock { $0[number] = nil }
            onClose()
        }
        streams.withLock { $0[number] = stream }
        return stream
    }

    func perform(_ work: [DeviceHost.StreamWork]) {
        for item in work {
            switch item {
            case .write(let number, let bytes): streams.withLock { $0[number] }?.write(bytes)
            case .end(let number): streams.withLock { $0[number] }?.end()
            }
        }
    }
}
