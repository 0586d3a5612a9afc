import VirtualTime

/// What a difference of a reading can follow from: other readings whose differences at its time
/// suffice for its amount. Which of them was first is not asked here.
struct ReadingAccount {
    /// An amount that other differences allow, and where they are.
    struct Allowance {
        var range: AmountRange
        var sources: [ReadingKey] = []

        static let none = Allowance(range: .zero)
    }

    let book: ReadingBook
    private var parts: [Parts: [ReadingKey]] = [:]

    private struct Parts: Hashable {
        var whole: ReadingKey
        var measure: Quantity.Measure
        var level: Component.Level
    }

    init(book: ReadingBook) {
        self.book = book
    }

    /// The readings that account for a difference: of each way to account for it a list, the
    /// closest first.
    mutating func sources(
        of key: ReadingKey, at time: VirtualDuration, differingBy delta: Int128
    ) -> [[ReadingKey]] {
        allowances(key, at: time).filter { !$0.sources.isEmpty && $0.range.contains(delta) }
            .map(\.sources)
    }

    private mutating func allowances(_ key: ReadingKey, at time: VirtualDuration) -> [Allowance] {
        switch key.quantity.measure {
        case .power:
            return sums(of: .power, in: key, at: time) + [
                following([(.voltage, AmountBounds.powerPerVoltageShare)], key, at: time)
            ]
        case .energy: return energy(key, at: time)
        case .apparentEnergy, .reactiveEnergy: return [following([(.energy, 1)], key, at: time)]
        case .apparentPower:
            return [following([(.power, 1)], key, at: time)] + [
                magnitudes(of: beside(key, [.power, .reactivePower]), key, at: time)
            ] + magnitudes(of: .apparentPower, in: key, at: time)
        case .reactivePower:
            return [following([(.power, 1)], key, at: time)]
                + magnitudes(of: .reactivePower, in: key, at: time)
        case .current:
            return [
                following([(.apparentPower, 1), (.voltage, 1)], key, at: time),
                following([(.power, 1), (.voltage, 1)], key, at: time),
            ] + magnitudes(of: .current, in: key, at: time)
        case .load:
            return [
                following([(.power, 1)], key, at: time),
                following([(.apparentPower, 1)], key, at: time),
                following([(.current, 1)], key, at: time), greatestLine(key, at: time),
            ]
        case .powerFactor: return [powerFactor(key, at: time)]
        case .voltage: return voltage(key, at: time)
        case .unbalancedCurrent: return [imbalance(of: .current, key, at: time)]
        case .unbalancedVoltage:
            return [imbalance(of: .voltage, key, at: time), unevenDrop(key, at: time)]
        case .other: return []
        }
    }

    // MARK: What adds up

    /// The sum of the parts, taken at each level below by itself.
    private mutating func sums(
        of measure: Quantity.Measure, in key: ReadingKey, at time: VirtualDuration
    ) -> [Allowance] {
        total(of: measure, in: key) { $0.differing($1, at: time) }
    }

    /// Sums of what need not point the same way, such as currents of several lines.
    private mutating func magnitudes(
        of measure: Quantity.Measure, in key: ReadingKey, at time: VirtualDuration
    ) -> [Allowance] {
        total(of: measure, in: key) { account, part in
            account.differing(part, at: time).map { AmountRange(magnitude: $0.magnitude) }
        }
    }

    private func magnitudes(
        of sources: [ReadingKey], _ key: ReadingKey, at time: VirtualDuration
    ) -> Allowance {
        sum(sources, of: key) { account, source in
            account.differing(source, at: time).map { AmountRange(magnitude: $0.magnitude) }
        }
    }

    private mutating func total(
        of measure: Quantity.Measure, in key: ReadingKey,
        _ amount: (ReadingAccount, ReadingKey) -> AmountRange?
    ) -> [Allowance] {
        [Component.Level.outlet, .branch, .mains].map { level in
            sum(self.parts(of: key, measure, level), of: key, amount)
        }
    }

    private func sum(
        _ parts: [ReadingKey], of key: ReadingKey,
        _ amount: (ReadingAccount, ReadingKey) -> AmountRange?
    ) -> Allowance {
        var sum = Allowance.none
        var slack = book.resolution(of: key)
        for part in parts {
            guard let range = amount(self, part) else { continue }
            sum.range = sum.range + range
            sum.sources.append(part)
            // Power that adds up to energy brings the slack of its time along.
            slack +=
                key.quantity.kind == .energy && part.quantity.kind == .power
                ? 0 : book.resolution(of: part)
        }
        sum.range = sum.range.widened(by: slack)
        return sum
    }

    /// By how much a reading differs, if it does.
    private func differing(_ key: ReadingKey, at time: VirtualDuration) -> AmountRange? {
        book[key]?.delta(at: time).flatMap { $0.isZero ? nil : $0 }
    }

    /// The readings of a level that go through a point; of its own level those of its lines.
    private mutating func parts(
        of key: ReadingKey, _ measure: Quantity.Measure, _ level: Component.Level
    ) -> [ReadingKey] {
        let place = Parts(whole: key, measure: measure, level: level)
        if let known = parts[place] { return known }
        var found: [ReadingKey] = []
        if level == key.component.level, key.quantity.lineName.isEmpty {
            found = book.lineKeys(measure, of: key.component)
        } else if level == key.component.level, key.quantity.lineName == "Neutral" {
            found = book.lineKeys(measure, of: key.component)
        } else if level < key.component.level {
            for component in book.components[level] ?? []
            where book.tree.feeds(key.component, component)
                && book.tree.isOn(line: key.quantity.lineName, component)
            {
                let whole = ReadingKey(component, Quantity(measure))
                found += book[whole] != nil ? [whole] : book.lineKeys(measure, of: component)
            }
        }
        parts[place] = found
        return found
    }

    // MARK: What accumulates

    /// The power that has differed since the start, here or in the parts; or the registers of the
    /// parts.
    private mutating func energy(_ key: ReadingKey, at time: VirtualDuration) -> [Allowance] {
        var found: [Allowance] = []
        let lifetime = key.quantity.isLifetime
        let twin = ReadingKey(
            key.component,
            Quantity(.energy, line: key.quantity.line, isLifetime: !lifetime))
        if let power = book.key(.power, beside: key) {
            found.append(sum([power], of: key) { $0.energy(ofPower: $1, at: time) })
        }
        found += total(of: .power, in: key) { $0.energy(ofPower: $1, at: time) }
        // What has differed still may by less than the register shows.
        found += total(of: .energy, in: key) { account, part in
            guard let history = account.book[part], history.hasDiffered(by: time) else {
                return nil
            }
            return history.delta(at: time)
        }
        if lifetime { found.append(sum([twin], of: key) { $0.differing($1, at: time) }) }
        return found
    }

    /// With what its last digit may hide over all that time. A register may lag behind, so less is
    /// no wonder.
    private func energy(ofPower power: ReadingKey, at time: VirtualDuration) -> AmountRange? {
        guard let history = book[power], history.hasDiffered(by: time) else { return nil }
        let energy = history.energyDelta(at: time)
        let hidden = book.resolution(of: power) * Int128(time.milliseconds) / 3_600_000_000 + 1
        return energy.hull(.zero).widened(by: hidden)
    }

    // MARK: What follows from others at the same point

    /// What is proportional to others, or to their inverse, to so many times their share.
    private func following(
        _ causes: [(measure: Quantity.Measure, times: Int128)], _ key: ReadingKey,
        at time: VirtualDuration
    ) -> Allowance {
        guard let own = book[key] else { return .none }
        let amount = own.greatest(near: time)
        var sources: [ReadingKey] = []
        var most: Int128 = 0
        for (measure, times) in causes {
            guard let source = book.key(measure, beside: key), let history = book[source],
                let delta = history.delta(at: time), !delta.isZero
            else { continue }
            most +=
                times
                * AmountBounds.share(
                    of: amount, by: delta.magnitude + book.resolution(of: source),
                    of: history.greatest(near: time))
            sources.append(source)
        }
        return Allowance(
            range: AmountRange(magnitude: most + book.resolution(of: key)), sources: sources)
    }

    /// Of P/S: |Δ| is at most (|ΔP| + |ΔS|) / S.
    private func powerFactor(_ key: ReadingKey, at time: VirtualDuration) -> Allowance {
        let sources = beside(key, [.power, .apparentPower, .reactivePower])
        let change = magnitudes(of: sources, key, at: time)
        let apparent = book.key(.apparentPower, beside: key) ?? book.key(.power, beside: key)
        guard let apparent, let whole = book[apparent]?.smallest(near: time), whole > 0 else {
            return Allowance(range: AmountRange(magnitude: .one), sources: change.sources)
        }
        let slack = 2 * book.resolution(of: apparent)
        let most = (change.range.magnitude + slack) * .one / Int128(whole)
        return Allowance(
            range: AmountRange(magnitude: most + book.resolution(of: key)),
            sources: change.sources)
    }

    /// The load of the unit is that of the mains' line that carries most.
    private func greatestLine(_ key: ReadingKey, at time: VirtualDuration) -> Allowance {
        guard key.component.level == .unit, let own = book[key] else { return .none }
        let lines = (book.components[.mains] ?? []).flatMap { book.lineKeys(.current, of: $0) }
        let sources = lines.filter { differing($0, at: time) != nil }
        let most = sources.compactMap { differing($0, at: time)?.magnitude }.max() ?? 0
        let carried = lines.compactMap { book[$0]?.greatest(near: time) }.max() ?? 0
        let slack = lines.first.map { book.resolution(of: $0) } ?? 0
        let share = AmountBounds.share(
            of: own.greatest(near: time), by: most + slack, of: carried)
        return Allowance(
            range: AmountRange(magnitude: share + book.resolution(of: key)), sources: sources)
    }

    /// The greatest distance of a line from the mean of all, in percent of the mean u: where no line
    /// differs by more than d, |Δu| is at most (200 + u) d / mean.
    private func imbalance(
        of measure: Quantity.Measure, _ key: ReadingKey, at time: VirtualDuration
    ) -> Allowance {
        let lines = book.lineKeys(measure, of: key.component)
        let sources = lines.filter { differing($0, at: time) != nil }
        guard let most = sources.compactMap({ differing($0, at: time)?.magnitude }).max(),
            let own = book[key]
        else { return .none }
        let mean =
            lines.map { Int128(book[$0]?.smallest(near: time) ?? 0) }.reduce(0, +)
            / Int128(max(1, lines.count))
        guard mean > 0 else {
            return Allowance(range: AmountRange(magnitude: 100 * .one), sources: sources)
        }
        let slack = lines.first.map { book.resolution(of: $0) } ?? 0
        let percent = 200 * Int128.one + Int128(own.greatest(near: time))
        return Allowance(
            range: AmountRange(
                magnitude: percent * (most + slack) / mean + book.resolution(of: key)),
            sources: sources)
    }

    /// What the lines' voltages do not show yet may still part them.
    private func unevenDrop(_ key: ReadingKey, at time: VirtualDuration) -> Allowance {
        let lines = book.lineKeys(.voltage, of: key.component)
        guard let volts = lines.compactMap({ book[$0]?.smallest(near: time) }).min(), volts > 0
        else { return .none }
        var drop = self.drop(
            through: book.components[.outlet] ?? [], atVolts: Int128(volts), at: time)
        drop.range = AmountRange(
            magnitude: 200 * .one * drop.range.magnitude / Int128(volts)
                + book.resolution(of: key))
        return drop
    }

    // MARK: Voltage

    /// The voltage of what feeds it; or the currents on its line, through the supply's impedance.
    private mutating func voltage(_ key: ReadingKey, at time: VirtualDuration) -> [Allowance] {
        var found: [Allowance] = []
        for level in [Component.Level.branch, .mains] where level > key.component.level {
            for component in book.components[level] ?? []
            where book.tree.feeds(component, key.component) {
                for source in feeding(key, component) {
                    found.append(sum([source], of: key) { $0.differing($1, at: time) })
                }
            }
        }
        let line = key.quantity.lineName
        let onLine = line.isEmpty ? book.tree.line(of: key.component) ?? "" : line
        for level in [Component.Level.outlet, .branch, .unit] {
            let loads = (book.components[level] ?? []).filter { book.tree.isOn(line: onLine, $0) }
            var drop = self.drop(
                through: loads, atVolts: Int128(book[key]?.smallest(near: time) ?? 0), at: time)
            drop.range = drop.range.widened(by: book.resolution(of: key))
            found.append(drop)
        }
        return found
    }

    /// The voltage of the same line where it comes from.
    private func feeding(_ key: ReadingKey, _ component: Component) -> [ReadingKey] {
        let whole = ReadingKey(component, Quantity(.voltage))
        if book[whole] != nil { return [whole] }
        let line = book.tree.line(of: key.component)
        return book.lineKeys(.voltage, of: component).filter {
            line == nil || $0.quantity.lineName == line
        }
    }

    /// By how much the supply's voltage sinks with the currents of these loads.
    private func drop(
        through loads: [Component], atVolts volts: Int128, at time: VirtualDuration
    ) -> Allowance {
        guard volts > 0 else { return .none }
        var sources: [ReadingKey] = []
        var apparent: Int128 = 0
        for load in loads {
            let power = ReadingKey(load, Quantity(.power))
            guard let delta = differing(power, at: time) else { continue }
            sources.append(power)
            let seen = ReadingKey(load, Quantity(.apparentPower))
            apparent +=
                differing(seen, at: time)?.magnitude
                ?? AmountBounds.apparentPerRealPower * delta.magnitude
            apparent += book.resolution(of: power)
        }
        let most = apparent * .one / volts * AmountBounds.supplyImpedanceMilliohms / 1000
        return Allowance(range: AmountRange(magnitude: most), sources: sources)
    }

    /// Whether a voltage differs by itself, and not for the currents that differ with it.
    mutating func isVoltageOfItsOwn(
        _ key: ReadingKey, at time: VirtualDuration, differingBy delta: Int128
    ) -> Bool {
        sources(of: key, at: time, differingBy: delta).isEmpty
    }

    private func beside(_ key: ReadingKey, _ measures: [Quantity.Measure]) -> [ReadingKey] {
        measures.compactMap { book.key($0, beside: key) }
    }
}

extension Int128 {
    /// One of a unit.
    static var one: Int128 { 1_000_000_000 }
}
