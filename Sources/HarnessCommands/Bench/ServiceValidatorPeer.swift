import Foundation

/// DMTF's Redfish Service Validator on the same mockup, which `serve --mockup` shows it. Measured
/// where `PDU_HARNESS_RSV` names its executable.
struct ServiceValidatorPeer {
    var seconds: Double
    /// The most that any process it took was resident with, in bytes.
    var peakBytes: Int

    /// Nil where it is not installed.
    static func measure(
        mockup: String, publication: String, _ folders: DataFolders
    ) throws -> ServiceValidatorPeer? {
        guard let validator = ProcessInfo.processInfo.environment["PDU_HARNESS_RSV"] else {
            return nil
        }
        let files = FileManager.default
        let scratch = files.temporaryDirectory.appendingPathComponent("bench-\(UUID())").path
        try Files.makeFolder(scratch)
        defer { try? files.removeItem(atPath: scratch) }
        // It wants a folder of schemas that it may write to.
        try files.copyItem(atPath: "\(publication)/csdl", toPath: "\(scratch)/csdl")
        let serve = try ServeProcess.start(folders, ["--mockup", mockup])
        defer { serve.stop() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: validator)
        process.arguments = [
            "-u", "x", "-p", "x", "-r", "http://127.0.0.1:\(serve.port)", "--authtype", "Basic",
            "--schema_directory", "\(scratch)/csdl", "--skipschema", "--logdir", scratch,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (seconds, _) = try timed {
            try process.run()
            process.waitUntilExit()
        }
        // Its report tells whether it came to its end; findings give a status other than 0.
        guard
            try files.contentsOfDirectory(atPath: scratch).contains(where: { $0.hasSuffix(".html") }
            )
        else { throw CommandFailure.harness("\(validator) wrote no report") }
        return ServiceValidatorPeer(seconds: seconds, peakBytes: peakOfChildren())
    }

    private static func peakOfChildren() -> Int {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        #else
            getrusage(RUSAGE_CHILDREN, &usage)
        #endif
        return usage.ru_maxrss * 1024
    }
}
