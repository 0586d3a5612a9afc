import JSONText
import Schema

/// A reference of a payload to another resource: whether it is right shows only there.
struct PayloadReference: Sendable, Hashable {
    /// As written: a path, maybe with a fragment.
    var address: String
    /// What the schema wants to find there.
    var type: QualifiedName
    var property: String
    var pointer: JSONPointer
    var definition: DefinitionLocation?

    /// What a record of a log or an event is about, which may be gone by now.
    var isOrigin: Bool { property == "OriginOfCondition" }
}
