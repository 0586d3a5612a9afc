package import Findings
package import HTTPMessages
import HTTPTypes
package import JSONText
package import Recordings
import VirtualTime

/// Holds what a device answers now against what it answered when it was recorded.
package struct DriftComparer {
    /// Holds one payload of a path against its schema.
    package typealias Validation = (_ path: String, JSONValue, [UInt8]) -> [Finding]

    package var bounds: ReadingBounds
    package var tolerances: DriftTolerances
    /// Addresses that may be linked, or not.
    private let passing: Set<String>
    private let validate: Validation

    package init(
        bounds: ReadingBounds, tolerances: DriftTolerances, passing: Set<String> = [],
        validate: @escaping Validation
    ) {
        self.passing = passing
        self.bounds = bounds
        self.tolerances = tolerances
        self.validate = validate
    }

    /// The differences, in the order of the recorded payload.
    package mutating func compare(
        _ recorded: Exchange, with seen: Result<ResponseMessage, TransportFailure>
    ) -> [Drift] {
        guard let old = recorded.response else { return [] }
        let path = recorded.request.path
        var walk = Walk(comparer: self, path: path, hours: 0)
        switch seen {
        case .failure(let failure):
            walk.add(DriftRules.answer, "", recorded: "\(old.status)", seen: failure.rawValue)
        case .success(let new):
            walk.hours = Self.hours(from: old, to: new)
            if old.status != new.status {
                walk.add(
                    DriftRules.status, "", recorded: "\(old.status)", seen: "\(new.status)")
            } else {
                walk.compareFields(old, new)
                walk.compareBodies(old, new)
                walk.compareReadings(old, new)
                checkSchema(old, new, path, &walk)
            }
        }
        tolerances = walk.comparer.tolerances
        return walk.found
    }

    /// Findings that the recorded payload did not have, where nothing else is said of the place.
    private func checkSchema(
        _ old: ResponseMessage, _ new: ResponseMessage, _ path: String, _ walk: inout Walk
    ) {
        guard let oldValue = try? JSONValue(parsing: old.body),
            let newValue = try? JSONValue(parsing: new.body)
        else { return }
        let before = Set(
            validate(path, oldValue, old.body).map {
                "\($0.ruleID) \($0.pointer?.description ?? "")"
            })
        for finding in validate(path, newValue, new.body) where finding.level == .fail {
            let pointer = finding.pointer?.description ?? ""
            guard !before.contains("\(finding.ruleID) \(pointer)"),
                !walk.found.contains(where: {
                    $0.kind == .contract && pointer.hasPrefix($0.pointer)
                })
            else { continue }
            walk.add(
                DriftRules.schema, pointer, recorded: finding.expected ?? "no such finding",
                seen: "\(finding.ruleID): \(finding.seen ?? finding.message)")
        }
    }

    /// How much later the second answer is by the device's own clock.
    private static func hours(from old: ResponseMessage, to new: ResponseMessage) -> Double {
        guard let first = old.date, let second = new.date else { return 24 * 365 }
        return max(0, Double((second - first).milliseconds) / 3_600_000)
    }
}

extension ResponseMessage {
    /// What `Date` says.
    fileprivate var date: VirtualInstant? {
        head.headerFields[.date].flatMap { VirtualInstant(httpDate: $0) }
    }
}

extension DriftComparer {
    /// One comparison under way.
    struct Walk {
        var comparer: DriftComparer
        let path: String
        var hours: Double
        var found: [Drift] = []

        private static let fieldsOfTheMoment: Set<String> = [
            "date", "content-length", "server", "last-modified", "expires", "age", "set-cookie",
            "x-auth-token", "location", "via", "content-encoding", "vary", "accept-ranges", "etag",
        ]

        mutating func add(
            _ rule: Rule, _ pointer: String, recorded: String, seen: String,
            values: (JSONValue?, JSONValue?) = (nil, nil)
        ) {
            let isTolerated = comparer.tolerances.cover(
                path, pointer, recorded: values.0, seen: values.1)
            found.append(
                Drift(
                    kind: isTolerated ? .tolerated : .contract, rule: isTolerated ? nil : rule,
                    pointer: pointer, recorded: recorded, seen: seen))
        }

        private mutating func add(
            _ rule: Rule, _ pointer: JSONPointer, _ old: JSONValue?, _ new: JSONValue?
        ) {
            add(
                rule, pointer.description, recorded: old?.shortText ?? "nothing",
                seen: new?.shortText ?? "nothing", values: (old, new))
        }

        private mutating func note(
            _ kind: Drift.Kind, _ pointer: JSONPointer, _ old: JSONValue, _ new: JSONValue
        ) {
            found.append(
                Drift(
                    kind: kind, rule: nil, pointer: pointer.description, recorded: old.shortText,
                    seen: new.shortText))
        }

        // MARK: Header fields

        mutating func compareFields(_ old: ResponseMessage, _ new: ResponseMessage) {
            let (old, new) = (old.head.headerFields.endToEnd, new.head.headerFields.endToEnd)
            var seen: Set<String> = []
            for field in old where seen.insert(field.name.canonicalName).inserted {
                let name = field.name.canonicalName
                let value = new[field.name]
                // A tag may change, but not go.
                guard name == "etag" || !Self.fieldsOfTheMoment.contains(name) else { continue }
                guard let value else {
                    add(
                        DriftRules.header, field.name.rawName, recorded: old[field.name] ?? "",
                        seen: "none")
                    continue
                }
                let before = old[field.name] ?? ""
                guard name != "etag", Self.normal(before, name) != Self.normal(value, name)
                else { continue }
                add(DriftRules.header, field.name.rawName, recorded: before, seen: value)
            }
        }

        /// `Allow` names a set; a media type's parameters say nothing new; links may be absolute.
        private static func normal(_ value: String, _ name: String) -> String {
            switch name {
            case "allow":
                value.split(separator: ",").map { $0.filter { $0 != " " } }.sorted()
                    .joined(separator: ",")
            case "content-type": String(value.lowercased().prefix { $0 != ";" })
            case "link": value.replacing(/<https?:\/\/(?!redfish\.dmtf\.org)[^\/>]*/, with: "<")
            default: value
            }
        }

        // MARK: Bodies

        mutating func compareBodies(_ old: ResponseMessage, _ new: ResponseMessage) {
            guard old.body != new.body else { return }
            guard let before = try? JSONValue(parsing: old.body) else {
                // A document that is no JSON, such as $metadata, is compared as a whole.
                add(
                    DriftRules.body, "", recorded: "\(old.body.count) bytes",
                    seen: "\(new.body.count) bytes")
                return
            }
            guard let now = try? JSONValue(parsing: new.body) else {
                add(DriftRules.body, "", recorded: "JSON", seen: "no JSON")
                return
            }
            compare(before, now, JSONPointer(), root: now)
        }

        /// Holds the readings against each other, where nothing else is said of them.
        mutating func compareReadings(_ old: ResponseMessage, _ new: ResponseMessage) {
            guard old.body != new.body, let before = try? JSONValue(parsing: old.body),
                let now = try? JSONValue(parsing: new.body)
            else { return }
            for breach in comparer.bounds.breaches(in: now, recorded: before, at: new.date) {
                let places = breach.readings.map(\.description)
                let isKnown = found.contains { drift in
                    [.contract, .tolerated].contains(drift.kind)
                        && places.contains { $0.hasPrefix(drift.pointer) }
                }
                guard !isKnown else { continue }
                let pointer = breach.pointer.description
                found.removeAll { $0.pointer == pointer && $0.rule == nil }
                let (was, seen) = (before[breach.pointer], now[breach.pointer])
                add(
                    DriftRules.reading, pointer,
                    recorded: "\(was?.shortText ?? "nothing"); possible: \(breach.possible)",
                    seen: seen?.shortText ?? "nothing", values: (was, seen))
            }
        }

        private mutating func compare(
            _ old: JSONValue, _ new: JSONValue, _ pointer: JSONPointer, root: JSONValue
        ) {
            guard old != new else { return }
            let name = pointer.tokens.last { Int($0) == nil } ?? ""
            let nature = PropertyNature(of: name)
            switch (old, new) {
            case (.object(let left), .object(let right)):
                compare(left, right, pointer, root)
            case (.array(let left), .array(let right)):
                compare(left, right, pointer, nature, root)
            case (.null, _) where nature.kind != .contract,
                (_, .null) where nature.kind != .contract:
                compareNull(old, new, pointer, nature, root)
            case (.number(let left), .number(let right)):
                compare(left, right, pointer, nature, root)
            case (.string(let left), .string(let right)):
                compare(left, right, pointer, nature)
            case (.bool, .bool) where nature == .state: note(.state, pointer, old, new)
            case (.bool, .bool): add(DriftRules.value, pointer, old, new)
            default: add(DriftRules.type, pointer, old, new)
            }
        }

        private mutating func compare(
            _ old: JSONObject, _ new: JSONObject, _ pointer: JSONPointer, _ root: JSONValue
        ) {
            let isPassing = pointer.tokens.isEmpty && PassingCollection.isOne(path)
            for member in old.members {
                let place = pointer.appending(member.name)
                if isPassing, member.name.hasPrefix("Members") { continue }
                guard let now = new[member.name] else {
                    if Self.isFactorOfNoLoad(member.name, new) {
                        note(.reading, place, member.value, .null)
                    } else {
                        add(DriftRules.missing, place, member.value, nil)
                    }
                    continue
                }
                // The count follows from the members, which are compared by themselves.
                if Self.isCountOfChanged(member.name, old, new) { continue }
                compare(member.value, now, place, root: root)
            }
            for member in new.members where old[member.name] == nil {
                if isPassing, member.name.hasPrefix("Members") { continue }
                let place = pointer.appending(member.name)
                if Self.isFactorOfNoLoad(member.name, old) {
                    note(.reading, place, .null, member.value)
                } else {
                    add(DriftRules.added, place, nil, member.value)
                }
            }
        }

        /// Without load there is no angle between current and voltage, and nothing to show.
        private static func isFactorOfNoLoad(_ name: String, _ reading: JSONObject) -> Bool {
            name == "PowerFactor" && reading["ApparentVA"]?.number?.double == 0
        }

        /// Whether the name is that of a count, and there are more or fewer members now.
        private static func isCountOfChanged(
            _ name: String, _ old: JSONObject, _ new: JSONObject
        ) -> Bool {
            guard name.hasSuffix("@odata.count") else { return false }
            let members = String(name.dropLast("@odata.count".count))
            return old[members]?.array?.count != new[members]?.array?.count
        }

        private mutating func compare(
            _ old: [JSONValue], _ new: [JSONValue], _ pointer: JSONPointer,
            _ nature: PropertyNature, _ root: JSONValue
        ) {
            if nature == .state { return note(.state, pointer, .array(old), .array(new)) }
            let (before, now) = (old.compactMap(\.link), new.compactMap(\.link))
            if before.count == old.count, now.count == new.count, !(old.isEmpty && new.isEmpty) {
                for link in before where !now.contains(link) && !mayPass(link) {
                    add(DriftRules.lostLink, pointer.description, recorded: link, seen: "no link")
                }
                for link in now where !before.contains(link) && !mayPass(link) {
                    add(DriftRules.addedLink, pointer.description, recorded: "no link", seen: link)
                }
                return
            }
            for index in 0..<max(old.count, new.count) {
                let place = pointer.appending(index)
                if index >= new.count {
                    add(DriftRules.missing, place, old[index], nil)
                } else if index >= old.count {
                    add(DriftRules.added, place, nil, new[index])
                } else {
                    compare(old[index], new[index], place, root: root)
                }
            }
        }

        private func mayPass(_ link: String) -> Bool {
            PassingCollection.holds(link) || comparer.passing.contains(link)
        }

        /// Where something is off or absent its readings and times are null.
        private mutating func compareNull(
            _ old: JSONValue, _ new: JSONValue, _ pointer: JSONPointer, _ nature: PropertyNature,
            _ root: JSONValue
        ) {
            let isAbsent = root["Status"]?["State"]?.string.map { $0 != "Enabled" } ?? false
            if nature == .reading, new.isNull, !isAbsent {
                add(DriftRules.type, pointer, old, new)
            } else {
                note(nature.kind, pointer, old, new)
            }
        }

        private mutating func compare(
            _ old: JSONNumber, _ new: JSONNumber, _ pointer: JSONPointer,
            _ nature: PropertyNature, _ root: JSONValue
        ) {
            guard !old.hasSameValue(as: new) else { return }
            // Where a service listens is an address, and so an id.
            if nature == .id { return note(.id, pointer, .number(old), .number(new)) }
            guard nature == .reading else {
                return add(DriftRules.value, pointer, .number(old), .number(new))
            }
            let complaint = comparer.bounds.complaint(
                about: new, recorded: old, at: pointer, in: root, after: hours)
            guard let complaint else { return note(.reading, pointer, .number(old), .number(new)) }
            add(
                DriftRules.reading, pointer.description,
                recorded: "\(old.text); possible: \(complaint)", seen: new.text,
                values: (.number(old), .number(new)))
        }

        private mutating func compare(
            _ old: String, _ new: String, _ pointer: JSONPointer, _ nature: PropertyNature
        ) {
            switch nature {
            case .time where Self.isTime(old) != Self.isTime(new), .id where new.isEmpty,
                .version where new.isEmpty:
                add(DriftRules.format, pointer, .string(old), .string(new))
            case .time, .id, .state, .version:
                note(nature.kind, pointer, .string(old), .string(new))
            case .link:
                guard pathOfURI(old) != pathOfURI(new) else { return }
                add(DriftRules.lostLink, pointer, .string(old), .string(new))
            case .reading: add(DriftRules.type, pointer, .string(old), .string(new))
            case .constant:
                guard pathOfURI(old) != pathOfURI(new) || !old.contains("://") else { return }
                add(DriftRules.value, pointer, .string(old), .string(new))
            }
        }

        private static func isTime(_ text: String) -> Bool {
            VirtualInstant(iso8601: text) != nil || VirtualDuration(iso8601: text) != nil
                || text.wholeMatch(of: /[+-][0-9]{2}:[0-9]{2}/) != nil
        }
    }
}

extension JSONValue {
    /// What a reference object names; nil for any other value.
    fileprivate var link: String? {
        guard let object, object.members.count == 1 else { return nil }
        return object["@odata.id"]?.string.map(pathOfURI)
    }

    fileprivate var shortText: String {
        let text = compactText
        return text.count > 120 ? String(text.prefix(119)) + "…" : text
    }
}
