import JSONText

/// What the source becomes.
extension DeviceImport {
    func deviceDocument() -> JSONValue {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("$schema", "../device.schema.json")
            writer.member("name", name)
            writer.member(
                "description",
                "Imported from \(unitURI): its outlets, branches, ratings and readings.")
            writer.member("outletCount", outlets.count)
            writer.object("identity") { writeIdentity(to: &$0) }
            writer.object("service") { writer in
                writer.member("user", "admin")
                writer.member("password", "123456789")
                writer.object("lockout") { _ in }
                writer.object("delivery") { _ in }
            }
            writer.object("supply") { writeSupply(to: &$0) }
            writer.array("branches") { writeBranches(to: &$0) }
            writer.object("outlets") { writeOutlets(to: &$0) }
            writer.object("meter") { $0.member("quantumKilowattHours", units: 1, decimals: 3) }
            writeGroups(to: &writer)
            writer.array("loads") { writeLoads(to: &$0) }
        }
        return (try? JSONValue(parsing: writer.finish())) ?? .null
    }

    func scenarioDocument() -> JSONValue {
        [
            "$schema": "scenario.schema.json", "name": .string(name),
            "title": .string("half an hour of \(unit["Name"]?.string ?? name)"), "seed": 1,
            "start": "2026-01-15T10:00:00Z", "duration": "PT30M", "device": .string(name),
            "client": ["poll": "PT10S", "pollOutlets": "PT1M", "subscribe": true],
        ]
    }

    private func writeIdentity(to writer: inout JSONWriter) {
        let id = unit["Id"]?.string ?? "1"
        writer.member("rackPDU", isIdentifier(id) ? id : "1")
        writer.member("manufacturer", unit["Manufacturer"]?.string ?? "unknown")
        writer.member("model", unit["Model"]?.string ?? "unknown")
        for (key, member) in [
            ("partNumber", "PartNumber"), ("firmwareVersion", "FirmwareVersion"),
            ("serialNumber", "SerialNumber"), ("uuid", "UUID"),
        ] { writer.member(key, ifPresent: unit[member]?.string) }
        let types = outlets.compactMap { $0.document["OutletType"]?.string }
        writer.member("outletType", ifPresent: mostCommon(types))
        let voltages = outlets.filter { !$0.isFedByTwoLines }
            .compactMap { $0.document["NominalVoltage"]?.string }
        writer.member("nominalVoltage", ifPresent: mostCommon(voltages))
        writer.member(
            "mainsNominalVoltage", ifPresent: mains?.document["NominalVoltage"]?.string)
        writer.member("plugType", ifPresent: mains?.document["PlugType"]?.string)
        writer.member("powerCapacityVA", powerCapacityVoltamperes)
    }

    /// As stated, else what the mains can carry.
    private var powerCapacityVoltamperes: Int {
        if let stated = unit["PowerCapacityVA"]?.number?.exactInteger,
            (1...1_000_000).contains(stated)
        {
            return Int(stated)
        }
        let lines: Int64 = wiring == .threePhase ? 3 : 1
        return Int(min(1_000_000, max(1, volts * mainsRatedMilliamps / 1000 * lines)))
    }

    private var mainsRatedMilliamps: Int64 {
        mains?.document.thousandths("RatedCurrentAmps").flatMap { $0 > 0 ? $0 : nil } ?? 32_000
    }

    private func writeSupply(to writer: inout JSONWriter) {
        writer.member("wiring", wiring.rawValue)
        writer.member("volts", Int(volts))
        if wiring != .direct { writer.member("hertz", hertz) }
        let name = mains?.document["Id"]?.string ?? ""
        if isIdentifier(name) { writer.member("mains", name) }
        writer.member("ratedAmps", units: mainsRatedMilliamps, decimals: 3)
    }

    private func writeBranches(to writer: inout JSONWriter) {
        guard !branches.isEmpty else {
            writer.object { writer in
                writer.member("name", "A")
                writer.member("outlets", "1-\(outlets.count)")
                writer.member("ratedAmps", units: mainsRatedMilliamps, decimals: 3)
            }
            return
        }
        for index in branches.indices {
            let document = branches[index].document
            writer.object { writer in
                writer.member("name", branchName(index))
                writer.member("line", line(ofBranch: index))
                writer.member("outlets", selector(outlets(ofBranch: index)))
                let rated = document.thousandths("RatedCurrentAmps") ?? mainsRatedMilliamps
                writer.member("ratedAmps", units: max(1, rated), decimals: 3)
                let thresholds = resources[
                    document["CurrentAmps"]?["DataSourceUri"]?.string ?? ""]?["Thresholds"]
                for (key, member) in [
                    ("cautionAmps", "UpperCaution"), ("criticalAmps", "UpperCritical"),
                ] {
                    guard let limit = thresholds?[member]?.thousandths("Reading"), limit > 0 else {
                        continue
                    }
                    writer.member(key, units: limit, decimals: 3)
                }
            }
        }
    }

    private func writeOutlets(to writer: inout JSONWriter) {
        let names = outlets.map(\.name)
        if names != outlets.indices.map({ String($0 + 1) }) {
            writer.array("names") { for name in names { $0.string(name) } }
        }
        writer.member("ratedAmps", units: ratedMilliamps ?? 10_000, decimals: 3)
        if let seconds = onDelaySeconds.first, seconds > 0 {
            writer.member("onDelay", "PT\(seconds)S")
        }
        let policies = outlets.compactMap { $0.document["PowerRestorePolicy"]?.string }
            .filter { ["AlwaysOn", "AlwaysOff", "LastState"].contains($0) }
        writer.member("restorePolicy", ifPresent: mostCommon(policies))
        func members(_ name: String, unlessAll: Bool, _ holds: (ImportedOutlet) -> Bool) {
            let chosen = outlets.indices.filter { holds(outlets[$0]) }
            if unlessAll ? chosen.count < outlets.count : !chosen.isEmpty {
                writer.member(name, selector(chosen))
            }
        }
        members("metered", unlessAll: true, \.isMetered)
        members("switchable", unlessAll: true, \.isSwitchable)
        members("locked", unlessAll: false, \.isLocked)
        members("off", unlessAll: false, \.isOff)
    }

    private func writeGroups(to writer: inout JSONWriter) {
        let groups = resources.members(of: unit, "OutletGroups").compactMap { resources[$0] }
        let named = groups.compactMap { group -> (name: String, outlets: [Int])? in
            let links = (group["Links"]?["Outlets"]?.array ?? []).compactMap { resources.link($0) }
            let members = outlets.indices.filter { links.contains(outlets[$0].uri) }
            guard let id = group["Id"]?.string, isIdentifier(id), !members.isEmpty else {
                return nil
            }
            return (id, members)
        }
        guard !named.isEmpty else { return }
        writer.array("outletGroups") { writer in
            for group in named {
                writer.object { writer in
                    writer.member("name", group.name)
                    writer.member("outlets", selector(group.outlets))
                }
            }
        }
    }

    private func writeLoads(to writer: inout JSONWriter) {
        for (index, outlet) in outlets.enumerated() {
            guard let watts = outlet.milliwatts, watts > 0 else { continue }
            writer.object { writer in
                writer.member("outlets", String(index + 1))
                writer.member(
                    "powerFactor", units: outlet.powerFactorThousandths, decimals: 3)
                writer.member("watts", units: watts, decimals: 3)
            }
        }
    }

    // MARK: Values

    var onDelaySeconds: [Int64] {
        outlets.compactMap { $0.document["PowerOnDelaySeconds"]?.number?.units(decimals: 0) }
    }

    /// That of most outlets.
    var ratedMilliamps: Int64? {
        mostCommon(outlets.compactMap { $0.document.thousandths("RatedCurrentAmps") })
    }

    var hertz: Int {
        let readings =
            [mains?.document, branches.first?.document, outlets[0].document].compactMap {
                $0?.thousandths("FrequencyHz")
            }
        return (readings.first ?? 50_000) > 55_000 ? 60 : 50
    }

    /// Nominal volts from line to neutral: the usual one that is nearest to what is read.
    var volts: Int64 {
        let readings = outlets.filter { !$0.isFedByTwoLines }
            .compactMap { $0.document.thousandths("Voltage") }
        let usual: [Int64] =
            wiring == .direct
            ? [12_000, 24_000, 48_000, 240_000, 277_000, 380_000]
            : [
                100_000, 110_000, 120_000, 127_000, 200_000, 208_000, 220_000, 230_000, 240_000,
                277_000,
            ]
        let stated = mostCommon(
            outlets.filter { !$0.isFedByTwoLines }
                .compactMap { $0.document["NominalVoltage"]?.string }
                .compactMap { Int64($0.dropFirst(2).dropLast()) })
        if let stated { return stated }
        guard let reading = readings.first, reading > 0 else { return wiring == .direct ? 48 : 230 }
        return (usual.min { ($0 - reading).magnitude < ($1 - reading).magnitude } ?? 230_000) / 1000
    }
}

/// The most frequent value; of several the one that comes first.
func mostCommon<Value: Hashable>(_ values: [Value]) -> Value? {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let most = counts.values.max()
    return values.first { counts[$0] == most }
}

/// Outlets as a device file names them: `1-3,7`.
func selector(_ indices: [Int]) -> String {
    var parts: [String] = []
    var rest = indices.sorted()[...]
    while let first = rest.first {
        var last = first
        while rest.first == last || rest.first == last + 1 { last = rest.removeFirst() }
        parts.append(first == last ? "\(first + 1)" : "\(first + 1)-\(last + 1)")
    }
    return parts.joined(separator: ",")
}
