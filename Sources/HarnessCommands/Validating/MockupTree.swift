/// A folder of `index.json` files as DMTF publishes examples of services, one folder a resource.
///
/// The folder stands for `/redfish/v1`, or holds the folders `redfish/v1`.
struct MockupTree: Sendable {
    static let root = "/redfish/v1"
    /// Bytes; what a live service may send at most, too.
    static let fileLimit = 64 << 20

    /// The folder as the user named it.
    let name: String
    /// The folder that stands for `/redfish/v1`.
    private let folder: String

    init(_ path: String) throws {
        let name = Files.fromHere(
            path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        let candidates = [name, "\(name)\(Self.root)"]
        guard let folder = candidates.first(where: { Files.exists("\($0)/index.json") }) else {
            throw CommandFailure.usage(
                "\(path) is no mockup: neither it nor its redfish/v1 holds index.json")
        }
        self.name = name
        self.folder = folder
    }

    /// The file of a resource, whether it is there or not.
    func file(of uri: String) -> String {
        let path = uri.dropFirst(Self.root.count)
        return uri.hasSuffix("/$metadata")
            ? "\(folder)\(path)/index.xml" : "\(folder)\(path)/index.json"
    }

    /// The contents of a resource's file; nil where there is none.
    func read(_ uri: String) throws -> [UInt8]? {
        // A link must not lead out of the folder.
        guard uri.hasPrefix(Self.root), !uri.split(separator: "/").contains("..") else {
            return nil
        }
        let path = file(of: uri)
        return Files.exists(path) ? try Files.read(path, limit: Self.fileLimit) : nil
    }

    /// The addresses of all resources' files, sorted by bytes.
    var uris: [String] {
        let paths = Files.all(below: folder).filter { $0.hasSuffix("/index.json") }
        return paths.map { path in
            Self.root + path.dropFirst(folder.count).dropLast("/index.json".count)
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
