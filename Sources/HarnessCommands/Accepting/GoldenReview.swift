import Findings
import Foundation
import Recordings
import Reports

/// Goes through pending goldens with a person at a terminal, cause by cause.
struct GoldenReview {
    private enum Answer: String, CaseIterable {
        case yes = "y"
        case no = "n"
        case acceptRest = "a"
        case rejectRest = "d"
        case skip = "s"
        case quit = "q"
        case help = "?"
    }

    private static let help = """
        y  take this change over          n  keep the golden as it is here
        a  take over all that is left     d  keep the golden in all that is left
        s  decide the rest of it later    q  stop here; what was decided stays decided
        """

    /// Reads a line; nil at the end of input.
    var ask: (String) -> String? = { question in
        Console.write(question, to: FileHandle.standardOutput)
        return readLine()
    }

    /// Returns whether the person went through to the end.
    func run(_ pending: [PendingGolden]) throws -> Bool {
        for (index, golden) in pending.enumerated() {
            Console.say("\(golden.name)  (\(index + 1) of \(pending.count))")
            guard try review(golden) else { return false }
            Console.say("")
        }
        return true
    }

    /// False where the person wants to stop.
    private func review(_ golden: PendingGolden) throws -> Bool {
        switch golden.state {
        case .same:
            Console.say("  says the same as the golden on file")
            golden.reject()
            return true
        case .new:
            return try reviewWhole(golden, "a new golden, \(golden.size)")
        case .replacesUnusable(let reason):
            return try reviewWhole(golden, "in place of one that cannot be used: \(reason)")
        case .differs(let causes, _, _):
            return try review(golden, causes)
        case .conductDiffers(let differences):
            let text = ComparisonText.render(
                differences.map(ComparisonReport.Cause.init), style: Console.style)
            Console.write(text, to: FileHandle.standardOutput)
            return try reviewWhole(golden, "the client did something else")
        }
    }

    private func reviewWhole(_ golden: PendingGolden, _ words: String) throws -> Bool {
        Console.say("  \(words)")
        switch answer("Take it over?") {
        case .yes, .acceptRest: say(try golden.accept())
        case .no, .rejectRest: reject(golden)
        case .skip, .help: Console.say("  left pending")
        case .quit: return false
        }
        return true
    }

    private func review(_ golden: PendingGolden, _ causes: [DifferenceCause]) throws -> Bool {
        var accepted: [DifferenceCause] = []
        var rejected: [DifferenceCause] = []
        var rest: Answer?
        for (index, cause) in causes.enumerated() {
            if rest == nil {
                let text = ComparisonText.render(
                    [ComparisonReport.Cause(cause)], from: index + 1, style: Console.style)
                Console.write(text, to: FileHandle.standardOutput)
            }
            let answer = rest ?? answer("Take this over? (\(index + 1) of \(causes.count))")
            switch answer {
            case .yes: accepted.append(cause)
            case .no: rejected.append(cause)
            case .acceptRest:
                accepted.append(cause)
                rest = .acceptRest
            case .rejectRest:
                rejected.append(cause)
                rest = .rejectRest
            case .skip, .help:
                try take(accepted, of: golden, leaving: rejected + causes[index...])
                return true
            case .quit:
                try take(accepted, of: golden, leaving: rejected + causes[index...])
                return false
            }
        }
        if rejected.isEmpty {
            say(try golden.accept())
        } else if accepted.isEmpty {
            reject(golden)
        } else {
            say(try golden.accept(accepted, not: rejected))
            golden.reject()
        }
        return true
    }

    /// Takes over what was decided; the rest stays pending.
    private func take(
        _ accepted: [DifferenceCause], of golden: PendingGolden, leaving rest: [DifferenceCause]
    ) throws {
        if !accepted.isEmpty { say(try golden.accept(accepted, not: rest)) }
        Console.say("  the rest is left pending")
    }

    private func reject(_ golden: PendingGolden) {
        golden.reject()
        Console.say("  rejected; the golden on file stays as it is")
    }

    private func say(_ files: [String]) {
        for file in files { Console.say("  wrote \(file)") }
    }

    /// Asks until the answer is one. The end of input means to stop.
    private func answer(_ question: String) -> Answer {
        while true {
            guard let line = ask("\(question) [y,n,a,d,s,q,?] ") else {
                Console.say("")
                return .quit
            }
            let word = line.filter { !$0.isWhitespace }.lowercased()
            guard let answer = Answer(rawValue: word), answer != .help else {
                Console.say(Self.help)
                continue
            }
            return answer
        }
    }
}
