import CSDL
import JSONText
import Schema
import Synchronization

/// The bundle in `CSDL/`: schema files read when a type is named, registries read at once.
final class Bundle: Sendable {
    let messages: MessageCatalog
    let privileges: PrivilegeRegistry
    let library: SchemaLibrary

    /// - Parameter folder: The bundle's folder, or that of an official publication with the
    ///   subfolders `csdl` and `registries`.
    init(folder: String) throws {
        let schemas = Files.isDirectory("\(folder)/csdl") ? "\(folder)/csdl" : folder
        let registries =
            Files.isDirectory("\(folder)/Registries")
            ? "\(folder)/Registries" : "\(folder)/registries"
        var messageRegistries: [MessageRegistry] = []
        var privilegeRegistry: PrivilegeRegistry?
        for name in Files.names(in: registries) where name.hasSuffix(".json") {
            let path = "\(registries)/\(name)"
            let document = try Self.json(path)
            do {
                if document["Mappings"] != nil {
                    privilegeRegistry = try PrivilegeRegistry(json: document)
                } else {
                    messageRegistries.append(try MessageRegistry(json: document))
                }
            } catch {
                throw CommandFailure.usage("\(path): \(error)")
            }
        }
        guard let privilegeRegistry else {
            throw CommandFailure.usage("\(registries) holds no privilege registry")
        }
        messages = MessageCatalog(messageRegistries)
        privileges = privilegeRegistry
        library = SchemaLibrary(
            CSDLSource { file in
                let path = "\(schemas)/\(file)"
                return Files.exists(path) ? try? Files.read(path) : nil
            })
    }

    private static func json(_ path: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: try Files.read(path))
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        }
    }
}
