package import Findings

/// The rules that hold a service against an interoperability profile.
///
/// `peerClasses` names the classes of DMTF's Redfish Interop Validator (3.0.4) that a rule
/// corresponds to. Where it has none, it does not look.
package enum ProfileRules {
    private static func specification(_ clause: String) -> String {
        "DSP0272 \"Redfish Interoperability Profiles\" 1.9.0, clause \"\(clause)\""
    }

    package static let resource = Rule(
        "profile/resource", .shall, .fail,
        "A resource that the profile demands is there.",
        source: specification("Resource (schema) requirements"),
        peerClasses: ["Required Resource Error"])

    package static let excludedResource = Rule(
        "profile/excluded-resource", .shall, .fail,
        "A resource that the profile excludes is not there.",
        source: specification("ReadRequirement"), peerClasses: ["Disallowed Resource Error"])

    package static let resourceVersion = Rule(
        "profile/resource-version", .shall, .fail,
        "A resource is of the version that the profile demands, or a later one.",
        source: specification("Schema-level functions"), peerClasses: ["Resource Version Error"])

    package static let capability = Rule(
        "profile/capability", .shall, .fail,
        "Resources can be created, changed and deleted where the profile demands it.",
        source: specification("Schema-level functions"),
        peerClasses: ["Resource Capabilities Error", "Resource Capabilities Warning"])

    package static let property = Rule(
        "profile/property", .shall, .fail,
        "A property that the profile demands is there.",
        source: specification("ReadRequirement"), peerClasses: ["Read Requirement Error"])

    /// The Interop Validator counts it as not tested.
    package static let recommended = Rule(
        "profile/recommended", .should, .info,
        "What the profile recommends is there.", source: specification("ReadRequirement"))

    package static let excludedProperty = Rule(
        "profile/excluded-property", .shall, .fail,
        "A property that the profile excludes is not there.",
        source: specification("ReadRequirement"), peerClasses: ["Read Requirement Error"])

    package static let supported = Rule(
        "profile/supported", .shall, .fail,
        "What the profile wants supported is there, or writable, in one instance at least.",
        source: specification("ReadRequirement"),
        peerClasses: ["Read Requirement Error", "Write Requirement Property Error"])

    package static let replacedProperty = Rule(
        "profile/replaced-property", .should, .warn,
        "A property is there, and not only the older one that it replaces.",
        source: specification("Property-level functions"),
        peerClasses: ["Replaced Property Warning"])

    package static let writable = Rule(
        "profile/writable", .shall, .fail,
        "A property is writable where the profile demands it.",
        source: specification("WriteRequirement"), peerClasses: ["Write Requirement Error"])

    package static let minCount = Rule(
        "profile/min-count", .shall, .fail,
        "An array has as many elements other than null as the profile demands.",
        source: specification("Property-level functions"), peerClasses: ["Min Count Error"])

    package static let supportedValues = Rule(
        "profile/supported-values", .shall, .fail,
        "The values that can be written include those that the profile demands.",
        source: specification("Property-level functions"),
        peerClasses: ["Supported Values Error"])

    package static let comparison = Rule(
        "profile/comparison", .shall, .fail,
        "A value compares as the profile demands.",
        source: specification("Comparison"), peerClasses: ["Comparison Error"])

    package static let object = Rule(
        "profile/object", .shall, .warn,
        "Where the profile demands properties of an object, an object stands.",
        source: specification("Property-level functions"),
        peerClasses: ["Property Requirements Warning"])

    package static let action = Rule(
        "profile/action", .shall, .fail,
        "An action that the profile demands is there, and none that it excludes.",
        source: specification("Action requirements"), peerClasses: ["Required Action Error"])

    package static let actionInfo = Rule(
        "profile/action-info", .shall, .fail,
        "An action has the description of its parameters that the profile demands.",
        source: specification("Action requirements"), peerClasses: ["Required Action Info Error"])

    package static let parameter = Rule(
        "profile/parameter", .shall, .fail,
        "An action takes the parameters, and these the values, that the profile demands.",
        source: specification("Parameters"))

    package static let protocolFeature = Rule(
        "profile/protocol", .shall, .fail,
        "The service speaks the version of the protocol, and has the features of it, that the "
            + "profile demands.",
        source: specification("Protocol requirements"))

    package static let registry = Rule(
        "profile/registry", .shall, .fail,
        "The service has the message registries, and these the messages, that the profile demands.",
        source: specification("Registry-level requirements"))

    // MARK: The profile itself

    package static let unknownKey = Rule(
        "profile/unknown-key", .policy, .warn,
        "A profile has no keys that the schema of profiles does not know: they demand nothing.",
        source: "DMTF's schema RedfishInteroperabilityProfile.v1_10_0",
        peerClasses: ["(refuses the profile)"])

    package static let unknownName = Rule(
        "profile/unknown-name", .policy, .warn,
        "A profile demands types, properties, actions and parameters that the schemas have.",
        source: specification("Resource (schema) requirements"))

    package static let all = [
        resource, excludedResource, resourceVersion, capability, property, recommended,
        excludedProperty, supported, replacedProperty, writable, minCount, supportedValues,
        comparison, object, action, actionInfo, parameter, protocolFeature, registry, unknownKey,
        unknownName,
    ]
}
