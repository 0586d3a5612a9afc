package import Findings
import JSONText
import Schema

// How much of the schemas a service makes use of.

extension ServiceSurvey {
    /// The types of all resources, by name.
    package var seenTypes: [SeenType] {
        var found: [String: (type: FlattenedType, payloads: Int, names: Set<String>)] = [:]
        for resource in resources.values {
            guard let type = resource.type, let object = resource.payload.object else { continue }
            let name = type.name.description
            let names = object.names.filter { type.property($0) != nil }
            found[name, default: (type, 0, [])].payloads += 1
            found[name]?.names.formUnion(names)
        }
        let types = found.map { name, entry in
            SeenType(
                name: name, payloads: entry.payloads, seen: entry.names.count,
                defined: entry.type.properties.count { $0.presence == .anywhere })
        }
        return types.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Schemas that the metadata document includes and that no resource is of, by name.
    package func unseenSchemas(in metadata: ServiceMetadata?) -> [String] {
        guard case .document(let document)? = metadata else { return [] }
        let seen = Set(resources.values.compactMap { $0.type?.name.family })
        let named = document.references.flatMap(\.includes).map {
            String($0.namespace.prefix { $0 != "." })
        }
        return Set(named).subtracting(seen).sorted()
    }
}
