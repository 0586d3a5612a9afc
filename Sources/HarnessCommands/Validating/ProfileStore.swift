import JSONText
import Profiles
import Schema

/// Finds and reads interoperability profiles.
struct ProfileStore: Sendable {
    /// The harness's own profiles.
    let folder: String

    private static let fileLimit = 16 << 20

    /// Reads a profile and all that it requires, each once, the one named first.
    ///
    /// - Parameter argument: A path; failing that the name of one of the harness's own, letter case
    ///   and version aside.
    func load(_ argument: String) throws -> [Profile] {
        var loaded: [(path: String, type: String?, profile: Profile)] = []
        try load(path(of: argument), type: nil, into: &loaded)
        let whole = Set(loaded.filter { $0.type == nil }.map(\.path))
        return loaded.filter { $0.type == nil || !whole.contains($0.path) }.map(\.profile)
    }

    private func load(
        _ path: String, type: String?,
        into loaded: inout [(path: String, type: String?, profile: Profile)]
    ) throws {
        guard !loaded.contains(where: { $0.path == path && $0.type == type }) else { return }
        let profile: Profile
        do {
            profile = try Profile(
                parsing: try Files.read(path, limit: Self.fileLimit), file: Files.fromHere(path))
        } catch let error as ProfileError {
            throw CommandFailure.usage(error.description)
        }
        loaded.append((path, type, type.map(profile.restricted) ?? profile))
        guard type == nil else { return }
        for required in profile.requiredProfiles {
            let found = try file(of: required, besides: path, profile)
            try load(found, type: required.type, into: &loaded)
        }
    }

    // MARK: Finding

    private func path(of argument: String) throws -> String {
        if Files.exists(argument), !Files.isDirectory(argument) { return argument }
        let own = Files.names(in: folder).filter { $0.hasSuffix(".json") }
        let wanted = Self.plainName(String(argument.split(separator: "/").last ?? ""))
        if let name = own.last(where: { Self.plainName($0) == wanted }) {
            return "\(folder)/\(name)"
        }
        let names = own.map { String($0.prefix { $0 != "." }) }
        let hint =
            nearMiss(for: wanted, among: names).map { "did you mean '\($0)'?" }
            ?? "the harness's own: \(names.joined(separator: ", "))"
        throw CommandFailure.usage("there is no profile '\(argument)'; \(hint)")
    }

    /// `RackPDU.v1_0_0.json` is `rackpdu`.
    private static func plainName(_ name: String) -> String {
        String(name.lowercased().prefix { $0 != "." })
    }

    /// The newest file of a required profile beside the one that requires it, of the same major
    /// version. Nothing is fetched from repositories.
    private func file(
        of required: RequiredProfile, besides path: String, _ profile: Profile
    ) throws -> String {
        let folder =
            path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
        var newest: (version: SchemaVersion, name: String)?
        for name in Files.names(in: folder) where name.hasSuffix(".json") {
            guard let version = Self.version(in: name, of: required.name),
                version.major == required.minVersion.major, version >= required.minVersion,
                version >= newest?.version ?? version
            else { continue }
            newest = (version, name)
        }
        guard let newest else {
            let line = required.pointer.position(in: profile.bytes)
            throw CommandFailure.usage(
                "\(profile.file):\(line): the profile requires \(required.name) "
                    + "\(required.minVersion) or later; put "
                    + "\(required.name).\(required.minVersion.namespaceSuffix).json beside it")
        }
        return "\(folder)/\(newest.name)"
    }

    private static func version(in fileName: String, of profile: String) -> SchemaVersion? {
        guard fileName.hasPrefix(profile + ".") else { return nil }
        return SchemaVersion(fileName.dropFirst(profile.count + 1).dropLast(".json".count))
    }
}
