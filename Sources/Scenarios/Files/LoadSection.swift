import Electrical
import JSONText
import VirtualTime

/// Decodes `loads`: what is plugged into which outlets and how its power runs over time.
struct LoadSection {
    let outletCount: Int
    let seed: UInt64
    let start: VirtualInstant
    /// Periodic and random profiles are laid out this far.
    let horizon: VirtualDuration

    private enum Shape: String, CaseIterable {
        case watts
        case profile
        case sine
        case day
        case walk
        case trace
    }

    /// One load an outlet; outlets that are not named carry none.
    func decode(_ list: Located?) throws(ConfigurationError) -> [Load] {
        var loads = Array(
            repeating: Load(profile: .constant(milliwatts: 0)), count: outletCount)
        var isLoaded = Array(repeating: false, count: outletCount)
        for element in try list?.elements() ?? [] {
            var object = try element.object()
            let outlets = try object.required("outlets")
            let factor = try object.thousandths("powerFactor", default: 1000, in: 1...1000)
            let indices = try outlets.indices(upTo: outletCount, what: "outlet")
            let shapes = try shape(&object)
            try object.rejectUnknownMembers()
            for index in indices {
                guard !isLoaded[index] else {
                    throw outlets.error("outlet \(index + 1) already has a load")
                }
                isLoaded[index] = true
                loads[index] = Load(
                    profile: try profile(shapes.shape, shapes.located, outlet: index),
                    powerFactorThousandths: factor)
            }
        }
        return loads
    }

    private func shape(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> (shape: Shape, located: Located) {
        var found: [(shape: Shape, located: Located)] = []
        for shape in Shape.allCases {
            if let located = object.value(shape.rawValue) { found.append((shape, located)) }
        }
        guard let first = found.first, found.count == 1 else {
            // A misspelt shape shows better as an unknown key.
            if found.isEmpty { try object.rejectUnknownMembers() }
            throw ConfigurationError(
                "a load has exactly one of: "
                    + Shape.allCases.map(\.rawValue).joined(separator: ", "),
                at: object.pointer)
        }
        return first
    }

    private func profile(
        _ shape: Shape, _ located: Located, outlet: Int
    ) throws(ConfigurationError) -> LoadProfile {
        do {
            switch shape {
            case .watts: return .constant(milliwatts: try located.milliwatts())
            case .profile: return try changes(located)
            case .sine: return try sine(located)
            case .day: return try day(located)
            case .walk: return try walk(located, outlet: outlet)
            case .trace: return try trace(located)
            }
        } catch let error as ConfigurationError {
            throw error
        } catch let error as LoadProfileError {
            throw located.error(words(for: error))
        } catch {
            throw located.error("\(error)")
        }
    }

    private func words(for error: LoadProfileError) -> String {
        switch error {
        case .overlappingSegments(let index):
            "entry \(index + 1) begins before the one before it has ended"
        case .emptySegment(let index): "entry \(index + 1) takes no time"
        case .powerOutOfRange(let index): "entry \(index + 1) is above 100 kW"
        case .offsetOutOfRange(let index): "entry \(index + 1) is more than ten years away"
        case .periodTooShort:
            "the steps are too short: each lasts a millisecond or more, and a run has fewer than "
                + "\(LoadProfile.pointLimit) of them"
        }
    }

    /// Steps and ramps, each entry one change. Before the first the power is 0.
    private func changes(_ located: Located) throws -> LoadProfile {
        let elements = try located.elements()
        let changes = try elements.map(change)
        do {
            return try LoadProfile(changes: changes)
        } catch .overlappingSegments(let index) {
            throw elements[index].error("this entry begins before the one before it has ended")
        }
    }

    private func change(_ located: Located) throws(ConfigurationError) -> LoadProfile.Change {
        var object = try located.object()
        let offset = try object.required("at").duration()
        let power = object.value("watts")
        let target = object.value("toWatts")
        let span = object.value("over")
        try object.rejectUnknownMembers()
        switch (power, target, span) {
        case (let power?, nil, nil):
            return .step(at: offset, milliwatts: try power.milliwatts())
        case (nil, let target?, let span?):
            return .ramp(
                at: offset, toMilliwatts: try target.milliwatts(), over: try span.duration())
        default:
            throw located.error("an entry has either watts, or toWatts and over")
        }
    }

    private func sine(_ located: Located) throws -> LoadProfile {
        var object = try located.object()
        let mean = try object.required("meanWatts").milliwatts()
        let amplitude = try object.required("amplitudeWatts").thousandths(
            in: 0...min(mean, LoadProfile.powerLimitMilliwatts - mean))
        let period = try object.required("period").duration()
        try object.rejectUnknownMembers()
        return try .sine(
            meanMilliwatts: mean, amplitudeMilliwatts: amplitude, period: period, until: horizon)
    }

    private func day(_ located: Located) throws -> LoadProfile {
        let elements = try located.elements()
        var powers: [Int64] = []
        for element in elements { powers.append(try element.milliwatts()) }
        guard !powers.isEmpty else { throw located.error("a day needs at least one power") }
        return try .dayCurve(milliwatts: powers, start: start, until: horizon)
    }

    private func walk(_ located: Located, outlet: Int) throws -> LoadProfile {
        var object = try located.object()
        let mean = try object.required("meanWatts").milliwatts()
        let amplitude = try object.required("amplitudeWatts").thousandths(
            in: 0...(LoadProfile.powerLimitMilliwatts - mean))
        let step = try object.duration("step", default: .seconds(5))
        try object.rejectUnknownMembers()
        return try .randomWalk(
            meanMilliwatts: mean, amplitudeMilliwatts: amplitude, stepSpan: step, until: horizon,
            seed: seed, label: "outlet \(outlet + 1)")
    }

    private enum Between: String, CaseIterable {
        case steps
        case linear
    }

    /// Points, the file's where it named one: the resolver has put them in its place.
    private func trace(_ located: Located) throws -> LoadProfile {
        var object = try located.object()
        let between = try object.value("between")?.choice(Between.self) ?? .linear
        var points: [LoadProfile.Point] = []
        let list = try object.required("points")
        for element in try list.elements() {
            let pair = try element.elements()
            guard pair.count == 2 else {
                throw element.error("a point is an array of seconds and watts")
            }
            points.append(
                LoadProfile.Point(
                    offset: .milliseconds(try pair[0].thousandths(in: 0...1_000_000_000_000)),
                    milliwatts: try pair[1].milliwatts()))
        }
        try object.rejectUnknownMembers()
        guard !points.isEmpty else { throw list.error("a trace needs at least one point") }
        return try LoadProfile(
            points: points, interpolation: between == .linear ? .linear : .steps)
    }
}
