/// Short names for the leaves that every exchange line repeats: `Watts` for `/PowerWatts/Reading`.
/// The file declares them, so a reader need not know how they are made.
enum LeafAlias {
    /// One alias or nil for each leaf, unique among all leaves of the shape, whichever of them vary:
    /// so a leaf's alias stays when another one begins to vary.
    static func aliases(of leaves: [String]) -> [String?] {
        let candidates = leaves.map(candidates)
        var counts: [String: Int] = [:]
        for names in candidates {
            for name in names { counts[name, default: 0] += 1 }
        }
        return candidates.map { names in
            names.first { counts[$0] == 1 && !$0.isEmpty && !$0.contains(":") }
        }
    }

    /// The unit, the last token, the whole path; `Reading` goes without saying.
    private static func candidates(_ leaf: String) -> [String] {
        if leaf.hasPrefix(MessageShape.headerPrefix) {
            return [String(leaf.dropFirst(MessageShape.headerPrefix.count))]
        }
        var tokens = leaf.split(separator: "/")
        let isInArray = tokens.contains { $0.utf8.allSatisfy { $0 &- 48 < 10 } }
        guard leaf.hasPrefix("/"), !isInArray, let first = tokens.last else { return [] }
        // A property of the resource itself is a rating rather than a reading.
        let isNested = tokens.count > 1
        if isNested, first == "Reading" { tokens.removeLast() }
        guard let last = tokens.last else { return [] }
        let unit = units.first { isNested && last.hasSuffix($0) && last.count > $0.count }
        var candidates = unit.map { [$0] } ?? []
        for name in [String(last), tokens.joined(separator: "/")] where !candidates.contains(name) {
            candidates.append(name)
        }
        return candidates
    }

    // Suffixes by which Redfish property names state their unit; longer ones first.
    private static let units = [
        "Percent", "Watts", "kVARh", "kVAh", "Amps", "kWh", "VAR", "VA", "Hz",
    ]
}
