/// How grave a message is.
///
/// Source: DMTF schema Resource, type `Resource.Health`, which message registries use.
package enum MessageSeverity: String, Sendable, Hashable, CaseIterable {
    case ok = "OK"
    case warning = "Warning"
    case critical = "Critical"
}

/// The type of a message's argument.
package enum MessageArgumentType: String, Sendable, Hashable, CaseIterable {
    case string
    case number
}

/// Which earlier messages a message takes back.
///
/// Source: DMTF schema MessageRegistry 1.7.0, type `ClearingLogic`.
package struct ClearingLogic: Sendable, Hashable {
    /// For example `SameOriginOfCondition`.
    package var condition: String?
    package var clearsAll: Bool
    /// Keys of the same registry.
    package var clearedKeys: [String]

    package init(condition: String?, clearsAll: Bool = false, clearedKeys: [String] = []) {
        self.condition = condition
        self.clearsAll = clearsAll
        self.clearedKeys = clearedKeys
    }
}

/// One message of a registry, as facts; the texts are present where somebody wrote them.
package struct MessageDefinition: Sendable, Hashable {
    package var key: String
    package var severity: MessageSeverity
    /// One type for each argument, in order.
    package var argumentTypes: [MessageArgumentType]
    /// The text with `%1`, `%2`, … where the arguments go.
    package var template: String?
    package var resolution: String?
    package var clearing: ClearingLogic?
    package var versionAdded: SchemaVersion?
    package var versionDeprecated: SchemaVersion?

    package init(
        key: String, severity: MessageSeverity, argumentTypes: [MessageArgumentType] = [],
        template: String? = nil, resolution: String? = nil, clearing: ClearingLogic? = nil,
        versionAdded: SchemaVersion? = nil, versionDeprecated: SchemaVersion? = nil
    ) {
        self.key = key
        self.severity = severity
        self.argumentTypes = argumentTypes
        self.template = template
        self.resolution = resolution
        self.clearing = clearing
        self.versionAdded = versionAdded
        self.versionDeprecated = versionDeprecated
    }

    package var argumentCount: Int { argumentTypes.count }

    /// The message's text with these arguments in it. A placeholder that has no argument stays as
    /// it is. Without a template the text is formed from key and arguments.
    package func text(arguments: [String]) -> String {
        guard let template else { return plainText(arguments: arguments) }
        guard template.utf8.contains(UInt8(ascii: "%")) else { return template }
        var text = ""
        var rest = template[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            let digits = rest[rest.index(after: percent)...].prefix { $0.isASCII && $0.isNumber }
            if let number = Int(digits), (1...max(1, arguments.count)).contains(number),
                !arguments.isEmpty
            {
                text += arguments[number - 1]
            } else {
                text += rest[percent..<digits.endIndex]
            }
            rest = rest[digits.endIndex...]
        }
        return text + rest
    }

    /// `BreakerTripped` with argument `A` becomes `Breaker tripped: A.`
    private func plainText(arguments: [String]) -> String {
        let sentence = sentence(fromKey: key)
        guard !arguments.isEmpty else { return sentence + "." }
        return "\(sentence): \(arguments.joined(separator: ", "))."
    }
}

/// The words of a key in capitals-at-word-starts as a sentence; runs of capitals stay one word.
private func sentence(fromKey key: String) -> String {
    let letters = Array(key)
    var result = ""
    for (index, letter) in letters.enumerated() {
        let beginsWord =
            index > 0 && letter.isUppercase
            && (!letters[index - 1].isUppercase
                || (index + 1 < letters.count && letters[index + 1].isLowercase))
        if beginsWord { result += " " }
        let isAcronym =
            (index + 1 < letters.count && letters[index + 1].isUppercase)
            || (index > 0 && letters[index - 1].isUppercase && !beginsWord)
        result += index > 0 && !isAcronym ? letter.lowercased() : String(letter)
    }
    return result
}
