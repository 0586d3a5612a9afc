import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// What stands at a URI of the service: schema type, who may do what, and how it renders.
///
/// One value a resource type; each is defined in a file of its own under `Resources`. A definition
/// is stateless: it is handed the device and the place.
struct Resource: Sendable {
    /// Type as it stands after the `#` of `@odata.type`, for example `Outlet.v1_4_4.Outlet`.
    let type: String
    /// Readable without credentials.
    var isPublic = false
    /// Whether the representation has an entity tag. Live readings stay out of tags, so resources
    /// that show them have none.
    var hasEntityTag = false
    /// What the tag is made of, where that is not the representation itself.
    var revision: (@Sendable (SmartPDU, Place, VirtualInstant) -> String)?
    let render: @Sendable (SmartPDU, Place, VirtualInstant, inout JSONWriter) -> Void
    /// Whether the place exists now; sessions and subscriptions come and go.
    var exists: @Sendable (SmartPDU, Place) -> Bool = { _, _ in true }
    var writable: [WritableProperty] = []
    var create: Creation?
    /// Answers a POST by itself, where that creates nothing and is no action.
    var command: Command?
    var delete: Deletion?
    var actions: [Action] = []
    /// Answers GET where that shows no representation: a task's monitor, a file.
    var respond: (@Sendable (inout SmartPDU, RequestContext) -> ResponseMessage)?

    typealias Creation =
        @Sendable (inout SmartPDU, RequestContext, JSONObject) throws(RedfishError) -> Created
    typealias Command =
        @Sendable (inout SmartPDU, RequestContext, JSONObject) throws(RedfishError) -> (
            body: [UInt8], effects: [Effect]
        )
    typealias Deletion =
        @Sendable (inout SmartPDU, RequestContext) throws(RedfishError) -> Void

    /// The schema's name, which the privilege registry calls the entity: `Outlet`.
    var entity: String { String(type.prefix { $0 != "." }) }

    var isCollection: Bool { !type.contains(".v") }

    var methods: [String] {
        if command != nil { return ["POST"] }
        var methods = ["GET", "HEAD"]
        if !writable.isEmpty { methods.append("PATCH") }
        if create != nil { methods.append("POST") }
        if delete != nil { methods.append("DELETE") }
        return methods
    }

    /// Target of the `Link` field that names the schema of the payload.
    var describedBy: String {
        let file =
            isCollection ? entity : type.split(separator: ".").prefix(2).joined(separator: ".")
        return "<http://redfish.dmtf.org/schemas/v1/\(file).json>; rel=describedby"
    }
}

/// Which one of its kind a URI names.
enum Place: Sendable, Hashable {
    case only
    case outlet(Int)
    case branch(Int)
    case sensor(Int)
    /// A member that comes and goes, or is named rather than numbered.
    case member(String)
}

/// Who asks for what, and when.
struct RequestContext: Sendable {
    var instant: VirtualInstant
    var path: String
    var place: Place
    var principal: Principal?
}

/// The result of a POST to a collection.
struct Created: Sendable {
    var path: String
    var fields: HTTPFields = [:]
    /// What the response has to say beside the new resource.
    var messages: [RedfishMessage] = []
    /// Members of the response that the resource itself does not show.
    var members: [(name: String, value: String)] = []
}

/// A property that PATCH may change.
struct WritableProperty: Sendable {
    /// A property inside an object is named with the object: `NTP/NTPServers`.
    let name: String
    /// Checks the value and sets it. Throws before anything has changed.
    let set: @Sendable (inout SmartPDU, RequestContext, JSONValue) throws(RedfishError) -> Void

    /// A whole number of the range.
    static func integer(
        _ name: String, in range: ClosedRange<Int64>,
        _ set: @escaping @Sendable (inout SmartPDU, Place, Int64) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            set(&pdu, context.place, try wholeNumber(value, name, in: range))
        }
    }

    static func bool(
        _ name: String,
        _ set: @escaping @Sendable (inout SmartPDU, Place, Bool) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
            set(&pdu, context.place, flag)
        }
    }

    static func string(
        _ name: String, maximumLength: Int = 256,
        _ set: @escaping @Sendable (inout SmartPDU, Place, String) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard let text = value.string else { throw .propertyType(name, value.compactText) }
            guard text.utf8.count <= maximumLength else {
                throw .propertyOutOfRange(name, value.compactText)
            }
            set(&pdu, context.place, text)
        }
    }
}

/// The value of a property that is a whole number of a range.
func wholeNumber(
    _ value: JSONValue, _ name: String, in range: ClosedRange<Int64>
) throws(RedfishError) -> Int64 {
    guard let integer = value.number?.exactInteger else {
        throw .propertyType(name, value.compactText)
    }
    guard range.contains(integer) else { throw .propertyOutOfRange(name, value.compactText) }
    return integer
}

/// An action a resource offers at `…/Actions/Name`.
struct Action: Sendable {
    struct Parameter: Sendable {
        var name: String
        var allowableValues: [String] = []
        var isRequired = true
        /// Takes a list of its allowable values rather than one.
        var isArray = false
    }

    /// For example `Outlet.PowerControl`.
    let name: String
    var parameters: [Parameter] = []
    /// What the `Location` of the answer names.
    var location: String?
    /// Set where the action takes its time: accepts its task.
    var start:
        (
            @Sendable (inout SmartPDU, RequestContext, JSONObject) throws(RedfishError)
                -> DeviceTask
        )?
    let perform:
        @Sendable (inout SmartPDU, RequestContext, JSONObject) throws(RedfishError) -> [Effect]

    /// Refuses parameters that are missing, unknown or outside their list.
    func check(_ arguments: JSONObject) throws(RedfishError) {
        for member in arguments.members where !member.name.contains("@") {
            guard let parameter = parameters.first(where: { $0.name == member.name }) else {
                throw .actionParameterUnknown(name, member.name)
            }
            guard !parameter.allowableValues.isEmpty else { continue }
            let values = parameter.isArray ? member.value.array : [member.value]
            for value in values ?? [.null] {
                guard let text = value.string else {
                    throw .actionParameterType(name, member.name, member.value.compactText)
                }
                guard parameter.allowableValues.contains(text) else {
                    throw .actionParameterNotInList(name, member.name, text)
                }
            }
        }
        for parameter in parameters where parameter.isRequired && arguments[parameter.name] == nil {
            throw .actionParameterMissing(name, parameter.name)
        }
    }
}
