import Foundation
import ReferenceClient

/// The file in which the reference client keeps its ledgers from one run to the next.
enum ClientMemoryFile {
    /// Nil where there is none yet.
    static func read(_ path: String) throws -> EnergyAggregator.Memory? {
        guard Files.exists(path) else { return nil }
        do {
            return try JSONDecoder().decode(
                EnergyAggregator.Memory.self, from: Data(try Files.read(path)))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.usage(
                "\(path) holds no ledgers of this client; remove it to begin anew")
        }
    }

    static func write(_ memory: EnergyAggregator.Memory, to path: String?) throws {
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try Files.write(String(decoding: try encoder.encode(memory), as: UTF8.self), to: path)
    }
}
