import VirtualTime

/// Something that a register did, or that happened to whoever reads it, and that a careless reader
/// takes for consumption.
struct RegisterIncident {
    enum Kind: Hashable {
        /// The register began again from zero; `SensorResetTime` tells of it or not.
        case reset(isAnnounced: Bool, hasLifetime: Bool)
        case rollover
        /// Another meter stands in the place of the one there was.
        case replacement
        /// An outlet that was absent is there again, with a meter of its own.
        case absence
        /// A few quanta less for a moment.
        case jitter
        /// Another value for a moment, zero or an old one.
        case glitch
        /// No value for a moment.
        case null
        /// The samples are much further apart than they should be.
        case gap
        /// The client was stopped and started again.
        case restart
    }

    var kind: Kind
    /// The first good sample after it.
    var index: Int
    /// What the register showed before it, in microjoules.
    var before: Int64
    /// What it showed then: after a reset, or while it was wrong.
    var after: Int64
    /// What the register counted from the sample before to the one after.
    var step: Int64
    /// Between which samples, or when answers showed what was wrong for a moment.
    var time: TimeStretch

    /// Whether the register itself was as ever.
    var isFalselyShown: Bool { [.jitter, .glitch, .null].contains(kind) }

    var rule: EnergyRule {
        switch kind {
        case .reset(_, let hasLifetime): hasLifetime ? .lifetime : .reset
        case .rollover: .rollover
        case .replacement: .replacement
        case .absence: .absence
        case .jitter: .jitter
        case .glitch: .glitch
        case .null: .null
        case .gap: .gap
        case .restart: .restart
        }
    }

    /// What careless readers make of it: how much too much, and what they must have done.
    var mistakes: [(excess: Int128, words: String)] {
        let (before, after, step) = (Int128(before), Int128(after), Int128(step))
        switch kind {
        case .reset, .replacement, .absence:
            let fall = before - after
            return [
                (abs(fall) - step, "the jump of \(kilowattHours(abs(fall))) was taken for energy"),
                (after - step, "all that the new register shows was taken for energy"),
                (before - step, "the whole old register was counted once more"),
                (-fall - step, "the jump was subtracted"),
                (-step, "what was counted around it is missing"),
            ]
        case .rollover:
            let fall = before - after
            return [
                (after - step, "the wrap was taken for a reset"),
                (fall - step, "the wrap was taken for energy"),
                (-fall - step, "the wrap was subtracted"), (-step, "the wrap was left out"),
            ]
        case .jitter:
            let words = "the fall to \(kilowattHours(after)) was taken for a reset"
            return [
                (before, words), (after, words),
                (
                    before - after,
                    "the register's return from \(kilowattHours(after)) was taken for energy"
                ), (2 * (before - after), "fall and return were both taken for energy"),
            ]
        case .glitch, .null:
            let words =
                kind == .null
                ? "null was taken for 0, and the register's return for energy"
                : "the register's return from \(kilowattHours(after)) was taken for energy"
            return [
                (before, words), (after, words), (before - after, words),
                (2 * (before - after), "fall and return were both taken for energy"),
            ].filter { $0.excess != 0 }
        case .gap:
            return [(-step, "what passed in the gap is missing")]
        case .restart:
            return [
                (after, "the first reading after the restart was taken for energy"),
                (-step, "what passed during the restart is missing"),
            ]
        }
    }
}

extension RegisterIncident {
    /// What readers make of a reset who believe that the register wrapped, at a modulus that they made
    /// up: as too much, too.
    var wrapMistakes: [(excess: Int64, words: String)] {
        guard case .reset = kind else { return [] }
        return Self.usualModuli.map { modulus in
            (
                modulus.microjoules - (before - after) - step,
                "the reset was taken for a wrap at \(modulus.words)"
            )
        }
    }

    /// The ends of counters of 32 bits and of so many digits, as far as energy in microjoules goes.
    private static let usualModuli: [(microjoules: Int64, words: String)] = [
        (energy(1 << 32, of: 360_000_000), "2^32 × 0.0001 kWh"),
        (energy(1 << 32, of: 36_000_000), "2^32 × 0.00001 kWh"),
        (energy(1 << 31, of: 3_600_000_000), "2^31 × 0.001 kWh"),
        (energy(1_000_000, of: 3_600_000_000_000), "1,000,000 kWh"),
        (energy(100_000, of: 3_600_000_000_000), "100,000 kWh"),
        (energy(10_000, of: 3_600_000_000_000), "10,000 kWh"),
    ]

    private static func energy(_ count: Int64, of microjoules: Int64) -> Int64 {
        count * microjoules
    }
}

extension RegisterHistory {
    /// What happened between two of its samples, or between the instants that they are nearest to: a
    /// claim may end with an answer that was wrong, and is no sample.
    ///
    /// - Parameter restarts: When the client was started again.
    func incidents(
        after first: Int, through last: Int, from: VirtualInstant, to: VirtualInstant,
        restarts: [VirtualInstant]
    ) -> [RegisterIncident] {
        var found = incidents.filter { incident in
            if incident.index > first, incident.index <= last { return true }
            return incident.isFalselyShown && incident.time.to >= from - sampleTolerance
                && incident.time.from <= to + sampleTolerance
        }
        for (number, incident) in found.enumerated() where incident.isFalselyShown {
            guard incident.index > 0, incident.index < energy.count else { continue }
            // Only a claim that begins or ends with a wrong answer rests on a sample beside it.
            let isWithin =
                incident.time.from > from + sampleTolerance
                && incident.time.to < to - sampleTolerance
            guard !isWithin else { continue }
            found[number].step = energy[incident.index] - energy[incident.index - 1]
        }
        for restart in restarts {
            let index = firstIndex(notBefore: restart)
            // A claim may begin with the first reading after the restart.
            guard index >= max(first, 1), index <= last else { continue }
            // A reader that stays away makes a gap, which is the restart's.
            found.removeAll { $0.kind == .gap && $0.index == index }
            found.append(
                RegisterIncident(
                    kind: .restart, index: index, before: reading(at: index - 1),
                    after: reading(at: index),
                    step: index > first ? energy[index] - energy[index - 1] : 0,
                    time: TimeStretch(from: instants[index - 1], to: instants[index])))
        }
        return found
    }
}
