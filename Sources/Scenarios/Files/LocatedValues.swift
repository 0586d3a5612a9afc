import Electrical
import JSONText
import SmartPDU
import VirtualTime

extension Located {
    /// An ISO 8601 duration such as `PT5M`; never negative, and at most a year.
    func duration(
        in range: ClosedRange<VirtualDuration> = .zero...LoadProfile.offsetLimit
    ) throws(ConfigurationError) -> VirtualDuration {
        let text = try string()
        guard let duration = VirtualDuration(iso8601: text) else {
            throw error("'\(text)' is no ISO 8601 duration; write for example PT90S, PT5M, PT1H30M")
        }
        guard range.contains(duration) else {
            throw error(
                "\(text) is outside \(range.lowerBound.iso8601)…\(range.upperBound.iso8601)")
        }
        return duration
    }

    /// An offset from the scenario's start that is not after its end.
    func offset(until end: VirtualDuration) throws(ConfigurationError) -> VirtualDuration {
        let offset = try duration()
        guard offset <= end else {
            throw error("\(offset.iso8601) is after the end, \(end.iso8601)")
        }
        return offset
    }

    /// An ISO 8601 date-time with zone such as `2026-01-15T10:00:00Z`.
    func instant() throws(ConfigurationError) -> VirtualInstant {
        let text = try string()
        guard let instant = VirtualInstant(iso8601: text) else {
            throw error(
                "'\(text)' is no ISO 8601 date-time with zone; write for example "
                    + "2026-01-15T10:00:00Z")
        }
        return instant
    }

    /// A quantity in thousandths of the unit written: watts as milliwatts.
    func thousandths(
        in range: ClosedRange<Int64> = 0...1_000_000_000
    ) throws(ConfigurationError) -> Int64 {
        try scaled(decimals: 3, in: range)
    }

    /// Real power, written in watts.
    func milliwatts() throws(ConfigurationError) -> Int64 {
        try thousandths(in: 0...LoadProfile.powerLimitMilliwatts)
    }

    /// `outlet 7`, `branch A`, `mains` or `pdu`.
    func meteringPoint(
        of electrical: ElectricalConfiguration
    ) throws(ConfigurationError) -> MeteringPoint {
        let text = try string()
        if text == "mains" { return .mains }
        if text == "pdu" { return .unit }
        if let index = electrical.outlets.firstIndex(where: { "outlet \($0.name)" == text }) {
            return .outlet(index)
        }
        if let index = electrical.branches.firstIndex(where: { "branch \($0.name)" == text }) {
            return .branch(index)
        }
        throw error(
            "'\(text)' is measured nowhere; write for example outlet 7, branch A, mains or pdu")
    }

    /// The same, or `all`: every point that measures, the lines of the mains too.
    func meteringPoints(
        of electrical: ElectricalConfiguration
    ) throws(ConfigurationError) -> [MeteringPoint] {
        guard try string() == "all" else { return [try meteringPoint(of: electrical)] }
        return electrical.meteringPoints
    }

    /// Energy in kilowatt-hours, at least 10^-6 and at most 2,000,000: in microjoules that is
    /// what 64 bits hold, with room for what is counted on.
    func microjoules() throws(ConfigurationError) -> Int64 {
        try scaled(decimals: 6, in: 1...2_000_000_000_000) * microjoulesPerMilliwattHour
    }

    /// An array of `{"of": point, "kilowattHours": reading}`.
    func registers(
        of electrical: ElectricalConfiguration
    ) throws(ConfigurationError) -> [MeteringPoint: Int64] {
        var registers: [MeteringPoint: Int64] = [:]
        for element in try elements() {
            var object = try element.object()
            let points = try object.required("of").meteringPoints(of: electrical)
            let reading = try object.required("kilowattHours").microjoules()
            try object.rejectUnknownMembers()
            // A later entry stands for its point alone, an earlier one for the rest.
            for point in points { registers[point] = reading }
        }
        return registers
    }

    /// A name that stands in a URI as it is.
    func identifier() throws(ConfigurationError) -> String {
        let text = try string()
        let isPlain = text.allSatisfy { character in
            character.isASCII && (character.isLetter || character.isNumber)
                || "-_.".contains(character)
        }
        guard isPlain, !text.isEmpty else {
            throw error("'\(text)' stands in a URI; write letters, digits, '-', '_' and '.' only")
        }
        return text
    }

    /// Numbers from 1 to `count` as indices from 0: `all`, `7`, `1-16`, `1,3,5-8`; empty is none.
    func indices(upTo count: Int, what: String) throws(ConfigurationError) -> [Int] {
        let text = try string()
        if text == "all" { return Array(0..<count) }
        if text.allSatisfy({ $0 == " " }) { return [] }
        var indices: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Int($0.filter { $0 != " " })
            }
            guard (1...2).contains(bounds.count), let first = bounds[0],
                let last = bounds[bounds.count - 1], first <= last
            else {
                throw error("'\(part)' names no \(what); write for example 1-16 or 1,3,5-8 or all")
            }
            guard first >= 1, last <= count else {
                throw error(
                    "\(what) \(first < 1 ? first : last) does not exist; there are 1…\(count)")
            }
            indices += (first - 1)...(last - 1)
        }
        let sorted = indices.sorted()
        if let double = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 }) {
            throw error("\(what) \(double.0 + 1) is named twice")
        }
        return sorted
    }
}

extension StrictObject {
    /// `from` and `until`, offsets from the scenario's start.
    mutating func window(
        until end: VirtualDuration
    ) throws(ConfigurationError) -> (from: VirtualDuration?, until: VirtualDuration?) {
        let first = try value("from")?.offset(until: end)
        guard let located = value("until") else { return (first, nil) }
        let last = try located.duration()
        guard last > first ?? .zero else {
            throw located.error("\(last.iso8601) is not after from, \((first ?? .zero).iso8601)")
        }
        return (first, last)
    }

    /// `method`, GET where it is not named, and `path`.
    mutating func requestPattern() throws(ConfigurationError) -> RequestPattern {
        let method = try value("method")?.choice(RequestPattern.Method.self) ?? .get
        let path = try required("path")
        let text = try path.string()
        guard let pattern = PathPattern(text) else {
            throw path.error(
                "'\(text)' is no path; write for example /redfish/v1/Chassis or …/Outlets/*")
        }
        return RequestPattern(method: method, path: pattern)
    }

    mutating func duration(
        _ name: String, default standard: VirtualDuration,
        in range: ClosedRange<VirtualDuration> = .zero...LoadProfile.offsetLimit
    ) throws(ConfigurationError) -> VirtualDuration {
        try value(name)?.duration(in: range) ?? standard
    }

    mutating func thousandths(
        _ name: String, default standard: Int64, in range: ClosedRange<Int64> = 0...1_000_000_000
    ) throws(ConfigurationError) -> Int64 {
        try value(name)?.thousandths(in: range) ?? standard
    }

    mutating func integer(
        _ name: String, default standard: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        try value(name)?.integer(in: range) ?? standard
    }

    mutating func string(
        _ name: String, default standard: String
    ) throws(ConfigurationError) -> String {
        try value(name)?.string() ?? standard
    }
}
