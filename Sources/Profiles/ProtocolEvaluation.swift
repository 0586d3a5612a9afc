import Findings
import JSONText
import Schema
import Validation

/// How a feature of the protocol shows in the payloads of a service.
///
/// Source: schema ServiceRoot, property ProtocolFeaturesSupported; ManagerNetworkProtocol, SSDP.
enum ProtocolFeature {
    /// In the order in which profiles list them.
    static let names = [
        "Discovery", "HostInterface", "ExpandQuery", "FilterQuery", "SelectQuery", "OnlyQuery",
        "ExcerptQuery", "DeepPATCH", "DeepPOST",
    ]

    /// Where a flag of the service root tells; nil for features that show otherwise or not at all.
    static func flags(of name: String) -> [JSONPointer]? {
        let paths: [[String]]
        switch name {
        case "ExpandQuery": paths = ["ExpandAll", "Links", "NoLinks"].map { ["ExpandQuery", $0] }
        case "FilterQuery", "SelectQuery", "ExcerptQuery": paths = [[name]]
        case "OnlyQuery": paths = [["OnlyMemberQuery"]]
        case "DeepPATCH", "DeepPOST": paths = [["DeepOperations", name]]
        default: return nil
        }
        return paths.map { JSONPointer(tokens: ["ProtocolFeaturesSupported"] + $0) }
    }
}

extension ProfileEvaluation {
    mutating func judgeProtocol() {
        for requirement in profile.protocolRequirements {
            switch requirement.demand {
            case .version(let least): judgeProtocolVersion(requirement, least)
            case .feature(let level): judge(requirement, level)
            }
        }
    }

    private mutating func judgeProtocolVersion(
        _ requirement: ProtocolRequirement, _ least: SchemaVersion
    ) {
        guard let seen = rootSite.object["RedfishVersion"], let text = seen.string,
            let version = SchemaVersion(text)
        else { return ledger.open(requirement.pointer) }
        guard version < least else { return ledger.met(requirement.pointer) }
        ledger.missed(
            ProfileRules.protocolFeature, requirement.pointer, purpose: nil, at: rootSite,
            member: ["RedfishVersion"], "the service speaks an older version of the protocol",
            expected: "\(least) or later", seen: seen)
    }

    private mutating func judge(_ requirement: ProtocolRequirement, _ level: WriteRequirement) {
        guard level != .none, let isThere = shows(requirement.name) else {
            return ledger.open(requirement.pointer)
        }
        guard !isThere else { return ledger.met(requirement.pointer) }
        let isMandatory = level == .mandatory
        ledger.missed(
            isMandatory ? ProfileRules.protocolFeature : ProfileRules.recommended,
            requirement.pointer, purpose: nil, at: rootSite,
            member: ProtocolFeature.flags(of: requirement.name)?.first?.tokens ?? [],
            "the service does not support \(requirement.name)")
    }

    /// Nil where payloads do not tell.
    private func shows(_ name: String) -> Bool? {
        guard service.isWhole else { return nil }
        if let flags = ProtocolFeature.flags(of: name) {
            return flags.contains { rootSite.resource.payload[$0] == .bool(true) }
        }
        switch name {
        case "Discovery":
            return service.resources(ofType: "ManagerNetworkProtocol").contains {
                $0.payload["SSDP"]?["ProtocolEnabled"] == .bool(true)
            }
        case "HostInterface": return !service.resources(ofType: "HostInterface").isEmpty
        default: return nil
        }
    }

    // MARK: Registries

    mutating func judge(_ requirement: RegistryRequirement) {
        let file = service.resources(ofType: "MessageRegistryFile").first { file in
            file.payload["Registry"]?.string?.split(separator: ".").first.map(String.init)
                == requirement.name
        }
        guard file != nil || service.isWhole else {
            return ledger.open(requirement.clause.pointer)
        }
        let site = file.map(Site.init) ?? rootSite
        ledger.presence(
            of: "the registry \(requirement.name)", file != nil, demanded: requirement.read,
            by: requirement.clause.pointer, ProfileRules.registry,
            purpose: requirement.clause.purpose, at: site,
            member: file == nil ? [] : ["Registry"])
        guard let file, requirement.read != .excluded else { return }
        let registry = served(by: file)
        judgeVersion(requirement, registry, site)
        let messages = registry?.payload["Messages"]?.object
        for message in requirement.messages {
            guard let messages, let registry else {
                ledger.open(message.pointer)
                continue
            }
            ledger.presence(
                of: "the message \(requirement.name).\(message.name)",
                messages[message.name] != nil, demanded: message.read, by: message.pointer,
                ProfileRules.registry, purpose: requirement.clause.purpose, at: Site(registry),
                member: ["Messages"])
        }
    }

    /// The registry that a file's entry leads to, where the service has it itself.
    private func served(by file: SurveyedResource) -> SurveyedResource? {
        let locations = file.payload["Location"]?.array ?? []
        return locations.lazy.compactMap { $0["Uri"]?.string }.compactMap { service[$0] }.first
    }

    private mutating func judgeVersion(
        _ requirement: RegistryRequirement, _ registry: SurveyedResource?, _ site: Site
    ) {
        guard let least = requirement.minVersion else { return }
        let named = site.object["Registry"]?.string?.split(separator: ".").dropFirst()
            .joined(separator: ".")
        guard
            let text = registry?.payload["RegistryVersion"]?.string ?? named,
            let version = SchemaVersion(text)
        else { return ledger.open(least.pointer) }
        guard version < least.version else { return ledger.met(least.pointer) }
        ledger.missed(
            ProfileRules.registry, least.pointer, purpose: requirement.clause.purpose, at: site,
            member: ["Registry"], "the registry \(requirement.name) is of version \(version)",
            expected: "\(least.version) or later", seen: site.object["Registry"])
    }
}
