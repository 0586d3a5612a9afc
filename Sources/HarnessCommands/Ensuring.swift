/// Does work and then, whether it succeeded, failed or was cancelled, what has to come after it.
func ensuring<Value>(
    _ work: () async throws -> Value, finally end: () async throws -> Void
) async throws -> Value {
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await work())
    } catch {
        outcome = .failure(error)
    }
    do {
        try await end()
    } catch {
        // What failed first says why.
        _ = try outcome.get()
        throw error
    }
    return try outcome.get()
}
