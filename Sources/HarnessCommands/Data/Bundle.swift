import CSDL
import JSONText
import Schema
import Synchronization

/// The bundle in `CSDL/`: schema files read when a type is named, registries read at once.
final class Bundle: Sendable {
    let messages: MessageCatalog
    let privileges: PrivilegeRegistry
    let library: SchemaLibrary

    /// - Parameters:
    ///   - folder: The bundle's folder, or that of an official publication with the subfolders
    ///     `csdl` and `registries`.
    ///   - schemas: A folder of CSDL files to use instead of the bundle's.
    init(folder: String, schemas otherSchemas: String? = nil) throws {
        let schemas =
            otherSchemas.map { Files.isDirectory("\($0)/csdl") ? "\($0)/csdl" : $0 }
            ?? (Files.isDirectory("\(folder)/csdl") ? "\(folder)/csdl" : folder)
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
            source: CSDLSource { file throws(SchemaError) in
                let path = "\(schemas)/\(file)"
                guard Files.exists(path) else { return nil }
                do {
                    return try Files.read(path)
                } catch {
                    throw SchemaError("\(error)", at: DefinitionLocation(file: path, line: 1))
                }
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
