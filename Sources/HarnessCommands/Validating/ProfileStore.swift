import JSONText
import Profiles
import Schema

/// Finds and reads interoperability profiles.
struct ProfileStore: Sendable {
    /// Where the harness's own profiles lie.
    let folder: String
    /// How reports name that folder, wherever it lies.
    private static let shownFolder = "CSDL/Profiles"

    private static let fileLimit = 16 << 20

    /// A profile that is wanted, whole or for some types of resources only.
    private struct Wanted {
        var path: String
        var profile: Profile
        /// Nil for all.
        var types: Set<String>?
    }

    /// Reads profiles and all that they require, each once, those named first.
    ///
    /// - Parameter arguments: Paths; failing that names of the harness's own, letter case and
    ///   version aside.
    func load(_ arguments: [String]) throws -> [Profile] {
        var wanted: [Wanted] = []
        for argument in arguments { try want(path(of: argument), type: nil, in: &wanted) }
        for (index, one) in wanted.enumerated() {
            guard
                let other = wanted[..<index].first(where: {
                    $0.profile.title == one.profile.title
                })
            else { continue }
            throw CommandFailure.usage(
                "\(other.profile.file) and \(one.profile.file) are both \(one.profile.title)")
        }
        return wanted.map { one in one.types.map(one.profile.restricted) ?? one.profile }
    }

    private func want(_ path: String, type: String?, in wanted: inout [Wanted]) throws {
        if let index = wanted.firstIndex(where: { $0.path == path }) {
            let isWhole = wanted[index].types == nil
            guard let type else {
                wanted[index].types = nil
                return isWhole ? () : try wantRequired(by: wanted[index], in: &wanted)
            }
            wanted[index].types?.insert(type)
            return
        }
        let bytes = try Files.read(path, limit: Self.fileLimit)
        let profile: Profile
        do {
            profile = try Profile(parsing: bytes, file: shownPath(of: path))
        } catch {
            throw CommandFailure.usage(error.description)
        }
        let one = Wanted(path: path, profile: profile, types: type.map { [$0] })
        wanted.append(one)
        if type == nil { try wantRequired(by: one, in: &wanted) }
    }

    private func wantRequired(by one: Wanted, in wanted: inout [Wanted]) throws {
        for required in one.profile.requiredProfiles {
            let found = try file(of: required, besides: one.path, one.profile)
            try want(found, type: required.type, in: &wanted)
        }
    }

    private func shownPath(of path: String) -> String {
        guard path.hasPrefix(folder + "/") else { return Files.fromHere(path) }
        return Self.shownFolder + path.dropFirst(folder.count)
    }

    // MARK: Finding

    /// The files of the harness's own profiles.
    var ownPaths: [String] {
        Files.names(in: folder).filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0)" }
    }

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
