import Scenarios

extension ScenarioRun {
    /// Plays it in memory or over loopback sockets, which are closed before this returns.
    func play(
        usesSockets: Bool, keepsEntries: Bool, write: @escaping ([UInt8]) throws -> Void
    ) async throws -> Outcome {
        guard usesSockets else {
            return try await play(
                keepsEntries: keepsEntries,
                connect: { device, client, _ in InProcessTransport(device: device, client: client)
                }, write: write)
        }
        var sockets: SocketTransport?
        do {
            let outcome = try await play(
                keepsEntries: keepsEntries,
                connect: { device, client, ledger in
                    let transport = try await SocketTransport.connect(
                        device: device, client: client, ledger: ledger)
                    sockets = transport
                    return transport
                }, write: write)
            await sockets?.close()
            return outcome
        } catch {
            await sockets?.close()
            throw error
        }
    }
}
