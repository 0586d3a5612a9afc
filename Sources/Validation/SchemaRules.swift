package import Findings

/// The rules that hold a payload against its schema.
///
/// `peerClasses` names, for those who know them, the classes of findings of DMTF's Redfish Service
/// Validator (3.1.8) that a rule corresponds to.
package enum SchemaRules {
    package static let knownType = Rule(
        "schema/known-type", .shall, .fail,
        "A payload names a type that a schema at hand defines.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", the schema "
            + "named by @odata.type",
        peerClasses: ["Schema Error"])

    package static let typeMatches = Rule(
        "schema/type-matches", .shall, .fail,
        "An object that names its type is of the type its place asks for, or derived from "
            + "it.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 7.1.2, "
            + "Attribute Type",
        peerClasses: ["Object Type Error"])

    package static let unknownProperty = Rule(
        "schema/unknown-property", .shall, .fail,
        "Every property is one that its type defines.",
        source: "CSDL: OData.AdditionalProperties of the type",
        peerClasses: ["Unknown Property Error"])

    /// The Redfish Service Validator has no class for this: it does not see duplicates.
    package static let duplicateProperty = Rule(
        "schema/duplicate-property", .shall, .fail,
        "A name stands in an object once.",
        source: "RFC 8259, \"The JavaScript Object Notation (JSON) Data Interchange Format\", "
            + "clause 4")

    package static let propertyVersion = Rule(
        "schema/property-version", .shall, .fail,
        "A property or action was there in the version the payload declares.",
        source: "CSDL: Redfish.Revisions of the definition",
        peerClasses: ["Unknown Property Error", "Unsupported Action Error"])

    package static let dynamicProperty = Rule(
        "schema/dynamic-property", .shall, .fail,
        "A property that the service names fits the pattern for such names.",
        source: "CSDL: Redfish.DynamicPropertyPatterns of the type",
        peerClasses: ["Unknown Property Error"])

    package static let required = Rule(
        "schema/required", .shall, .fail,
        "What a schema requires is present.",
        source: "CSDL: Redfish.Required of the property",
        peerClasses: ["Required Property Error"])

    package static let jsonType = Rule(
        "schema/json-type", .shall, .fail,
        "A value has the JSON type that its type in the schema asks for.",
        source: "OASIS \"OData JSON Format Version 4.0\", 7.1, Primitive Value",
        peerClasses: ["Property Type Error"])

    package static let array = Rule(
        "schema/array", .shall, .fail,
        "An array stands where the schema has a collection, and nowhere else.",
        source: "OASIS \"OData JSON Format Version 4.0\", 7.3, Collection of Primitive Values, and "
            + "7.4, Collection of Complex Values",
        peerClasses: ["Property Type Error"])

    package static let null = Rule(
        "schema/null", .shall, .fail,
        "Null stands only where the schema allows it.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 6.2.1, "
            + "Attribute Nullable",
        peerClasses: ["Null Error"])

    package static let enumMember = Rule(
        "schema/enum-member", .shall, .fail,
        "A value of an enumeration is one of its members.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 10, "
            + "Enumeration Type",
        peerClasses: ["Property Value Error"])

    package static let enumMemberVersion = Rule(
        "schema/enum-member-version", .shall, .fail,
        "A member of an enumeration was there in the version the payload declares.",
        source: "CSDL: Redfish.Revisions of the member",
        peerClasses: ["Property Value Error"])

    package static let deprecatedValue = Rule(
        "schema/deprecated-value", .should, .warn,
        "A deprecated member of an enumeration is not used.",
        source: "CSDL: Redfish.Revisions of the member",
        peerClasses: ["Deprecated Value Warning"])

    package static let deprecatedProperty = Rule(
        "schema/deprecated-property", .should, .warn,
        "A deprecated property or action is not used.",
        source: "CSDL: Redfish.Revisions of the definition",
        peerClasses: ["Deprecated Property Warning"])

    package static let pattern = Rule(
        "schema/pattern", .shall, .fail,
        "A text matches the pattern its schema gives.",
        source: "CSDL: Validation.Pattern of the property",
        peerClasses: ["Property Value Error"])

    package static let bounds = Rule(
        "schema/bounds", .shall, .fail,
        "A number lies within the bounds that its schema and its type give.",
        source: "CSDL: Validation.Minimum and Validation.Maximum of the property; OASIS \"OData "
            + "Version 4.0 Part 3: Common Schema Definition Language\", 4.4, Primitive Types; RFC "
            + "8259, clause 6",
        peerClasses: ["Numeric Range Error"])

    package static let format = Rule(
        "schema/format", .shall, .fail,
        "Date-times, durations, UUIDs and URIs are written in their forms.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 4.4, "
            + "Primitive Types; schema term OData.IsURL",
        peerClasses: ["Property Value Error"])

    package static let writeOnly = Rule(
        "schema/write-only", .shall, .fail,
        "A property that can only be written is null when read.",
        source: "CSDL: OData.Permissions of the property",
        peerClasses: ["Null Error"])

    package static let excerpt = Rule(
        "schema/excerpt", .shall, .fail,
        "An excerpt holds the properties of that excerpt, and a whole resource none that "
            + "only excerpts have.",
        source: "CSDL: Redfish.Excerpt and Redfish.ExcerptCopyOnly of the property",
        peerClasses: ["Unknown Property Error"])

    package static let reference = Rule(
        "schema/reference", .shall, .fail,
        "A reference is an object with the address of the resource, and no more.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 7, "
            + "Navigation Property",
        peerClasses: ["Reference Object Error"])

    /// The Redfish Service Validator has no class for this: it does not count.
    package static let collectionCount = Rule(
        "schema/collection-count", .shall, .fail,
        "A count equals the number of elements, or exceeds it where more pages follow.",
        source: "OASIS \"OData JSON Format Version 4.0\", 4.5.4, Annotation odata.count")

    /// The Redfish Service Validator has no class for this: it does not judge annotations.
    package static let annotation = Rule(
        "schema/annotation", .shall, .fail,
        "An annotation is known, annotates what is there, and has a value of its type.",
        source: "OASIS \"OData JSON Format Version 4.0\", 4.5, Control Information; terms of "
            + "schema RedfishExtensions 1.0.0")

    package static let copyright = Rule(
        "schema/copyright", .shall, .fail,
        "A service does not carry the annotation that published examples carry.",
        source: "CSDL: term Redfish.Copyright",
        peerClasses: ["Copyright Annotation Error"])

    package static let action = Rule(
        "schema/action", .shall, .fail,
        "An action is one of the schema's, says where it is sent, and holds nothing "
            + "foreign.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 12, Action "
            + "and Function",
        peerClasses: [
            "Unsupported Action Error", "Unknown Property Error", "Required Property Error",
        ])

    package static let actionTarget = Rule(
        "schema/action-target", .shall, .fail,
        "An action's target is the resource's address, /Actions/ and the action's name.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Actions property\"",
        peerClasses: ["Action URI Error"])

    package static let uri = Rule(
        "schema/uri", .shall, .fail,
        "A resource stands at an address its schema allows.",
        source: "CSDL: Redfish.Uris of the type",
        peerClasses: ["Undefined URI Error"])

    package static let deprecatedURI = Rule(
        "schema/deprecated-uri", .should, .warn,
        "A resource does not stand at a deprecated address.",
        source: "CSDL: Redfish.DeprecatedUris of the type",
        peerClasses: ["Deprecated URI Warning"])

    package static let id = Rule(
        "schema/id", .shall, .fail,
        "The Id of a collection's member is the last segment of its address.",
        source: "CSDL: Resource 1.0.0, property Id, and Redfish.Uris of the type",
        peerClasses: ["Invalid Identifier Error"])

    /// The Redfish Service Validator has no class for this: it does not look messages up.
    package static let messageRegistry = Rule(
        "schema/message-registry", .policy, .warn,
        "A message comes from a registry that is at hand.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"MessageId format\"")

    /// The Redfish Service Validator has no class for this: it does not look messages up.
    package static let messageID = Rule(
        "schema/message-id", .shall, .fail,
        "A message's identifier names registry, version and a message the registry has.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"MessageId format\"")

    /// The Redfish Service Validator has no class for this: it does not look messages up.
    package static let messageArguments = Rule(
        "schema/message-args", .shall, .fail,
        "A message has as many arguments as its registry says, and numbers where it says "
            + "so.",
        source: "CSDL: MessageRegistry 1.7.0, properties NumberOfArgs and ParamTypes")

    /// The Redfish Service Validator has no class for this: it reads resources only.
    package static let event = Rule(
        "schema/event", .shall, .fail,
        "An event holds a record or more.",
        source: "CSDL: Event, property Events")

    /// The Redfish Service Validator has no class for this: it reads resources only.
    package static let errorMessages = Rule(
        "schema/error-messages", .should, .warn,
        "The body of an error says in messages what is wrong.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Error responses\"")

    /// The Redfish Service Validator has no class for this: it reads resources only.
    package static let requiredOnCreate = Rule(
        "schema/required-on-create", .shall, .fail,
        "A body that creates a resource has what its schema requires for that.",
        source: "CSDL: Redfish.RequiredOnCreate of the property")

    /// The Redfish Service Validator has no class for this: it reads resources only.
    package static let notWritable = Rule(
        "schema/not-writable", .shall, .fail,
        "A request writes only what can be written.",
        source: "CSDL: OData.Permissions of the property; Capabilities.UpdateRestrictions of the "
            + "type")

    /// The Redfish Service Validator has no class for this: it reads resources only.
    package static let parameter = Rule(
        "schema/parameter", .shall, .fail,
        "An action gets its own parameters, and all it cannot do without.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 12.8, "
            + "Element Parameter")

    /// The Redfish Service Validator has no class for this: it has no bound.
    package static let findingLimit = Rule(
        "schema/finding-limit", .policy, .warn,
        "A payload is judged to its end, unless that takes more findings than anybody reads.",
        source: "harness policy: whatever a service sends, time and memory stay bounded")

    /// Every rule, in the order of the book.
    package static let all: [Rule] =
        [
            knownType, typeMatches, unknownProperty, duplicateProperty, propertyVersion,
            dynamicProperty, required, jsonType, array, null, enumMember, enumMemberVersion,
            deprecatedValue, deprecatedProperty, pattern, bounds, format, writeOnly, excerpt,
            reference, collectionCount, annotation, copyright, action, actionTarget, uri,
            deprecatedURI, id, messageRegistry, messageID, messageArguments, event, errorMessages,
            requiredOnCreate, notWritable, parameter, findingLimit,
        ] + ofPlaces + ofServices
}
