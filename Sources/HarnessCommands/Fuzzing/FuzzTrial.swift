import Findings
import Foundation
import Fuzzing

/// One target and the inputs it is tried with.
struct FuzzTrial<Target: FuzzTarget> {
    let target: Target
    let inputs: FuzzInputs<Target>
    let corpus: String
    let memberCount: Int
    let seed: UInt64
    let seconds: Double

    /// - Parameter corpus: A folder with a folder of the target's name.
    init(_ target: Target, corpus: String, seed: UInt64, seconds: Double) throws {
        let folder = "\(corpus)/\(Target.name)"
        let members = try Files.all(below: folder).map { try Files.read($0) }
        guard !members.isEmpty else {
            throw CommandFailure.usage("\(folder) holds no input; name another with --corpus")
        }
        self.target = target
        self.corpus = corpus
        self.seed = seed
        self.seconds = seconds
        memberCount = members.count
        inputs = FuzzInputs(Target.self, corpus: members, seed: seed)
    }

    /// Seconds of processor time that one input may take: inputs are small, so that more means work
    /// that grows out of proportion.
    private static var secondsPerInput: Double { 2 }
    /// Bytes of address space of the process that judges.
    private static var memoryLimitBytes: rlim_t { 2 << 30 }

    // MARK: In the process that judges

    /// Judges one input after the other until the time is over or a law breaks. The last line
    /// printed says what came of it. False where a law broke.
    func judgeInputs(notingProgressIn path: String) throws -> Bool {
        var limit = rlimit(rlim_cur: Self.memoryLimitBytes, rlim_max: Self.memoryLimitBytes)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let progress = try FuzzProgress(writing: path)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var number = 0
        var accepted = 0
        while number < memberCount || clock.now < end {
            progress.number = number
            let began = processorSeconds()
            var outcome = target.outcome(of: inputs[number])
            let taken = processorSeconds() - began
            if taken > Self.secondsPerInput {
                outcome = .broken("it takes \(Figure.seconds(taken).text)")
            }
            switch outcome {
            case .accepted: accepted += 1
            case .refused: break
            case .broken(let words):
                Console.say(words)
                return false
            }
            number += 1
        }
        Console.say("\(number.counted("input")), \(accepted.grouped) accepted")
        return true
    }

    // MARK: In the process that watches

    /// Has the inputs judged in another process; says what came of it, and keeps an input that
    /// failed. False where one did.
    func watch(out: String, home: String, duration: String) throws -> Bool {
        try Files.makeFolder(out)
        let progressPath = "\(out)/fuzz-\(Target.name).progress"
        defer { Files.remove(progressPath) }
        let child = try FuzzChild.start(
            [
                "fuzz", Target.name, "--corpus", corpus, "--seed", String(seed), "--duration",
                duration, "--home", home, "--progress", progressPath,
            ])
        let progress = try FuzzProgress(reading: progressPath)
        let end = child.end(within: seconds) { progress.number }
        guard let reason = end.failure else {
            Console.say("\(Target.name): \(end.words) from \(memberCount.counted("corpus member"))")
            return true
        }
        let number = progress.number
        let kept = "\(out)/fuzz-\(Target.name)-\(seed)-\(number)"
        try Files.write(inputs[number], to: kept)
        Console.say(
            "\(Target.name): FAIL: input \(number) of seed \(seed): \(reason)\n"
                + "  kept as \(kept); try it again with: pdu-harness fuzz \(Target.name) \(kept)")
        return false
    }
}
