import Foundation
import Scenarios
import SmartPDU
import Synchronization
import VirtualTime

/// The file in which `serve --state` keeps what outlasts the service.
///
/// Every change is on the disk before it is answered, so whenever the service dies, nobody was told
/// of anything that is forgotten. The file holds passwords and is its owner's alone.
final class StateFile: Sendable {
    /// What the file says.
    struct Content: Codable {
        static let format = "pdu-harness state"
        static let version = 1

        var format = Content.format
        var version = Content.version
        /// Of the scenario without its start and seed: with other loads the registers would not go
        /// on where they were.
        var scenarioDigest: String
        /// How many steps of the timeline have been played.
        var stepsPlayed: Int
        var device: LastingState
    }

    private struct Kept {
        /// Nobody else may use the file while this is held.
        var lock: OutputFile?
        var content: Content?
        var failure: CommandFailure?
    }

    let path: String
    private let scenarioDigest: String
    private let kept: Mutex<Kept>

    /// Opens a file that need not be there yet.
    ///
    /// - Throws: ``CommandFailure`` where it is no such file, a newer version's, of another scenario
    ///   or in use; the file is left as it is.
    init(path: String, scenarioDigest: String) throws {
        guard !Files.exists(path) || Files.isRegularFile(path) else {
            throw CommandFailure.usage("\(path) is no file in which a state could be kept")
        }
        self.path = path
        self.scenarioDigest = scenarioDigest
        let lock = try OutputFile(opening: "\(path).lock", reportedAs: path, mode: 0o600)
        try lock.claim(at: "\(path).lock")
        do {
            let content = Files.exists(path) ? try Self.read(path, of: scenarioDigest) : nil
            kept = Mutex(Kept(lock: lock, content: content))
        } catch {
            Files.remove("\(path).lock")
            throw error
        }
    }

    private static func read(_ path: String, of scenarioDigest: String) throws -> Content {
        let content = try decoded(path)
        guard content.scenarioDigest == scenarioDigest else {
            throw CommandFailure.usage(
                "\(path) belongs to another scenario or device, or to an earlier version of this "
                    + "one; with its loads the registers would not go on. Use another file, or "
                    + "remove this one to begin anew")
        }
        return content
    }

    private static func decoded(_ path: String) throws -> Content {
        struct Kind: Decodable {
            var format: String?
            var version: Int?
        }
        let data = Data(try Files.read(path))
        let kind = try? JSONDecoder().decode(Kind.self, from: data)
        guard kind?.format == Content.format, let version = kind?.version else {
            throw CommandFailure.usage("\(path) is no state that serve has kept")
        }
        guard version == Content.version else {
            throw CommandFailure.usage(
                "\(path) has version \(version); this pdu-harness reads \(Content.version)")
        }
        do {
            return try JSONDecoder().decode(Content.self, from: data)
        } catch let error as DecodingError {
            throw CommandFailure.usage("\(path) is damaged: \(error.explanation)")
        }
    }

    /// What the file held, or holds.
    var content: Content? { kept.withLock { $0.content } }

    /// Why the state could not be kept, once that has happened.
    var failure: CommandFailure? { kept.withLock { $0.failure } }

    /// Puts the device's state on the disk where it has changed.
    ///
    /// - Returns: False where that failed; nothing is kept from then on.
    func keep(_ host: DeviceHost) -> Bool {
        kept.withLock { kept in
            guard kept.failure == nil else { return false }
            let (device, stepsReached) = host.lastingState
            let content = Content(
                scenarioDigest: scenarioDigest, stepsPlayed: stepsReached, device: device)
            if let last = kept.content, last.stepsPlayed == stepsReached,
                last.device.isSame(as: content.device)
            {
                return true
            }
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                try Files.writeDurably(Array(try encoder.encode(content)), to: path)
                kept.content = content
                return true
            } catch let failure as CommandFailure {
                kept.failure = failure
            } catch {
                kept.failure = .harness("cannot keep the state in \(path): \(error)")
            }
            return false
        }
    }

    /// Lets others use the file.
    func release() {
        kept.withLock { kept in
            Files.remove("\(path).lock")
            kept.lock = nil
        }
    }
}

extension DecodingError {
    /// Where in the file, and what is wrong there.
    fileprivate var explanation: String {
        switch self {
        case .keyNotFound(let key, let context):
            "'\(key.stringValue)' is missing at /\(context.pointer)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            "\(context.debugDescription) (at /\(context.pointer))"
        @unknown default: "\(self)"
        }
    }
}

extension DecodingError.Context {
    fileprivate var pointer: String {
        codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    }
}
