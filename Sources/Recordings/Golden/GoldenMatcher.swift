import JSONText

/// A difference that is allowed, stated in the golden's own header, where it is reviewed.
package struct GoldenMatcher: Sendable, Hashable {
    package enum Allowance: Sendable, Hashable {
        /// Numbers may differ by at most this much, stated as the JSON number's text.
        case within(String)
        /// The leaf must be there, with any value.
        case any
        /// The value must match this text, in which `*` stands for any characters.
        case pattern(String)
        /// The elements of this array may come in any order.
        case sorted
        /// The leaf may have any value or be absent.
        case ignore
    }

    /// The leaves it is for: a JSON pointer or `hdr:ETag`. A token `*` stands for any one token and
    /// `**` for any number of them.
    package var leaf: String
    package var allowance: Allowance

    package init(leaf: String, _ allowance: Allowance) {
        self.leaf = leaf
        self.allowance = allowance
    }

    /// Whether a leaf is among those it is for; of a sorted array, whether it is part of one.
    func isOfUse(to name: String) -> Bool {
        guard allowance == .sorted else { return covers(leaf: name) }
        let tokens = name.split(separator: "/", omittingEmptySubsequences: false)
        return tokens.indices.contains { index in
            JSONPointer.index(tokens[index]) != nil
                && covers(leaf: tokens[..<index].joined(separator: "/"))
        }
    }

    package func covers(leaf name: String) -> Bool {
        func tokens(_ text: String) -> [Substring] {
            text.split(separator: "/", omittingEmptySubsequences: false)
        }
        let pattern = tokens(leaf).map { $0 == "**" ? WildcardText.Piece.anyRun : .one($0) }
        return WildcardText.matches(tokens(name), pattern) { $1 == "*" || $0 == $1 }
    }

    /// Whether two values of such a leaf, as JSON texts, count as equal; nil is an absent leaf.
    func allows(golden: String?, run: String?) -> Bool {
        guard let golden, let run else { return allowance == .ignore }
        switch allowance {
        case .any, .ignore: return true
        case .sorted: return false
        case .within(let tolerance): return differ(golden, run, byAtMost: tolerance)
        case .pattern(let pattern):
            return [golden, run].allSatisfy { text in
                let plain = (try? JSONValue(parsing: text))?.string ?? text
                return WildcardText.matches(plain, pattern)
            }
        }
    }

    /// In exact decimals of twelve places, or as doubles where these do not hold a value.
    private func differ(_ golden: String, _ run: String, byAtMost tolerance: String) -> Bool {
        let numbers = [golden, run, tolerance].map { JSONNumber(text: $0) }
        let units = numbers.compactMap { $0.units(decimals: 12) }
        if units.count == 3 {
            return (Int128(units[0]) - Int128(units[1])).magnitude <= units[2].magnitude
        }
        return (numbers[0].double - numbers[1].double).magnitude <= numbers[2].double
    }
}

extension [GoldenMatcher] {
    /// Those for leaves that are nowhere: not in the golden, nor, where a matcher allows that, in the
    /// run alone.
    func withoutUse(inGolden golden: Set<String>, inRun run: Set<String>) -> [GoldenMatcher] {
        filter { matcher in
            let isIgnored = matcher.allowance == .ignore && run.contains(where: matcher.isOfUse)
            return !isIgnored && !golden.contains(where: matcher.isOfUse)
        }
    }
}
