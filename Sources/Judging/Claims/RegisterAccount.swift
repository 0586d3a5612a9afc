import Electrical
import JSONText
import VirtualTime

/// What counts as the time of a sample where an answer is a recorded one; of any other both are the
/// same.
enum SampleTime {
    /// When the device showed it.
    case date
    /// When the client asked for it.
    case asked

    func instant(of exchange: ObservedExchange) -> VirtualInstant {
        self == .date ? exchange.shown : exchange.instant
    }
}

/// The register histories of all metering points, and what they add up to.
struct RegisterAccount {
    let facts: DeviceFacts
    private let oracle: RegisterOracle?
    private let sampleTime: SampleTime
    private let numbering: PointNumbering
    private(set) var histories: [RegisterHistory]
    private var powers: [PowerHistory]
    private let points: [String: MeteringPoint]
    /// The histories that who does not look at ReadingTime sees, by a point's number: only of
    /// registers that showed values older than the answer.
    private var asAnswered: [Int: RegisterHistory] = [:]
    /// When the device showed each point last, by its number, where samples stand at another time.
    private var shownTimes: [Int: VirtualInstant] = [:]

    /// A client that tells time by `Date` knows it to the second, so what is younger is as new as
    /// its answer.
    private static let staleAge = VirtualDuration.seconds(1)
    private(set) var readingTimes = ReadingTimes()

    init(
        _ facts: DeviceFacts, _ duties: ClientDuties, truth: (any EnergyTruth)?,
        replayed sampleTime: SampleTime = .date
    ) {
        self.facts = facts
        self.sampleTime = sampleTime
        oracle = truth.map { RegisterOracle(facts: facts, truth: $0) }
        let numbering = PointNumbering(facts)
        self.numbering = numbering
        histories = numbering.points.map { point in
            // A register that takes a value less often has nothing new to show in between.
            let latch = facts.registers[point]?.latch ?? .zero
            return RegisterHistory(
                sampleTolerance: duties.sampleTolerance,
                cadence: duties.cadence(of: point).map { max($0, latch) }, latch: latch)
        }
        powers = Array(repeating: PowerHistory(), count: numbering.count)
        points = normalized(facts.resources)
    }

    mutating func observe(_ exchange: ObservedExchange) {
        for resource in exchange.resources {
            noteNull(resource, sampleTime.instant(of: exchange))
            noteTimes(resource, sampleTime.instant(of: exchange))
            for (index, reading) in resource.readings.enumerated() where reading.isWhole {
                guard let point = reading.point, let number = numbering[point] else { continue }
                if reading.quantity == .power, PossibleReadings.contains(reading) {
                    histories[number].notePower(milliwatts: reading.value / 1000)
                    let next = resource.readings.dropFirst(index + 1).first
                    powers[number].add(
                        microwatts: reading.value,
                        microvoltamperes: next?.quantity == .apparentPower ? next?.value : nil,
                        at: sampleTime.instant(of: exchange))
                }
                if reading.quantity == .energy { observe(reading, of: point, number, exchange) }
            }
        }
    }

    private mutating func observe(
        _ reading: MeteredReading, of point: MeteringPoint, _ number: Int,
        _ exchange: ObservedExchange
    ) {
        let register = facts.registers[point]
        let isPossible = PossibleReadings.contains(reading)
        if !isPossible || exchange.isFaulted && !isCredible(reading, number, exchange) {
            histories[number].noteFalse(
                reading.value, at: sampleTime.instant(of: exchange),
                quantum: register?.quantumMicrojoules ?? 0)
            return
        }
        guard let last = lastShown(number) else {
            return add(reading, number, exchange, start: nil)
        }
        // Of two resources that a replay answers from, one may have been recorded less often: what
        // is older than what was shown already is no fall of the register.
        guard sampleTime == .date || exchange.shown >= last else { return }
        add(
            reading, number, exchange,
            start: facts.registerStart(of: point, after: last, through: exchange.shown))
    }

    /// What a point showed last is of this time, as the device has it.
    private func lastShown(_ number: Int) -> VirtualInstant? {
        sampleTime == .asked ? shownTimes[number] : histories[number].instants.last
    }

    private mutating func add(
        _ reading: MeteredReading, _ number: Int, _ exchange: ObservedExchange,
        start: ScriptedRegisterStart?
    ) {
        let modulus = reading.point.flatMap { facts.registers[$0]?.modulusMicrojoules }
        let instant = sampleTime.instant(of: exchange)
        if sampleTime == .asked { shownTimes[number] = exchange.shown }
        if let measured = reading.readingTime, exchange.shown - measured >= Self.staleAge,
            asAnswered[number] == nil
        {
            asAnswered[number] = histories[number]
        }
        asAnswered[number]?.add(
            reading, at: instant, line: exchange.line, modulus: modulus, start: start)
        histories[number].add(
            reading, at: instant,
            measured: asAnswered[number] == nil ? nil : reading.readingTime,
            line: exchange.line, modulus: modulus, start: start)
    }

    /// The point's register as it looks to who takes every answer for a sample of its own time; nil
    /// where that is right.
    func asAnswered(_ point: MeteringPoint) -> RegisterHistory? {
        numbering[point].flatMap { asAnswered[$0] }
    }

    private mutating func noteTimes(_ resource: ObservedResource, _ instant: VirtualInstant) {
        let isMetered =
            resource.readings.contains { $0.quantity == .energy || $0.quantity == .power }
            || resource.object["EnergykWh"] != nil
        guard isMetered else { return }
        readingTimes.add(instant)
        if let text = resource.object["ReadingTime"]?.string,
            let taken = VirtualInstant(iso8601: text)
        {
            readingTimes.add(taken)
        }
    }

    private mutating func noteNull(_ resource: ObservedResource, _ instant: VirtualInstant) {
        guard resource.object["EnergykWh"]?["Reading"]?.isNull == true,
            let point = points[resource.path], let number = numbering[point]
        else { return }
        histories[number].noteFalse(nil, at: instant, quantum: 0)
    }

    /// Whether an answer that the scenario tampered with still tells what the register showed:
    /// a delayed one does, a falsified one does not.
    private func isCredible(
        _ reading: MeteredReading, _ number: Int, _ exchange: ObservedExchange
    ) -> Bool {
        if let last = histories[number].last, reading.value < last { return false }
        guard let oracle, let point = reading.point,
            let range = oracle.range(
                of: point, at: exchange.instant, resetTime: reading.resetTime)
        else { return true }
        return oracle.admits(reading.value, in: range, of: point)
    }

    subscript(point: MeteringPoint) -> RegisterHistory {
        numbering[point].map { histories[$0] } ?? RegisterHistory()
    }

    /// Whether the point's energy or power was ever shown.
    func isKnown(_ point: MeteringPoint) -> Bool {
        numbering[point].map { !histories[$0].isEmpty || !powers[$0].isEmpty } ?? false
    }

    /// Whether a stretch of time lies between two of its readings, of energy or of power.
    func isReadTwice(_ point: MeteringPoint) -> Bool {
        numbering[point].map {
            histories[$0].instants.count > 1 || powers[$0].samples.count > 1
        } ?? false
    }

    func power(of point: MeteringPoint) -> PowerHistory? { numbering[point].map { powers[$0] } }

    /// The lines of a three-phase input.
    var phases: [MeteringPoint] { (0..<facts.phaseCount).map { .phase($0) } }

    /// The points whose registers stand for this one: itself or, for the unit, the highest level
    /// that was shown whole. Empty where nothing was.
    func level(for point: MeteringPoint) -> [MeteringPoint] {
        let candidates = point == .unit ? levels.reversed() : [[point]]
        return candidates.first { level in
            !level.isEmpty && level.allSatisfy { self[$0].instants.count > 1 }
        } ?? []
    }

    /// The time in which a point was read, at whichever level stands for it; nil where nothing was
    /// read twice.
    func reach(of point: MeteringPoint) -> ReadingReach? {
        let candidates = point == .unit ? levels.flatMap { $0 } : [point]
        var reach: ReadingReach?
        for history in candidates.lazy.map({ self[$0] }) where history.instants.count > 1 {
            guard let first = history.instants.first, let last = history.instants.last else {
                continue
            }
            reach = ReadingReach(
                first: min(first, reach?.first ?? first), last: max(last, reach?.last ?? last),
                slack: max(history.reach, reach?.slack ?? .zero))
        }
        return reach
    }

    /// Every level at which the unit's whole energy passes, leaf first.
    var levels: [[MeteringPoint]] {
        [
            facts.meteredOutlets.map { .outlet($0) },
            (0..<facts.branchCount).map { .branch($0) }, [.mains], [.unit],
        ]
    }

    /// When the register of a point was sampled that a claim between two instants is held against;
    /// nil where several registers stand for it, each sampled at another time.
    func samples(
        for point: MeteringPoint, from: VirtualInstant, to: VirtualInstant
    ) -> (first: VirtualInstant, last: VirtualInstant)? {
        let level = level(for: point)
        guard let register = level.first, level.count == 1,
            let span = self[register].span(from: from, to: to)
        else { return nil }
        let instants = self[register].instants
        return (instants[span.first], instants[span.last])
    }

    /// What befell a level's registers and their reader in these stretches of time.
    func incidents(
        of level: [MeteringPoint], over stretches: [TimeStretch], restarts: [VirtualInstant]
    ) -> [RegisterIncident] {
        stretches.flatMap { incidents(of: level, from: $0.from, to: $0.to, restarts: restarts) }
    }

    /// What befell a level's registers and their reader between two instants.
    func incidents(
        of level: [MeteringPoint], from: VirtualInstant, to: VirtualInstant,
        restarts: [VirtualInstant]
    ) -> [RegisterIncident] {
        level.flatMap { point in
            let history = self[point]
            guard let span = history.span(from: from, to: to) else { return [RegisterIncident]() }
            return history.incidents(
                after: span.first, through: span.last, from: from, to: to, restarts: restarts)
        }
    }

    /// The readings at the ends of a claim, and the lines of the exchanges that showed them.
    func feed(of level: [MeteringPoint], _ claim: Claim) -> String {
        guard let point = level.first,
            let span = self[point].span(from: claim.from, to: claim.to)
        else { return "nothing" }
        let history = self[point]
        func words(_ index: Int) -> String {
            "\(kilowattHours(history.reading(at: index))) (line \(history.lines[index]))"
        }
        let others = level.count > 1 ? " and \(level.count - 1) points more" : ""
        return "\(point.name) from \(words(span.first)) to \(words(span.last))\(others)"
    }

    /// The most that can have passed where a reset hid some: the truth, where it is known.
    private func possible(_ span: RegisterSpan, of point: MeteringPoint) -> Int64 {
        guard let oracle, let register = facts.registers[point] else { return span.high }
        let instants = self[point].instants
        let before = oracle.metered(point, register, at: instants[span.first])
        let after = oracle.metered(point, register, at: instants[span.last])
        return max(span.nearest, after.high - before.low)
    }

    /// What a level's registers counted together in all of these stretches of time; nil where one of
    /// them tells nothing of one.
    func span(
        of level: [MeteringPoint], over stretches: [TimeStretch],
        by history: ((MeteringPoint) -> RegisterHistory?)? = nil
    ) -> LevelSpan? {
        var sum = LevelSpan()
        for stretch in stretches {
            guard let span = span(of: level, from: stretch.from, to: stretch.to, by: history)
            else { return nil }
            sum += span
        }
        return sum
    }

    /// What a level's registers counted together; nil where one of them was not shown.
    ///
    /// - Parameter history: Which history of a point counts; nil is none.
    func span(
        of level: [MeteringPoint], from: VirtualInstant, to: VirtualInstant,
        by history: ((MeteringPoint) -> RegisterHistory?)? = nil
    ) -> LevelSpan? {
        guard !level.isEmpty else { return nil }
        var sum = LevelSpan()
        for point in level {
            guard let span = (history?(point) ?? self[point]).span(from: from, to: to),
                let register = facts.registers[point]
            else { return nil }
            sum.low += Int128(span.low)
            sum.high += Int128(span.isLossy ? possible(span, of: point) : span.high)
            sum.nearest += Int128(span.nearest)
            sum.bound += Int128(register.quantumMicrojoules) * Int128(span.segments)
            sum.isLossy = sum.isLossy || span.isLossy
        }
        return sum
    }
}

/// What one level's registers allow to be claimed, in microjoules.
struct LevelSpan {
    // Wider than a register, for the sums and multiples that claims are held against.
    var low: Int128 = 0
    var high: Int128 = 0
    var nearest: Int128 = 0
    /// One quantum for each register and each stretch between resets.
    var bound: Int128 = 0
    var isLossy = false

    static func += (sum: inout LevelSpan, part: LevelSpan) {
        sum.low += part.low
        sum.high += part.high
        sum.nearest += part.nearest
        sum.bound += part.bound
        sum.isLossy = sum.isLossy || part.isLossy
    }

    /// Whether a claim lies within so many bounds of what was counted.
    func admits(_ claim: Int64, bounds: Int128 = 1) -> Bool {
        claim >= low - bounds * bound && claim <= high + bounds * bound
    }

    var words: String {
        "\(kilowattHours(max(0, low - bound))) to \(kilowattHours(high + bound))"
    }
}
