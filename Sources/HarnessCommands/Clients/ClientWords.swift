import Wire

/// What a client wrote, kept up to a bound.
struct ClientWords: Sendable {
    struct Stream: Sendable {
        private(set) var kept: [UInt8] = []
        private(set) var count = 0
        private(set) var lastLines: [String] = []

        fileprivate mutating func take(_ captured: CapturedOutput) {
            count += captured.count
            kept += captured.kept.prefix(max(0, ClientWords.bound - kept.count))
            let lines = captured.lastLines(3)
            if !lines.isEmpty { lastLines = lines }
        }
    }

    private(set) var output = Stream()
    private(set) var complaint = Stream()

    /// How many bytes of each stream are kept.
    static let bound = 1 << 20

    /// Takes over what a process wrote that has ended.
    mutating func take(_ child: ChildProcess) {
        output.take(child.output)
        complaint.take(child.complaint)
    }

    /// What it complained of last; failing that, what it said.
    var lastLines: [String] { complaint.lastLines.isEmpty ? output.lastLines : complaint.lastLines }
}
