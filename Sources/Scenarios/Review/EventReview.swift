import JSONText
import Schema

/// Expected events that no device can send, or not this one.
extension ScenarioReview {
    var eventRemarks: [Remark] {
        scenario.expectation.events.enumerated().flatMap { index, event in
            let place = JSONPointer("expect", "events", String(index))
            return [
                messageMiss(event.message).map {
                    Remark(.error, $0, at: place.appending("message"))
                },
                event.origin.flatMap(originMiss).map {
                    Remark(.error, $0, at: place.appending("origin"))
                },
            ].compactMap(\.self)
        }
    }

    private func messageMiss(_ id: String) -> String? {
        guard catalog.definition(of: id) == nil else { return nil }
        let name = MessageName(id)
        guard let registry = catalog[name.prefix] else {
            let prefixes = catalog.registries.map(\.prefix)
            let hint = hint(for: name.prefix, among: prefixes)
            return "there is no registry '\(name.prefix)'"
                + (hint.isEmpty ? "; known: \(prefixes.joined(separator: ", "))" : hint)
        }
        let keys = registry.messages.map(\.key)
        let version = "\(registry.version.major).\(registry.version.minor)"
        return "the registry \(registry.prefix) \(version) has no message '\(name.key)'"
            + hint(for: name.key, among: keys)
    }

    /// An origin is the end of a path.
    private func originMiss(_ origin: String) -> String? {
        guard !device.paths.contains(where: { isEnd(origin, of: $0) }) else { return nil }
        // As a rule a collection and its member are written.
        let ends = [2, origin.split(separator: "/").count].flatMap { count in
            device.paths.map { $0.split(separator: "/").suffix(count).joined(separator: "/") }
        }
        return "the device has nothing whose path ends in '\(origin)'"
            + hint(for: origin, among: ends)
    }

    /// Of members that come and go any name may be meant, where their collection is named with it.
    private func isEnd(_ origin: String, of path: String) -> Bool {
        guard path.hasSuffix("/*"), let slash = origin.lastIndex(of: "/"), slash > origin.startIndex
        else { return path.hasSuffix(origin) }
        return path.dropLast(1).hasSuffix(origin[...slash])
    }
}
