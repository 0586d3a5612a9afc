import JSONText
import VirtualTime

/// The claims and deliveries that differences are about.
struct ComparedItems {
    let start: VirtualInstant
    private let golden: [VirtualDuration: [GoldenItem]]
    private let run: [VirtualDuration: [GoldenItem]]
    private let goldenDocument: GoldenDocument
    private let runDocument: GoldenDocument
    /// Of deliveries that only one side has, how often each side has one that says the same.
    private var lonely: [Announcement: (golden: Int, run: Int)] = [:]
    /// How many events such deliveries hold.
    private(set) var lonelyEventCount = 0
    /// The greatest carbon a kWh that claims of both sides come to, in grams.
    let greatestClaimedGramsPerKilowattHour: Int128

    /// What a delivery says, and of what.
    struct Announcement: Hashable {
        var messages: [String] = []
        var origins: [Component] = []
    }

    init(golden: GoldenDocument, run: GoldenDocument, differences: [RecordingDifference]) {
        start = golden.header.start
        goldenDocument = golden
        runDocument = run
        func items(_ document: GoldenDocument) -> [VirtualDuration: [GoldenItem]] {
            Dictionary(document.frames.map { ($0.time, $0.items) }) { first, _ in first }
        }
        self.golden = items(golden)
        self.run = items(run)
        greatestClaimedGramsPerKilowattHour = min(
            GridIntensity.greatest(claimedIn: golden), GridIntensity.greatest(claimedIn: run))
        for difference in differences where difference.place == "exchange" {
            guard let announcement = announcement(of: difference) else { continue }
            lonelyEventCount += announcement.messages.count
            if difference.golden != nil {
                lonely[announcement, default: (0, 0)].golden += 1
            } else {
                lonely[announcement, default: (0, 0)].run += 1
            }
        }
    }

    /// Whether what was delivered on one side only was delivered at another moment on the other.
    func isMoved(_ announcement: Announcement) -> Bool {
        lonely[announcement].map { $0.golden == $0.run } ?? false
    }

    /// The claim on either side.
    func claims(of difference: RecordingDifference) -> [JSONValue] {
        [
            item(difference.goldenItem, golden[difference.frame]),
            item(difference.runItem, run[difference.frame]),
        ].compactMap { item in
            guard case .claim(let claim)? = item?.content else { return nil }
            return claim.claim
        }
    }

    /// What the delivery says that differs, or is missing on one side.
    func announcement(of difference: RecordingDifference) -> Announcement? {
        guard case .exchange(.delivery, _, _) = difference.site else { return nil }
        let sides = [
            (goldenDocument, item(difference.goldenItem, golden[difference.frame])),
            (runDocument, item(difference.runItem, run[difference.frame])),
        ]
        var announcement = Announcement()
        guard
            let (document, exchange) = sides.lazy.compactMap({ document, item in
                item?.exchange.map { (document, $0) }
            }).first, let shape = exchange.request.shape
        else { return announcement }
        for (leaf, value) in zip(document.shapes[shape].leaves, exchange.request.values)
        where leaf.hasPrefix("/Events/") {
            let text = String(document.values[value].dropFirst().dropLast())
            if leaf.hasSuffix("/MessageId") {
                announcement.messages.append(text)
            } else if leaf.hasSuffix("/OriginOfCondition/@odata.id") {
                announcement.origins.append(Component(target: text))
            }
        }
        return announcement
    }

    private func item(_ place: Int?, _ items: [GoldenItem]?) -> GoldenItem? {
        guard let place, let items, items.indices.contains(place) else { return nil }
        return items[place]
    }
}

/// Claimed carbon for each claimed kWh.
private enum GridIntensity {
    static func greatest(claimedIn document: GoldenDocument) -> Int128 {
        var energies: [Stretch: Int64] = [:]
        var carbons: [Stretch: Int64] = [:]
        for case .claim(let record) in document.frames.lazy.flatMap(\.items).map(\.content) {
            let claim = ClaimAmounts(record.claim)
            let stretch = Stretch(record.claim)
            if let energy = claim.energy { energies[stretch] = energy }
            if let carbon = claim.carbon { carbons[stretch] = carbon }
        }
        return carbons.compactMap { stretch, carbon in
            energies[stretch].flatMap { $0 > 0 ? Int128(carbon) / Int128($0) + 1 : nil }
        }.max() ?? 0
    }

    private struct Stretch: Hashable {
        var scope: String?
        var from: String?
        var to: String?

        init(_ claim: JSONValue) {
            scope = claim["scope"]?.string
            from = claim["from"]?.string
            to = claim["to"]?.string
        }
    }
}

/// What a claim says, in 10⁻⁹ kWh and 10⁻⁹ g; nil where it does not, or in another unit.
struct ClaimAmounts {
    var energy: Int64?
    var carbon: Int64?

    init(_ claim: JSONValue) {
        let unit = claim["unit"]?.string
        energy = claim["energy"].flatMap {
            Self.amount($0.compactText, unit, ["kWh": (1, 1), "Wh": (1, 1000)])
        }
        carbon = claim["carbon"].flatMap {
            Self.amount(
                $0.compactText, claim["carbonUnit"]?.string ?? unit,
                ["gCO2e": (1, 1), "kgCO2e": (1000, 1)])
        }
    }

    private static func amount(
        _ text: String, _ unit: String?, _ units: [String: (times: Int64, per: Int64)]
    ) -> Int64? {
        guard let unit = unit.flatMap({ units[$0] }), let read = Amount.read(text) else {
            return nil
        }
        let (product, overflow) = read.amount.multipliedReportingOverflow(by: unit.times)
        return overflow ? nil : product / unit.per
    }
}
