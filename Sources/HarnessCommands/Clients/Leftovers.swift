import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Processes that a client has left behind in groups or sessions of their own, where tearing its
/// group down does not reach them. They are known by a variable that only this client was given.
enum Leftovers {
    /// Ends them all, also those that they start meanwhile.
    ///
    /// - Parameter mark: The variable as `NAME=value`.
    /// - Returns: How many there were.
    static func end(markedBy mark: String) -> Int {
        var ended: Set<pid_t> = []
        for _ in 0..<passes {
            let found = processes(markedBy: mark)
            if found.isEmpty { break }
            for process in found {
                kill(process, SIGKILL)
                ended.insert(process)
            }
            usleep(pauseMicroseconds)
        }
        return ended.count
    }

    private static let passes = 50
    private static let pauseMicroseconds: UInt32 = 20_000

    /// Source: proc(5), /proc/pid/environ: what the process was started with, each ended by a zero.
    /// A process of somebody else's cannot be read, and one that is over has none.
    private static func processes(markedBy mark: String) -> [pid_t] {
        let mark = Data(mark.utf8) + [0]
        return Files.names(in: "/proc").compactMap { name in
            guard let process = pid_t(name), process != getpid(),
                let environment = FileManager.default.contents(atPath: "/proc/\(name)/environ"),
                environment.starts(with: mark) || environment.range(of: [0] + mark) != nil
            else { return nil }
            return process
        }
    }
}
