package import Findings

// Rules on what a resource says of itself and of its parts.

extension SchemaRules {
    package static let memberID = Rule(
        "schema/member-id", .shall, .fail,
        "The MemberId of an element is its index in the array.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Referenceable members\"",
        peerClasses: ["Invalid Identifier Error"])

    package static let embeddedAddress = Rule(
        "schema/embedded-address", .shall, .fail,
        "An object inside a resource names the resource and its own place as a JSON pointer.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Referenceable members\"",
        peerClasses: ["JSON Pointer Error"])

    package static let trailingSlash = Rule(
        "schema/trailing-slash", .should, .warn,
        "An address does not end with a slash.",
        source: "CSDL: Redfish.Uris of the type, which end without one",
        peerClasses: ["Trailing Slash Warning"])

    package static let emptyString = Rule(
        "schema/empty-string", .policy, .warn,
        "A text that can only be read says something; what is not supported is left out.",
        source: "harness policy, as the Redfish Service Validator has it",
        peerClasses: ["Empty String Warning"])

    package static let durableName = Rule(
        "schema/durable-name", .shall, .fail,
        "A durable name has the form that its format asks for.",
        source: "CSDL: Resource 1.1.0, DurableName and DurableNameFormat of Identifier",
        peerClasses: ["Property Value Error"])

    /// The Redfish Service Validator has no class for this: it does not look at units.
    package static let readingUnits = Rule(
        "schema/reading-units", .shall, .fail,
        "The units of a sensor are those of what it reads, by their UCUM code, letter case "
            + "included.",
        source: "CSDL: Sensor 1.0.0, ReadingType and ReadingUnits; \"The Unified Code for Units of "
            + "Measure\" 2.2")

    static let ofPlaces = [
        memberID, embeddedAddress, trailingSlash, emptyString, durableName, readingUnits,
    ]
}
