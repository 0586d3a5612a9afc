import JSONText
import VirtualTime

extension Located {
    /// An ISO 8601 duration such as `PT5M`; never negative.
    func duration() throws(ConfigurationError) -> VirtualDuration {
        let text = try string()
        guard let duration = VirtualDuration(iso8601: text) else {
            throw error("'\(text)' is no ISO 8601 duration; write for example PT90S, PT5M, PT1H30M")
        }
        return duration
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

    /// Numbers from 1 to `count` as indices from 0: `all`, `7`, `1-16`, `1,3,5-8`; empty is none.
    func indices(upTo count: Int, what: String) throws(ConfigurationError) -> [Int] {
        let text = try string()
        if text == "all" { return Array(0..<count) }
        var indices: [Int] = []
        for part in text.split(separator: ",") {
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
    mutating func duration(
        _ name: String, default standard: VirtualDuration
    ) throws(ConfigurationError) -> VirtualDuration {
        try value(name)?.duration() ?? standard
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
