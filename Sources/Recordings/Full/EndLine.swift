package import JSONText

/// The last line of a recording: nothing is missing, and of a run, how it ended.
package enum EndLine {
    /// - Parameter conclusion: Nil where what was recorded is no run.
    package static func encode(
        _ conclusion: RunConclusion?, to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("end", true)
            guard let conclusion else { return }
            writer.object("run") { write(conclusion, to: &$0) }
        }
    }

    static func isOne(_ line: [UInt8]) -> Bool {
        line.starts(with: #"{"end":true}"#.utf8) || line.starts(with: #"{"end":true,"#.utf8)
    }

    /// - Returns: Nil where the recording says nothing of a run.
    /// - Throws: `RecordingError` where the line cannot be read.
    package static func read(
        _ line: [UInt8], number: Int
    ) throws(RecordingError) -> RunConclusion? {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line)
        } catch {
            throw RecordingError(
                .damaged, line: number, "column \(error.position.column): \(error.message)")
        }
        guard let run = value["run"] else { return nil }
        do throws(LineObject.Complaint) {
            return try conclusion(from: run)
        } catch {
            throw RecordingError(.damaged, line: number, error.message)
        }
    }
}

private func write(_ conclusion: RunConclusion, to writer: inout JSONWriter) {
    if let delay = conclusion.delayMilliseconds {
        writer.member("delayMilliseconds", Int(delay))
    }
    writer.member("restarts", conclusion.restarts)
    writer.member("mayGoOn", conclusion.mayGoOn)
    writer.member("stepsReached", conclusion.stepsReached)
    writer.array("stepsMissed") { writer in
        for step in conclusion.stepsMissed { writer.number(units: Int64(step), decimals: 0) }
    }
    writer.array("faults") { writer in
        for fault in conclusion.faultCounts {
            writer.object { writer in
                writer.member("name", fault.name)
                writer.member("count", fault.count)
            }
        }
    }
    writer.member("clientOutcome", ifPresent: conclusion.clientOutcome)
    if let program = conclusion.program {
        writer.object("program") { writer in
            writer.member("summary", program.summary)
            writer.member("problem", ifPresent: program.problem)
            writer.member("expected", program.expected)
            writer.array("lastLines") { for line in program.lastLines { $0.string(line) } }
            writer.member("outputFile", ifPresent: program.outputFile)
        }
    }
    writer.member("unclaimed", ifPresent: conclusion.unclaimed)
}

private func conclusion(from value: JSONValue) throws(LineObject.Complaint) -> RunConclusion {
    var line = try LineObject(value, "'run'")
    var conclusion = RunConclusion()
    conclusion.delayMilliseconds = try line.optionalCount("delayMilliseconds").map(Int64.init)
    conclusion.restarts = try line.count("restarts")
    conclusion.mayGoOn = try line.bool("mayGoOn")
    conclusion.stepsReached = try line.count("stepsReached")
    conclusion.stepsMissed = try line.array("stepsMissed").compactMap {
        $0.number?.exactInteger.map { Int($0) }
    }
    conclusion.faultCounts = try line.array("faults").map { value throws(LineObject.Complaint) in
        var fault = try LineObject(value, "a fault")
        return RunConclusion.FaultCount(
            name: try fault.string("name"), count: try fault.integer("count"))
    }
    conclusion.clientOutcome = try line.optionalString("clientOutcome")
    conclusion.program = try line.optional("program").map(program)
    conclusion.unclaimed = try line.optionalString("unclaimed")
    // Nobody is late, or started, less than never: an edited line must not lead to absurd bounds.
    guard conclusion.delayMilliseconds ?? 0 >= 0, conclusion.restarts >= 0,
        conclusion.stepsReached >= 0
    else { throw LineObject.Complaint("a figure of 'run' is below 0") }
    return conclusion
}

private func program(from value: JSONValue) throws(LineObject.Complaint) -> ProgramEnd {
    var line = try LineObject(value, "'program'")
    return ProgramEnd(
        summary: try line.string("summary"), problem: try line.optionalString("problem"),
        expected: try line.string("expected"),
        lastLines: try line.array("lastLines").compactMap(\.string),
        outputFile: try line.optionalString("outputFile"))
}
