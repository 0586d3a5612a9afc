package import JSONText
package import Schema

/// An interoperability profile: what a class of products has to offer beyond what the schemas
/// demand.
///
/// Source: DSP0272 "Redfish Interoperability Profiles" 1.9.0; the shape is that of the schema
/// `RedfishInteroperabilityProfile.v1_10_0`.
package struct Profile: Sendable {
    /// As the user named the file.
    package var file: String
    package var bytes: [UInt8]
    package var name: String
    /// `1.0.0`, or what else its authors wrote.
    package var version: String
    package var purpose: String?
    package var requiredProfiles: [RequiredProfile] = []
    package var protocolRequirements: [ProtocolRequirement] = []
    /// One for each type of resource or, where it has some, each use case of it.
    package var resources: [ResourceRequirement] = []
    package var registries: [RegistryRequirement] = []
    /// Keys that no profile has, which are read over.
    package var unknownKeys: [UnknownKey] = []

    package var title: String { version.isEmpty ? name : "\(name) \(version)" }

    /// The profile with its requirements on some types of resources only.
    package func restricted(to types: Set<String>) -> Profile {
        var part = self
        part.resources = resources.filter { types.contains($0.type) }
        part.protocolRequirements = []
        part.registries = []
        part.unknownKeys = []
        return part
    }

    package struct UnknownKey: Sendable, Hashable {
        package var pointer: JSONPointer
        package var suggestion: String?
    }
}

/// Another profile whose requirements hold too.
package struct RequiredProfile: Sendable, Hashable {
    package var name: String
    package var minVersion: SchemaVersion
    /// The one type of resource whose requirements are meant; nil for all.
    package var type: String?
    package var pointer: JSONPointer
}

/// Where a requirement stands in its profile, and what its authors say it is for.
struct Clause: Sendable, Hashable {
    var pointer: JSONPointer
    var purpose: String?
}

package struct ResourceRequirement: Sendable {
    /// `Outlet`
    package var type: String
    /// The title of the use case, where the type has some.
    var title: String?
    var clause: Clause
    var read: ReadRequirement
    var minVersion: (version: SchemaVersion, pointer: JSONPointer)?
    var uris: URIPatterns?
    var useCase: UseCase?
    /// What can be done to a resource, or to the members of a collection.
    var capabilities: [CapabilityRequirement] = []
    var conditions: [Condition] = []
    var properties: [PropertyRequirement] = []
    var actions: [ActionRequirement] = []

    /// `Outlet`, or `Circuit (Mains)`.
    var subject: String { title.map { "\(type) (\($0))" } ?? type }
}

/// Which resources of a type a requirement is about.
enum UseCase: Sendable {
    case property(String, Comparison)
    /// Resources that say of themselves that they are absent.
    case absentResource
    /// Resources below one of this type whose property compares so.
    case below(type: String, property: String, Comparison)
}

struct CapabilityRequirement: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case create = "CreateResource"
        case update = "UpdateResource"
        case delete = "DeleteResource"

        /// One of these in the header Allow shows the capability.
        var methods: [String] {
            switch self {
            case .create: ["POST"]
            case .update: ["PATCH", "PUT"]
            case .delete: ["DELETE"]
            }
        }
    }

    var kind: Kind
    var pointer: JSONPointer
}

struct PropertyRequirement: Sendable {
    var name: String
    var clause: Clause
    var terms: Terms
    var replacedBy: String?
    var replaces: String?
    var minSupportValues: (values: [JSONValue], pointer: JSONPointer)?
    var conditions: [Condition]
    var properties: [PropertyRequirement]
}

/// What is demanded of a property, whether always or under a condition.
struct Terms: Sendable {
    var read: ReadRequirement
    /// The place of `ReadRequirement`; that of the requirement itself where it has none.
    var readPointer: JSONPointer
    var write: WriteRequirement
    var writePointer: JSONPointer
    var minCount: (count: Int, pointer: JSONPointer)?
    var comparison: Comparison?
}

/// Terms that hold where something is so.
struct Condition: Sendable {
    var clause: Clause
    var uris: URIPatterns?
    /// Types of the resources above, from the top.
    var parents: [String]
    var property: (name: String, comparison: Comparison)?
    var terms: Terms
}

struct ActionRequirement: Sendable {
    var name: String
    var clause: Clause
    var read: ReadRequirement
    var actionInfo: WriteRequirement
    var actionInfoPointer: JSONPointer
    var parameters: [ParameterRequirement]
}

struct ParameterRequirement: Sendable {
    var name: String
    var clause: Clause
    var read: ReadRequirement
    var values: (values: [JSONValue], pointer: JSONPointer)?
    var recommendedValues: (values: [JSONValue], pointer: JSONPointer)?
}

package struct ProtocolRequirement: Sendable {
    enum Demand: Sendable {
        case version(SchemaVersion)
        case feature(WriteRequirement)
    }

    /// `ExpandQuery`, `ErrorResponse/Resolution`
    var name: String
    var pointer: JSONPointer
    var demand: Demand
}

package struct RegistryRequirement: Sendable {
    var name: String
    var clause: Clause
    var read: ReadRequirement
    var minVersion: (version: SchemaVersion, pointer: JSONPointer)?
    var messages: [(name: String, read: ReadRequirement, pointer: JSONPointer)]
}
