import Dispatch

/// Does work that takes or waits long apart from the few threads that tasks share: whoever is timed
/// there would be late.
///
/// It is done whether or not the task is cancelled.
///
/// - Parameter queue: Where; on a thread of its own where none is named.
func apart<Value: Sendable>(
    on queue: DispatchQueue = DispatchQueue(label: "apart"),
    _ work: @escaping @Sendable () -> Value
) async -> Value {
    await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: work()) }
    }
}
