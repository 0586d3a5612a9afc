package import ArgumentParser
import Foundation
import Wire

/// The command line.
package struct PDUHarness: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "pdu-harness",
        abstract: "A record/replay conformance test harness for clients of Redfish rack PDUs.",
        discussion: """
            Exit status: 0 conformant and golden equal; 1 a check failed; 2 the golden differs, is \
            missing where required, damaged or stale; 3 the client crashed or hung; 64 usage or \
            scenario error, unreadable input, busy port; 70 fault of the harness itself; 130 and \
            143 interrupted and terminated.
            """,
        version: harnessVersion,
        subcommands: [
            RunCommand.self, ServeCommand.self, ClientCommand.self, RecordCommand.self,
            ReplayCommand.self, DriftCommand.self, JudgeCommand.self, DiffCommand.self,
            AcceptCommand.self, ValidateCommand.self, RulesCommand.self, ListCommand.self,
            LintCommand.self, CSDLCommand.self, SelfTestCommand.self, BenchCommand.self,
            ExportCommand.self, ImportCommand.self, FuzzCommand.self,
        ])

    package init() {}

    /// Runs the command of this process and returns its exit status.
    package static func execute() async -> Int32 {
        // A reader that has gone away is no reason to break off what is being written elsewhere.
        signal(SIGPIPE, SIG_IGN)
        let status = await executeCommand()
        let isInterrupted = TerminationSignal.allCases.contains { $0.exitStatus == status }
        guard let failure = Console.failure, !isInterrupted else { return status }
        Console.complain(failure.description)
        return failure.status
    }

    private static func executeCommand() async -> Int32 {
        do {
            var command = try parseAsRoot(CommandLineSplit.own)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as CommandFailure {
            Console.complain(failure.description)
            return failure.status
        } catch let exit as ExitCode {
            return exit.rawValue
        } catch {
            return report(error)
        }
    }

    /// The parser's own errors and help, and whatever escaped.
    private static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error).rawValue
        switch code {
        case 0: Console.say(fullMessage(for: error))
        case 64: Console.write(fullMessage(for: error) + "\n", to: FileHandle.standardError)
        default:
            Console.complain("a fault of the harness itself: \(error)")
            return 70
        }
        return code
    }
}

let harnessVersion = "0.1.0"

/// Where the data folders are, for every command that needs them.
struct HomeOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that holds Scenarios, Golden and CSDL.", valueName: "folder"))
    var home: String?

    func locate() throws -> DataFolders { try DataFolders.locate(flag: home) }
}
