import Electrical
import JSONText
import Recordings
import VirtualTime

/// What the client says it has measured.
///
/// One JSON object: `scope` (`pdu`, `mains`, `branch A`, `outlet 7`, or a resource's URI), `from`
/// and `to` (ISO 8601), `energy` with `unit` (`kWh`, `Wh` or `J`), `kind` (`interval` or
/// `cumulative`), `quality`, `samples` (the instants of the readings it rests on). Carbon stands
/// beside energy as `carbon` with `carbonUnit`, or in a claim of its own as `carbon` with `unit`:
/// `gCO2e` or `kgCO2e`. What does not fit that is told by ``ClaimForm``, and no claim is made of it.
struct Claim {
    let point: MeteringPoint
    let scope: ClaimScope
    let instant: VirtualInstant
    /// The claim's line in the recording.
    let line: Int
    let isCumulative: Bool
    let from: VirtualInstant
    let to: VirtualInstant
    /// The samples that it names, where it names two or more.
    let samples: [VirtualInstant]
    /// Whether the claim says itself where it begins, and where it ends.
    let statesFrom: Bool
    let statesTo: Bool
    let energyMicrojoules: Int64?
    let unit: EnergyUnit?
    let carbon: ClaimedCarbon?
    let quality: String?
    let json: JSONValue

    /// Nil where the claim names no scope that the device has.
    init?(_ record: ClaimRecord, line: Int, facts: DeviceFacts, points: [String: MeteringPoint]) {
        let json = record.claim
        guard let text = json["scope"]?.string,
            let point = MeteringPoint(claimed: text, among: points)
        else { return nil }
        self.json = json
        self.line = line
        self.point = point
        scope = .point(point)
        instant = record.instant
        isCumulative = json["kind"]?.string == "cumulative"
        samples = Self.sampleInstants(json["samples"])
        statesFrom = !samples.isEmpty || json["from"]?.string != nil
        statesTo = !samples.isEmpty || json["to"]?.string != nil
        from =
            samples.min() ?? json["from"]?.string.flatMap { VirtualInstant(iso8601: $0) }
            ?? facts.start
        to =
            samples.max() ?? json["to"]?.string.flatMap { VirtualInstant(iso8601: $0) }
            ?? record.instant
        unit = EnergyUnit(claimed: json["unit"]?.string)
        let energy = json["energy"]?.number
        energyMicrojoules = unit.flatMap { unit in energy?.microjoules(unit) }
        carbon = ClaimedCarbon(json)
        quality = json["quality"]?.string
    }

    var name: String { scope.name }
    var time: TimeStretch { TimeStretch(from: from, to: to) }

    /// Whether it says no more than that nothing is known.
    var isUnknown: Bool { energyMicrojoules == nil && carbon == nil }

    /// The instants of the samples: texts, or objects that name theirs as `at`; one instant alone
    /// is no stretch.
    private static func sampleInstants(_ samples: JSONValue?) -> [VirtualInstant] {
        var texts = (samples?.array ?? []).map { $0.string ?? $0["at"]?.string }
        if let object = samples?.object {
            texts = [object["first"]?.string, object["last"]?.string]
        }
        let instants = texts.compactMap { $0.flatMap { VirtualInstant(iso8601: $0) } }
        return instants.count > 1 ? instants : []
    }
}

/// Carbon as claimed, with what its last written digit leaves open.
struct ClaimedCarbon {
    let milligrams: Int64
    let halfDigitMilligrams: Int64

    init?(_ json: JSONValue) {
        guard let number = json["carbon"]?.number else { return nil }
        let standsAlone = json["energy"].map(\.isNull) ?? true
        let unit = json["carbonUnit"]?.string ?? (standsAlone ? json["unit"]?.string : nil)
        guard let unit = CarbonUnit(claimed: unit),
            let value = number.units(decimals: unit.milligramDecimals)
        else { return nil }
        milligrams = value
        let decimals = number.text.firstIndex(of: ".").map {
            number.text[$0...].utf8.count - 1
        }
        let shown = unit.milligramDecimals - (decimals ?? 0)
        halfDigitMilligrams =
            shown > 0 && !number.text.lowercased().contains("e")
            ? (powerOfTen(shown) + 1) / 2 : 1
    }
}

extension MeteringPoint {
    /// Reads a claim's scope: words with a number or letter, parted by anything, or a URI.
    init?(claimed text: String, among points: [String: MeteringPoint]) {
        if text.hasPrefix("/") || text.contains("://") {
            guard let point = points[servicePath(text)] else { return nil }
            self = point
            return
        }
        let word = text.prefix { $0.isLetter }.lowercased()
        let rest = String(text.dropFirst(word.count).drop { !$0.isLetter && !$0.isNumber })
        switch word {
        case "pdu", "unit": self = .unit
        case "mains": self = .mains
        case "outlet":
            guard let number = Int(rest), number > 0 else { return nil }
            self = .outlet(number - 1)
        case "branch":
            guard let letter = rest.utf8.first, rest.utf8.count == 1,
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
            else { return nil }
            self = .branch(Int(letter - UInt8(ascii: "A")))
        default: return nil
        }
    }
}
