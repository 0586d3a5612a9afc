import JSONText

// Every single demand of a profile, in its order and in words.

extension Profile {
    struct Demand {
        var pointer: JSONPointer
        var words: String
    }

    var demands: [Demand] {
        var demands = protocolRequirements.map { requirement in
            switch requirement.demand {
            case .version(let version):
                Demand(pointer: requirement.pointer, words: "protocol: at least \(version)")
            case .feature(let level):
                Demand(
                    pointer: requirement.pointer,
                    words: "protocol \(requirement.name): \(level.rawValue)")
            }
        }
        for resource in resources { resource.append(to: &demands) }
        for registry in registries {
            demands.append(
                Demand(
                    pointer: registry.clause.pointer,
                    words: "registry \(registry.name): \(registry.read.rawValue)"))
            if let found = registry.minVersion {
                demands.append(
                    Demand(
                        pointer: found.pointer,
                        words: "registry \(registry.name): at least \(found.version)"))
            }
            demands += registry.messages.map {
                Demand(
                    pointer: $0.pointer,
                    words: "message \(registry.name).\($0.name): \($0.read.rawValue)")
            }
        }
        return demands
    }
}

extension ResourceRequirement {
    fileprivate func append(to demands: inout [Profile.Demand]) {
        func add(_ pointer: JSONPointer, _ words: String) {
            demands.append(Profile.Demand(pointer: pointer, words: "\(subject)\(words)"))
        }
        if read > .none { add(clause.pointer, ": \(read.rawValue)") }
        if let minVersion { add(minVersion.pointer, ": at least \(minVersion.version)") }
        for capability in capabilities { add(capability.pointer, ": \(capability.kind.rawValue)") }
        for condition in conditions where condition.terms.read > .none {
            add(
                condition.terms.readPointer,
                ": \(condition.terms.read.rawValue) \(condition.words)")
        }
        for property in properties { property.append(to: &demands, below: subject, "") }
        for action in actions {
            add(action.clause.pointer, " action \(action.name): \(action.read.rawValue)")
            if action.actionInfo > .none {
                add(
                    action.actionInfoPointer,
                    " action \(action.name): ActionInfo \(action.actionInfo.rawValue)")
            }
            for parameter in action.parameters {
                let name = " action \(action.name) parameter \(parameter.name)"
                add(parameter.clause.pointer, "\(name): \(parameter.read.rawValue)")
                for (key, found) in [
                    ("ParameterValues", parameter.values),
                    ("RecommendedValues", parameter.recommendedValues),
                ] {
                    guard let found else { continue }
                    add(found.pointer, "\(name): \(key) \(found.values.words)")
                }
            }
        }
    }
}

extension PropertyRequirement {
    fileprivate func append(
        to demands: inout [Profile.Demand], below subject: String, _ path: String
    ) {
        let path = path.isEmpty ? name : "\(path)/\(name)"
        for (terms, when) in [(terms, "")] + conditions.map({ ($0.terms, " \($0.words)") }) {
            func add(_ pointer: JSONPointer, _ words: String) {
                demands.append(
                    Profile.Demand(pointer: pointer, words: "\(subject) \(path): \(words)\(when)"))
            }
            if terms.read > .conditional { add(terms.readPointer, terms.read.rawValue) }
            if terms.write > .none { add(terms.writePointer, "writable, \(terms.write.rawValue)") }
            if let found = terms.minCount { add(found.pointer, "MinCount \(found.count)") }
            if let comparison = terms.comparison { add(comparison.pointer, comparison.words) }
        }
        if let found = minSupportValues {
            demands.append(
                Profile.Demand(
                    pointer: found.pointer,
                    words: "\(subject) \(path): MinSupportValues \(found.values.words)"))
        }
        for property in properties { property.append(to: &demands, below: subject, path) }
    }
}

extension Condition {
    /// `when CircuitType Equal "Mains"`
    var words: String {
        var parts: [String] = []
        if let property { parts.append("\(property.name) \(property.comparison.words)") }
        if !parents.isEmpty { parts.append("below \(parents.joined(separator: ", "))") }
        if uris != nil { parts.append("at certain URIs") }
        return parts.isEmpty ? "always" : "when \(parts.joined(separator: " and "))"
    }
}

extension [JSONValue] {
    var words: String { map(\.compactText).joined(separator: ", ") }
}
