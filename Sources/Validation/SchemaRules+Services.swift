package import Findings

// Rules that only a service as a whole can break: links, pages, headers, metadata.

extension SchemaRules {
    package static let link = Rule(
        "schema/link", .shall, .fail,
        "What a link leads to can be read.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Links\"",
        peerClasses: ["Resource Error"])

    /// The Redfish Service Validator has no class for this: it sees what links lead to.
    package static let orphan = Rule(
        "schema/orphan", .policy, .warn,
        "A resource can be reached from the root by links.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Links\"")

    /// The Redfish Service Validator has no class for this: it judges links one by one.
    package static let linkPair = Rule(
        "schema/link-pair", .policy, .warn,
        "Two members of Links that are each other's counterpart agree.",
        source: "CSDL: the navigation properties of Links that lead to one another's schema: "
            + "Outlet and Circuit, Chassis and PowerDistribution, Chassis and Manager, …")

    package static let json = Rule(
        "schema/json", .shall, .fail,
        "A resource is read as JSON text in UTF-8 without a byte-order mark.",
        source: "RFC 8259, \"The JavaScript Object Notation (JSON) Data Interchange Format\", "
            + "clauses 2 and 8.1",
        peerClasses: ["Resource Error"])

    package static let referenceType = Rule(
        "schema/reference-type", .shall, .fail,
        "A reference leads to a resource of the type its property asks for, or derived from it.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 7.1.2, "
            + "Attribute Type",
        peerClasses: ["Reference Object Error"])

    package static let originOfCondition = Rule(
        "schema/origin-of-condition", .should, .warn,
        "The origin of a condition can be read, unless the record says that it cannot.",
        source: "CSDL: LogEntry, OriginOfCondition and OriginOfConditionUnavailable",
        peerClasses: ["Resource Warning"])

    /// The Redfish Service Validator has no class for this: it does not compare the two.
    package static let ownAddress = Rule(
        "schema/own-address", .shall, .fail,
        "A resource says of itself the address that it was read at.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Resource identifier property\"")

    /// The Redfish Service Validator has no class for this: it does not count.
    package static let collectionPages = Rule(
        "schema/collection-pages", .shall, .fail,
        "The pages of a collection hold together as many members as its count says.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Resource collection responses\"")

    package static let allow = Rule(
        "schema/allow", .shall, .fail,
        "The header Allow lists no method that the schema rules out.",
        source: "CSDL: Capabilities.InsertRestrictions, UpdateRestrictions and DeleteRestrictions "
            + "of the type",
        peerClasses: ["Allowed Method Error"])

    /// The Redfish Service Validator has no class for this: of headers it looks at Allow only.
    package static let odataVersion = Rule(
        "schema/odata-version", .shall, .fail,
        "A response says in the header OData-Version that it is of version 4.0.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Response headers\"")

    /// The Redfish Service Validator has no class for this: of headers it looks at Allow only.
    package static let contentType = Rule(
        "schema/content-type", .shall, .fail,
        "A resource is served as application/json.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Media types\"")

    /// The Redfish Service Validator has no class for this: of headers it looks at Allow only.
    package static let describedBy = Rule(
        "schema/described-by", .shall, .fail,
        "The schema that the header Link names describes the payload's type and version.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Link header\"")

    /// The Redfish Service Validator has no class for this: of headers it looks at Allow only.
    package static let entityTag = Rule(
        "schema/entity-tag", .shall, .fail,
        "The header ETag and @odata.etag of a payload are equal.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"ETags\"")

    /// The Redfish Service Validator has no class for this: it reads `$metadata` for schemas only.
    package static let metadata = Rule(
        "schema/metadata", .shall, .fail,
        "A service's metadata document is CSDL that can be read.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"OData metadata\"")

    /// The Redfish Service Validator has no class for this: it reads `$metadata` for schemas only.
    package static let metadataType = Rule(
        "schema/metadata-type", .shall, .fail,
        "The metadata document includes the namespace and version of every type that payloads "
            + "name.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"Referencing other schemas\"")

    /// The Redfish Service Validator has no class for this: it reads `$metadata` for schemas only.
    package static let metadataReference = Rule(
        "schema/metadata-reference", .shall, .fail,
        "A namespace that the metadata document includes is defined by the file it refers to.",
        source: "OASIS \"OData Version 4.0 Part 3: Common Schema Definition Language\", 3.3, "
            + "Element edmx:Reference")

    /// The Redfish Service Validator has no class for this: it reads `$metadata` for schemas only.
    package static let metadataContainer = Rule(
        "schema/metadata-container", .shall, .fail,
        "The metadata document has one entity container, which extends one that a schema defines.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, clause \"OData metadata\"")

    static let ofServices = [
        link, orphan, linkPair, json, referenceType, originOfCondition, ownAddress, collectionPages,
        allow,
        odataVersion, contentType, describedBy, entityTag, metadata, metadataType,
        metadataReference, metadataContainer,
    ]
}
