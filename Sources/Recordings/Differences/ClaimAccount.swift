import JSONText
import VirtualTime

/// By how much a claim can differ for what the register of its scope read.
struct ClaimAccount {
    let history: ReadingHistory
    /// Of the register, in 10⁻⁹ kWh.
    let resolution: Int128
    let start: VirtualInstant
    let gramsPerKilowattHour: Int128

    /// Whether two claims can differ so much in energy or carbon.
    ///
    /// - Parameter unread: What passed while only one side read the register, in 10⁻⁹ kWh.
    func allows(
        _ part: String, _ golden: JSONValue, _ run: JSONValue, unread: Int128
    ) -> Bool {
        let mine = ClaimAmounts(golden)
        let theirs = ClaimAmounts(run)
        let from = moment("from", golden, run) ?? .zero
        let to = moment("to", golden, run) ?? VirtualDuration(milliseconds: .max)
        let digits = lastDigit(part, golden, run)
        if part == "/energy", let before = mine.energy, let after = theirs.energy {
            // The register's differences at both ends, each known to its last digit.
            let ends = [from, to].map { history.delta(at: $0) ?? .zero }
            let allowed = (ends[1] - ends[0]).hull(.zero)
            guard unread > 0 || !allowed.isZero else { return false }
            return allowed.widened(by: 2 * resolution + digits + unread)
                .contains(Int128(after) - Int128(before))
        }
        if part == "/carbon", let before = mine.carbon, let after = theirs.carbon {
            // What differs may come and go while the intensity changes: twice the most.
            let most = history.greatestDelta(from: from, to: to)
            guard unread > 0 || most > 0 else { return false }
            let allowed = 2 * (most + resolution + unread) * gramsPerKilowattHour + digits
            return AmountRange(magnitude: allowed).contains(Int128(after) - Int128(before))
        }
        return false
    }

    /// The earlier beginning, the later end.
    private func moment(_ name: String, _ golden: JSONValue, _ run: JSONValue) -> VirtualDuration? {
        let moments = [golden, run].compactMap { claim in
            claim[name]?.string.flatMap { VirtualInstant(iso8601: $0) }.map { $0 - start }
        }
        return name == "from" ? moments.min() : moments.max()
    }

    private func lastDigit(_ part: String, _ golden: JSONValue, _ run: JSONValue) -> Int128 {
        let decimals =
            [golden, run].compactMap { claim in
                claim[String(part.dropFirst())].flatMap { Amount.read($0.compactText)?.decimals }
            }.max() ?? 0
        return Int128(powerOfTen(max(0, AmountRange.decimals - decimals)))
    }
}
