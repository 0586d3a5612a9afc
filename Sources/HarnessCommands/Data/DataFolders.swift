import Foundation

/// Where the data folders `Scenarios`, `Golden` and `CSDL` lie.
///
/// They are looked for by flag, then `PDU_HARNESS_HOME`, then the working directory and its
/// parents, then the parents of the executable's real path, then `../share/pdu-harness` beside it.
struct DataFolders: Sendable {
    /// The folder that holds the data folders.
    let home: String

    var scenarios: String { "\(home)/Scenarios" }
    var golden: String { "\(home)/Golden" }
    var csdl: String { "\(home)/CSDL" }
    var profiles: String { "\(csdl)/Profiles" }

    static func locate(flag: String?) throws -> DataFolders {
        if let flag {
            guard isHome(flag) else {
                throw CommandFailure.usage("--home \(flag): no folders Scenarios and CSDL there")
            }
            return DataFolders(home: flag)
        }
        if let path = ProcessInfo.processInfo.environment["PDU_HARNESS_HOME"], !path.isEmpty {
            guard isHome(path) else {
                throw CommandFailure.usage(
                    "PDU_HARNESS_HOME=\(path): no folders Scenarios and CSDL there")
            }
            return DataFolders(home: path)
        }
        let executable = executablePath
        let candidates =
            parents(of: Files.workingDirectory) + parents(of: folder(of: executable))
            + ["\(folder(of: executable))/../share/pdu-harness"]
        guard let home = candidates.first(where: isHome) else {
            throw CommandFailure.usage(
                "cannot find the data folders Scenarios and CSDL; run inside the project, or name "
                    + "their folder with --home or PDU_HARNESS_HOME")
        }
        return DataFolders(home: home)
    }

    private static func isHome(_ path: String) -> Bool {
        Files.isDirectory("\(path)/Scenarios") && Files.isDirectory("\(path)/CSDL")
    }

    /// The folder itself, then what holds it, up to the root.
    private static func parents(of path: String) -> [String] {
        var folders: [String] = []
        var current = path
        while current != "/", !current.isEmpty {
            folders.append(current)
            current = folder(of: current)
        }
        return folders
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// The real path of this program.
    static var executablePath: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return path ?? CommandLine.arguments[0]
    }
}
