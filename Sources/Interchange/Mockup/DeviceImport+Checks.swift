import JSONText

/// What the source contradicts itself in, and what of it the device cannot show.
extension DeviceImport {
    mutating func checkAll(otherUnits: [String]) {
        for uri in otherUnits {
            remark(.simplification, uri, "is another unit", "it is not imported")
        }
        checkUnread()
        checkLines()
        checkUniformity()
        checkListedOutlets()
        checkTotals()
        let circuits = branches + (mains.map { [$0] } ?? [])
        for (uri, document) in outlets.map({ ($0.uri, $0.document) }) + circuits {
            checkPower(uri, document)
            checkSensors(uri, document)
            checkActions(uri, document)
        }
    }

    /// What a recording does not show, said once for each kind of resource.
    private mutating func checkUnread() {
        let listed = resources.members(of: unit, "Outlets")
        let circuits = branches + (mains.map { [$0] } ?? [])
        let sensors = Set(
            (outlets.map(\.document) + circuits.map(\.document))
                .flatMap { $0.object?.members ?? [] }
                .compactMap { $0.value["DataSourceUri"]?.string })
        let kinds = [
            ("outlets", listed.filter(resources.isUnread).count, "they are not imported"),
            (
                "branches that outlets name", unreadCircuits.count,
                "their outlets are where a branch lists them, or on the first"
            ),
            (
                "sensors that readings name", sensors.filter(resources.isUnread).count,
                "the readings at outlets and circuits count"
            ),
        ]
        for (kind, count, chosen) in kinds where count > 0 {
            remark(.unread, unitURI, "of the \(kind) \(count) were never read", chosen)
        }
    }

    /// The device feeds every outlet from one line.
    private mutating func checkLines() {
        for outlet in outlets where outlet.isFedByTwoLines {
            let volts = outlet.document.thousandths("Voltage").map { "\(decimal($0)) V" }
            remark(
                .simplification, "\(outlet.uri)#/PhaseWiringType",
                "is fed between two lines" + (volts.map { ", at \($0)" } ?? ""),
                "it is fed from line to neutral at \(self.volts) V; its watts are kept, its "
                    + "amperes are not")
        }
        if branches.isEmpty {
            remark(
                .simplification, unitURI, "shows no branches",
                "all outlets are on one branch, A, rated like the mains")
        }
        for index in branches.indices where outlets(ofBranch: index).isEmpty {
            remark(.simplification, branches[index].uri, "has no outlets", "it stays empty")
        }
    }

    /// Ratings and delays are those of all outlets in a device file.
    private mutating func checkUniformity() {
        let rated = ratedMilliamps
        let others = outlets.filter {
            ($0.document.thousandths("RatedCurrentAmps") ?? rated) != rated
        }
        if let rated, !others.isEmpty {
            remark(
                .simplification, "\(others[0].uri)#/RatedCurrentAmps",
                "\(others.count) of \(outlets.count) outlets are rated otherwise than most",
                "all are rated \(decimal(rated)) A")
        }
        let types = outlets.compactMap { $0.document["OutletType"]?.string }
        if let type = mostCommon(types), types.contains(where: { $0 != type }) {
            remark(
                .simplification, "\(outlets[0].uri)#/OutletType", "outlets are of several types",
                "all are \(type)")
        }
        let delays = onDelaySeconds
        if let delay = delays.first, delays.contains(where: { $0 != delay }) {
            remark(
                .simplification, "\(outlets[0].uri)#/PowerOnDelaySeconds",
                "outlets have several delays", "all have \(delay) s")
        }
    }

    /// What a branch lists and does not exist.
    private mutating func checkListedOutlets() {
        for (uri, document) in branches {
            for listed in listedOutlets(document)
            where resources[listed] == nil && !resources.isUnread(listed) {
                remark(
                    .contradiction, "\(uri)#/Links/Outlets", "lists \(listed), which is not there",
                    "it is passed over")
            }
        }
    }

    // MARK: Totals

    /// Sums of rounded readings may stray by half a step for each of them, and by what the metering
    /// of one level has in tolerance against that of another: one part in a hundred.
    private mutating func checkTotals() {
        guard resources.isOfOneMoment else { return }
        for index in branches.indices {
            let (uri, document) = branches[index]
            let leaves = outlets(ofBranch: index).map { outlets[$0].document }
            compare("PowerWatts", "W", of: document, at: uri, with: leaves, "its outlets")
            compare("EnergykWh", "kWh", of: document, at: uri, with: leaves, "its outlets")
        }
        let leaves = outlets.map(\.document)
        if let uri = resources.link(unit["Metrics"]), let metrics = resources[uri] {
            compare("PowerWatts", "W", of: metrics, at: uri, with: leaves, "all outlets")
            compare("EnergykWh", "kWh", of: metrics, at: uri, with: leaves, "all outlets")
        }
        if let (uri, document) = mains, document["PowerWatts"] != nil {
            compare("PowerWatts", "W", of: document, at: uri, with: leaves, "all outlets")
        }
    }

    private mutating func compare(
        _ name: String, _ unit: String, of document: JSONValue, at uri: String,
        with parts: [JSONValue], _ what: String
    ) {
        let readings = parts.compactMap { $0.thousandths(name) }
        guard let total = document.thousandths(name), !readings.isEmpty else { return }
        let sum = readings.reduce(0, +)
        let tolerance =
            Int64(readings.count + 1) * 50
            + max(total.magnitude, sum.magnitude)
            .dividedByHundred
        guard (total - sum).magnitude > UInt64(tolerance) else { return }
        remark(
            .contradiction, "\(uri)#/\(name)/Reading",
            "is \(decimal(total)) \(unit), and \(what) add up to \(decimal(sum)) \(unit)",
            "the outlets count, and the device computes the sum")
    }

    // MARK: One resource

    /// Watts are volt-amperes times the power factor.
    ///
    /// Source: IEEE Std 1459-2010, "Definitions for the Measurement of Electric Power Quantities",
    /// clause 3.1.
    private mutating func checkPower(_ uri: String, _ document: JSONValue) {
        guard let power = document["PowerWatts"], let watts = power.thousandths("Reading"),
            let apparent = power.thousandths("ApparentVA"),
            let factor = power.thousandths("PowerFactor")
        else { return }
        let product = apparent * factor / 1000
        // A factor of two digits, and half a step of either power.
        let tolerance = apparent.magnitude / 200 + 100
        guard (watts - product).magnitude > tolerance else { return }
        let outlet = outlets.first { $0.uri == uri }
        let chosen =
            outlet.map { "the power factor is \(decimal($0.powerFactorThousandths))" }
            ?? "the device computes it from the outlets"
        remark(
            .contradiction, "\(uri)#/PowerWatts",
            "\(decimal(watts)) W are not \(decimal(apparent)) VA times \(decimal(factor))", chosen)
    }

    /// The sensor that an excerpt names must be there and say the same.
    private mutating func checkSensors(_ uri: String, _ document: JSONValue) {
        for member in document.object?.members ?? [] {
            guard let sensorURI = member.value["DataSourceUri"]?.string else { continue }
            guard let sensor = resources[sensorURI] else {
                guard !resources.isUnread(sensorURI) else { continue }
                remark(
                    .contradiction, "\(uri)#/\(member.name)/DataSourceUri",
                    "\(sensorURI) is not there", "the reading beside it counts")
                continue
            }
            guard resources.isOfOneMoment, let shown = member.value.thousandths("Reading"),
                let own = sensor.thousandths("Reading"), shown != own
            else { continue }
            remark(
                .contradiction, "\(uri)#/\(member.name)/Reading",
                "is \(decimal(shown)), and its sensor says \(decimal(own))",
                "the reading at the \(outlets.contains { $0.uri == uri } ? "outlet" : "circuit") "
                    + "counts")
        }
    }

    /// Source: DMTF DSP0266, "Redfish Specification" 1.22.0, clause 7.10, "POST (action)": the target
    /// of an action is its resource, `Actions`, and the action's qualified name.
    private mutating func checkActions(_ uri: String, _ document: JSONValue) {
        for member in document["Actions"]?.object?.members ?? [] where member.name.hasPrefix("#") {
            let usual = "\(uri)/Actions/\(member.name.dropFirst())"
            guard let target = member.value["target"]?.string, target != usual else { continue }
            remark(
                .contradiction, "\(uri)#/Actions/\(member.name)/target",
                "is \(target), which is no action of the resource", "it is \(usual)")
        }
    }

    private func decimal(_ thousandths: Int64) -> String {
        JSONNumber(units: thousandths, decimals: 3).text
    }
}

extension UInt64 {
    fileprivate var dividedByHundred: Int64 { Int64(clamping: self / 100) }
}
