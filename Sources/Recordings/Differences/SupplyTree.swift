/// Which part of a PDU feeds which, as far as links of the payloads on either side say. What no link
/// tells may be fed by everything above its level.
struct SupplyTree: Sendable {
    /// The branch of an outlet, the mains of a branch.
    private var sources: [Component: Component] = [:]
    /// `Line1` of outlets and branches.
    private var lines: [Component: String] = [:]

    /// Takes a leaf of a resource's payload, for example `/Links/BranchCircuit/@odata.id`.
    mutating func learn(_ component: Component, leaf: String, value: String) {
        let text = String(value.dropFirst().dropLast())
        switch leaf {
        case "/Links/BranchCircuit/@odata.id", "/Links/SourceCircuit/@odata.id":
            sources[component] = Component(target: text)
        case "/ElectricalContext":
            lines[component] = Quantity(.current, line: text).lineName
        case _ where leaf.hasPrefix("/Links/Outlets/"),
            _ where leaf.hasPrefix("/Links/DistributionCircuits/"):
            let part = Component(target: text)
            if sources[part] == nil { sources[part] = component }
        default: break
        }
    }

    static func isLink(_ leaf: String) -> Bool {
        leaf == "/ElectricalContext" || leaf.hasPrefix("/Links/")
    }

    func source(of component: Component) -> Component? { sources[component] }

    /// Whether what one draws goes through the other, which is above it.
    func feeds(_ whole: Component, _ part: Component) -> Bool {
        guard part.level < whole.level, whole.level <= .unit else { return false }
        if whole.level == .unit { return true }
        guard let source = sources[part] else { return true }
        return source == whole || feeds(whole, source)
    }

    /// Whether one is the other, or feeds it, or is fed by it.
    func areInLine(_ one: Component, _ other: Component) -> Bool {
        one == other || feeds(one, other) || feeds(other, one)
    }

    /// Whether an outlet or branch is on a line, `Line1`; on any where its line is not known or a
    /// line is not what is asked for.
    func isOn(line: String, _ component: Component) -> Bool {
        guard line.hasPrefix("Line"), let own = self.line(of: component) else { return true }
        return line.contains(own)
    }

    /// `Line1`; nil where nothing is known of it.
    func line(of component: Component) -> String? {
        lines[component] ?? sources[component].flatMap { lines[$0] }
    }
}
