import JSONText
import Scenarios

/// A scenario with where it came from.
struct LoadedScenario: Sendable {
    var scenario: Scenario
    /// The scenario with its device and traces in place: what a recording embeds.
    var resolved: JSONValue
    var path: String
}

/// Finds scenario and device files and loads them.
struct ScenarioStore: Sendable {
    let folders: DataFolders

    private static let schemaName = "scenario.schema.json"

    /// Every scenario file below `Scenarios/`, by its `$schema`. A file that cannot be read or parsed
    /// may be meant for one, so it is among them, and loading it says what is wrong.
    func scenarioPaths(below folder: String? = nil) throws -> [String] {
        Files.all(below: folder ?? folders.scenarios).filter { path in
            guard path.hasSuffix(".json"), !path.hasSuffix(".schema.json") else { return false }
            guard let document = Self.document(path) else { return true }
            return document["$schema"]?.string?.hasSuffix(Self.schemaName) ?? false
        }
    }

    /// A scenario argument is a path; failing that it is looked for, letter case aside, under
    /// `Scenarios/`, with or without the folder's name and the ending.
    func find(_ argument: String) throws -> [String] {
        if Files.isDirectory(argument) {
            let paths = try scenarioPaths(below: argument)
            guard !paths.isEmpty else {
                throw CommandFailure.usage("\(argument) holds no scenario")
            }
            return paths
        }
        if Files.exists(argument) { return [argument] }
        let wanted = normalized(argument)
        let known = try scenarioPaths()
        if let path = known.first(where: { normalized($0) == wanted }) { return [path] }
        let names = known.map { normalized($0) }
        let hint =
            nearMiss(for: wanted, among: names).map { "; did you mean '\($0)'?" }
            ?? "; known: \(names.joined(separator: ", "))"
        throw CommandFailure.usage("there is no scenario '\(argument)'\(hint)")
    }

    /// The file of the scenario with this name, wherever below `Scenarios/` it lies. Where its name
    /// cannot be read, the file's own has to do.
    func path(ofScenarioNamed name: String) throws -> String? {
        try scenarioPaths().first { path in
            guard let document = Self.document(path) else { return path.hasSuffix("/\(name).json") }
            return document["name"]?.string == name
        }
    }

    /// Nil where the file cannot be read or parsed.
    private static func document(_ path: String) -> JSONValue? {
        try? JSONValue(parsing: try Files.read(path))
    }

    /// The path below `Scenarios/` in lower case, without ending.
    private func normalized(_ path: String) -> String {
        var text = path.lowercased()
        let root = folders.scenarios.lowercased() + "/"
        if text.hasPrefix(root) { text.removeFirst(root.count) }
        for prefix in ["./", "scenarios/"] where text.hasPrefix(prefix) {
            text.removeFirst(prefix.count)
        }
        if text.hasSuffix(".json") { text.removeLast(5) }
        return text
    }

    func load(_ path: String) throws -> LoadedScenario {
        let bytes = try Files.read(path)
        do {
            let document = try JSONValue(parsing: bytes)
            do {
                let resolved = try resolver(for: path).resolve(document)
                return LoadedScenario(
                    scenario: try Scenario(resolved: resolved), resolved: resolved, path: path)
            } catch let error as ConfigurationError {
                throw try located(error, in: document, bytes: bytes, path: path)
            }
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        }
    }

    func located(_ error: ConfigurationError, in path: String) throws -> CommandFailure {
        let bytes = try Files.read(path)
        return try located(error, in: try JSONValue(parsing: bytes), bytes: bytes, path: path)
    }

    /// What the device says wrong stands in the device's own file.
    private func located(
        _ error: ConfigurationError, in document: JSONValue, bytes: [UInt8], path: String
    ) throws -> CommandFailure {
        let (device, error) = resolver(for: path).origin(of: error, in: document)
        if let device, let devicePath = devicePath(device, beside: path) {
            return .usage("\(devicePath):\(error.description(in: try Files.read(devicePath)))")
        }
        return .usage("\(path):\(error.description(in: bytes))")
    }

    // MARK: Devices and traces

    var devicePaths: [String] {
        Files.names(in: "\(folders.scenarios)/Devices")
            .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }
            .map { "\(folders.scenarios)/Devices/\($0)" }
    }

    private var deviceNames: [String] {
        devicePaths.map { String($0.split(separator: "/").last?.dropLast(5) ?? "") }
    }

    private func devicePath(_ name: String, beside scenarioPath: String) -> String? {
        let folder = Files.folder(of: scenarioPath)
        let candidates =
            name.hasSuffix(".json")
            ? ["\(folder)/\(name)", "\(folders.scenarios)/\(name)"]
            : ["\(folder)/Devices/\(name).json", "\(folders.scenarios)/Devices/\(name).json"]
        return candidates.first(where: Files.exists)
    }

    func device(_ name: String, beside path: String) throws -> JSONValue? {
        try devicePath(name, beside: path).map(device(at:))
    }

    func device(at path: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: try Files.read(path))
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        }
    }

    fileprivate func resolver(for path: String) -> ScenarioResolver {
        ScenarioResolver(
            deviceNames: deviceNames,
            device: { name in try device(name, beside: path) },
            trace: { name in
                let candidates = [
                    "\(Files.folder(of: path))/\(name)", "\(folders.scenarios)/\(name)",
                ]
                guard let found = candidates.first(where: Files.exists) else { return nil }
                return String(decoding: try Files.read(found), as: UTF8.self)
            })
    }
}

extension ScenarioStore {
    /// A device with its own loads for a day, without client, steps or faults.
    func scenario(forDeviceAlone name: String) throws -> LoadedScenario {
        guard devicePath(name, beside: "\(folders.scenarios)/any.json") != nil else {
            let near = nearMiss(for: name, among: deviceNames)
            throw CommandFailure.usage(
                "there is no device '\(name)'"
                    + (near.map { "; did you mean '\($0)'?" }
                        ?? "; known: \(deviceNames.joined(separator: ", "))"))
        }
        return try load([
            "name": "device-alone", "start": "2026-01-01T00:00:00Z", "duration": "P1D",
            "device": .string(name),
        ])
    }

    /// A scenario that stands in no file; its references are looked for in `Scenarios/`.
    func load(_ document: JSONValue) throws -> LoadedScenario {
        let name = document["name"]?.string ?? "unnamed"
        let path = "\(folders.scenarios)/\(name).json"
        do {
            let resolved = try resolver(for: path).resolve(document)
            return LoadedScenario(
                scenario: try Scenario(resolved: resolved), resolved: resolved, path: path)
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(name): \(error.message) (at \(error.pointer))")
        }
    }
}
