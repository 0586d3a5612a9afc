import JSONText
import Schema
import Validation

/// An object of a resource's payload that requirements are held against.
struct Site {
    let resource: SurveyedResource
    let pointer: JSONPointer
    /// The objects from the payload's root down to this one.
    let objects: [JSONObject]
    /// What the schema says of this one.
    let type: FlattenedType?

    /// A resource's payload as a whole.
    init(_ resource: SurveyedResource) {
        self.resource = resource
        pointer = JSONPointer()
        objects = [resource.payload.object ?? JSONObject()]
        type = resource.type
    }

    private init(
        _ resource: SurveyedResource, _ pointer: JSONPointer, _ objects: [JSONObject],
        _ type: FlattenedType?
    ) {
        self.resource = resource
        self.pointer = pointer
        self.objects = objects
        self.type = type
    }

    var object: JSONObject { objects[objects.count - 1] }

    /// An object that is a member's value, or an element of it.
    func inside(
        _ name: String, _ object: JSONObject, element: Int? = nil, _ schema: SchemaLibrary
    ) -> Site {
        var pointer = pointer.appending(name)
        if let element { pointer = pointer.appending(element) }
        return Site(
            resource, pointer, objects + [object],
            type?.property(name)?.value.structure(in: schema))
    }

    /// What a requirement names: a pointer counts from the root, a name from here and, where it is
    /// not here, from the objects around.
    func value(of name: String) -> JSONValue? {
        guard !name.hasPrefix("/") else {
            return JSONPointer(name).flatMap { resource.payload[$0] }
        }
        return objects.lazy.reversed().compactMap { $0[name] }.first
    }

    /// The same, without looking further up.
    func ownValue(of name: String) -> JSONValue? {
        name.hasPrefix("/") ? value(of: name) : object[name]
    }

    /// Whether the object, or else the resource, says that what it stands for is not there.
    var isAbsent: Bool {
        let states = objects.lazy.reversed().compactMap { $0["Status"]?["State"]?.string }
        return states.first == "Absent"
    }
}

extension ValueType {
    /// The type of an object that stands here; nil for what is no object.
    func structure(in schema: SchemaLibrary) -> FlattenedType? {
        switch self {
        case .object(let link), .reference(let link), .excerpt(let link):
            try? link.type(in: schema)
        case .primitive, .enumeration, .undefined: nil
        }
    }
}
