/// What the kernel says of a process's memory.
struct ProcessMemory: Sendable {
    private let statusPath: String

    static let ours = ProcessMemory(statusPath: "/proc/self/status")

    private init(statusPath: String) { self.statusPath = statusPath }

    init(processID: Int32) { self.init(statusPath: "/proc/\(processID)/status") }

    /// Resident now, in bytes.
    func resident() throws -> Int { try bytes(of: "VmRSS:") }

    /// Resident at the most, since the process began.
    func residentPeak() throws -> Int { try bytes(of: "VmHWM:") }

    private func bytes(of field: String) throws -> Int {
        guard Files.exists(statusPath) else { throw NotMeasurable(reason: "there is no /proc") }
        let text = String(decoding: try Files.read(statusPath), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]) else {
            throw CommandFailure.harness("\(statusPath) has no \(field)")
        }
        return kibibytes * 1024
    }
}

/// Looks at the memory of this process again and again over a long piece of work.
final class MemoryWatch {
    private var samples: [Int] = []
    private var ticks = 0
    private let ticksPerSample: Int

    init(ticksPerSample: Int) { self.ticksPerSample = ticksPerSample }

    func tick() throws {
        ticks += 1
        if ticks.isMultiple(of: ticksPerSample) {
            samples.append(try ProcessMemory.ours.resident())
        }
    }

    /// By how much the peak of the second half is above that of the first, in bytes.
    var growth: Int {
        let half = samples.count / 2
        let first = samples[..<half].max() ?? 0
        return max(0, (samples[half...].max() ?? 0) - first)
    }

    var peak: Int { samples.max() ?? 0 }
}
