/// The path that targets of a golden abbreviate to `~`.
struct TargetBase {
    /// Empty where nothing is abbreviated.
    let path: String

    init(path: String) {
        self.path = path
    }

    /// The prefix that saves most, provided most of what lies under it lies two segments deep or
    /// deeper, so that the kind of resource stays readable: `~/Outlets/7`, not `~/7`.
    init(of targets: some Sequence<String>) {
        var counts: [String: Int] = [:]
        for target in targets { counts[target, default: 0] += 1 }
        var prefixes: [String: Prefix] = [:]
        for (target, count) in counts {
            let path = target.prefix { $0 != "?" }
            var segments = path.split(separator: "/", omittingEmptySubsequences: false)
            guard segments.first?.isEmpty == true else { continue }
            for depth in 1..<max(segments.count, 2) {
                segments.removeLast()
                guard segments.count > 1 else { break }
                let prefix = segments.joined(separator: "/")
                prefixes[prefix, default: Prefix()].saving += count * (prefix.utf8.count - 1)
                prefixes[prefix, default: Prefix()].targets += 1
                prefixes[prefix, default: Prefix()].deepTargets += depth > 1 ? 1 : 0
            }
        }
        path =
            prefixes.filter { $0.value.deepTargets * 2 > $0.value.targets }
            .max { ($0.value.saving, $0.key) < ($1.value.saving, $1.key) }?.key ?? ""
    }

    private struct Prefix {
        /// Bytes over the whole golden.
        var saving = 0
        /// Distinct targets under it, and those of them that lie deeper than the next segment.
        var targets = 0
        var deepTargets = 0
    }

    func abbreviated(_ target: String) -> String {
        if target.hasPrefix("~") { return "~" + target }
        guard !path.isEmpty, target.hasPrefix(path) else { return target }
        let rest = target.utf8.dropFirst(path.utf8.count)
        guard rest.first.map({ $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) ?? true else {
            return target
        }
        return "~" + String(decoding: rest, as: UTF8.self)
    }

    func expanded(_ text: String) -> String {
        guard text.hasPrefix("~") else { return text }
        return text.hasPrefix("~~") ? String(text.dropFirst()) : path + text.dropFirst()
    }
}
