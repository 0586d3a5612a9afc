import Foundation

/// The number of the input that is being judged, in a file that outlives the process.
final class FuzzProgress {
    private let descriptor: Int32

    init(writing path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw CommandFailure.harness("cannot write \(path)") }
    }

    init(reading path: String) throws {
        descriptor = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw CommandFailure.harness("cannot read \(path)") }
    }

    deinit { close(descriptor) }

    /// 0 where nothing has been written yet.
    var number: Int {
        get {
            var number = 0
            _ = withUnsafeMutableBytes(of: &number) {
                pread(descriptor, $0.baseAddress, $0.count, 0)
            }
            return number
        }
        set {
            _ = withUnsafeBytes(of: newValue) { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
    }
}
