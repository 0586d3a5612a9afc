import JSONText
import VirtualTime

/// What is wrong with a claim as it is written, before anything is measured: members that are
/// missing, unreadable or unknown.
struct ClaimForm {
    struct Flaw {
        var message: String
        /// The member at fault.
        var member: String
        var expected: String
        /// What stands there, where that is not the whole member.
        var seen: String?
        /// Whether the rest can be judged all the same.
        var isHarmless = false
    }

    private static let members = [
        "scope", "from", "to", "energy", "unit", "kind", "quality", "samples", "carbon",
        "carbonUnit", "method",
    ]
    private static let kinds = ["interval", "cumulative"]
    private static let qualities = ["measured", "estimated", "unknown"]
    private static let time = "ISO 8601 with a zone, such as 2026-01-15T10:00:10Z"

    private let claim: JSONValue
    private(set) var flaws: [Flaw] = []

    init(_ claim: JSONValue) {
        self.claim = claim
        holdQuantities()
        holdTimes()
        holdWords()
    }

    /// What a member says; null says nothing.
    private func stated(_ name: String) -> JSONValue? {
        guard let value = claim[name], !value.isNull else { return nil }
        return value
    }

    private mutating func find(
        _ message: String, at member: String, expected: String, seen: String? = nil,
        isHarmless: Bool = false
    ) {
        flaws.append(
            Flaw(
                message: message, member: member, expected: expected, seen: seen,
                isHarmless: isHarmless))
    }

    // MARK: Energy and carbon

    private mutating func holdQuantities() {
        let isUnknown =
            claim["quality"]?.string == "unknown" || claim["energy"] != nil
            || claim["carbon"] != nil
        if stated("energy") == nil, stated("carbon") == nil, !isUnknown {
            find(
                "the claim says neither energy nor carbon", at: "energy",
                expected: "a number with its unit, or null where it is not known")
        }
        if let energy = stated("energy") { hold(energy: energy) }
        if let carbon = stated("carbon") { hold(carbon: carbon) }
    }

    private mutating func hold(energy: JSONValue) {
        let unit = EnergyUnit(claimed: stated("unit")?.string)
        let microjoules = unit.flatMap { energy.number?.microjoules($0) }
        if unit == nil {
            find(
                stated("unit") == nil
                    ? "the claim does not say its unit" : "the claim's unit is none of energy",
                at: "unit", expected: "kWh, Wh or J")
        } else if microjoules == nil {
            find("the energy is no finite number", at: "energy", expected: "a finite number")
        } else if let microjoules, microjoules < 0 {
            find("the energy is negative", at: "energy", expected: "0 or more", isHarmless: true)
        }
    }

    private mutating func hold(carbon: JSONValue) {
        let member = stated("energy") == nil && stated("carbonUnit") == nil ? "unit" : "carbonUnit"
        let unit = stated(member)
        if CarbonUnit(claimed: unit?.string) == nil {
            find(
                unit == nil
                    ? "the claim does not say the unit of its carbon"
                    : "the unit of the claim's carbon is none that is known",
                at: member, expected: "gCO2e or kgCO2e")
        } else if ClaimedCarbon(claim) == nil {
            find("the carbon is no finite number", at: "carbon", expected: "a finite number")
        } else if let carbon = ClaimedCarbon(claim), carbon.milligrams < 0 {
            find("the carbon is negative", at: "carbon", expected: "0 or more", isHarmless: true)
        }
    }

    // MARK: Time

    private mutating func holdTimes() {
        let from = holdTime("from")
        let to = holdTime("to")
        let samples = holdSamples()
        if let from, let to, to < from {
            find("the claim ends before it begins", at: "to", expected: "\(from.iso8601) or later")
        }
        let isOfAnInterval =
            stated("kind")?.string != "cumulative"
            && (stated("energy") != nil || stated("carbon") != nil)
        if isOfAnInterval, stated("from") == nil, samples < 2 {
            find(
                "the claim does not say from when", at: "from",
                expected: "a time; without one only cumulative claims count, from the first "
                    + "reading on")
        }
    }

    private mutating func holdTime(_ member: String) -> VirtualInstant? {
        guard let value = stated(member) else { return nil }
        let instant = value.string.flatMap { VirtualInstant(iso8601: $0) }
        if instant == nil {
            find("the claim's \(member) is no time", at: member, expected: Self.time)
        }
        return instant
    }

    /// How many samples are named.
    private mutating func holdSamples() -> Int {
        guard let samples = stated("samples") else { return 0 }
        let texts: [JSONValue?]
        switch samples {
        case .array(let values): texts = values.map { $0.string == nil ? $0["at"] : $0 }
        case .object(let ends): texts = [ends["first"], ends["last"]]
        default: texts = [nil]
        }
        for text in texts where text?.string.flatMap({ VirtualInstant(iso8601: $0) }) == nil {
            find(
                "a sample's time cannot be read", at: "samples", expected: Self.time,
                seen: text?.compactText ?? samples.typeName)
            break
        }
        return texts.count
    }

    // MARK: Words

    private mutating func holdWords() {
        if let kind = stated("kind"), !Self.kinds.contains(kind.string ?? "") {
            find("the claim's kind is not known", at: "kind", expected: Self.list(Self.kinds))
        }
        if let quality = stated("quality"), !Self.qualities.contains(quality.string ?? "") {
            find(
                "the claim's quality is not known", at: "quality",
                expected: Self.list(Self.qualities), isHarmless: true)
        }
        for name in claim.object?.names ?? [] where !Self.members.contains(name) {
            find(
                "'\(name)' is no member of a claim", at: name, expected: Self.list(Self.members),
                isHarmless: true)
        }
    }

    private static func list(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or \(words.last ?? "")"
    }
}

/// A unit in which carbon is claimed.
enum CarbonUnit {
    case grams
    case kilograms

    init?(claimed: String?) {
        switch claimed {
        case "gCO2e": self = .grams
        case "kgCO2e": self = .kilograms
        default: return nil
        }
    }

    /// How many decimals of it make a milligram.
    var milligramDecimals: Int { self == .grams ? 3 : 6 }
}
