/// The part of a rack PDU that a URI of Redfish is about, from its leaves to the unit.
package struct Component: Sendable, Hashable {
    package enum Level: Int, Sendable, Comparable {
        case outlet
        case branch
        case mains
        /// The unit as a whole.
        case unit
        /// Any other resource.
        case other

        package static func < (left: Level, right: Level) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    package var level: Level
    /// `24`, `A`, `AC1`; of other resources the URI below the service root.
    package var name: String

    package init(level: Level, name: String) {
        self.level = level
        self.name = name
    }

    /// - Parameter target: A URI's path, or that of a sensor, whose name ends with the component.
    package init(target: String) {
        let path = target.prefix { $0 != "?" }
        let segments = path.split(separator: "/").map(String.init)
        let collections: [(String, String, Level)] = [
            ("Outlets", "Outlet", .outlet), ("Branches", "Branch", .branch),
            ("Mains", "Mains", .mains),
        ]
        for (collection, word, level) in collections {
            if let index = segments.firstIndex(of: collection), index + 1 < segments.count {
                self.init(level: level, name: segments[index + 1])
                return
            }
            if segments.dropLast().last == "Sensors", let sensor = segments.last,
                let range = sensor.firstRange(of: word)
            {
                self.init(level: level, name: String(sensor[range.upperBound...]))
                return
            }
        }
        if segments.contains("Sensors"), segments.last != "Sensors" {
            self.init(level: .unit, name: "")
        } else if let index = segments.firstIndex(of: "RackPDUs"),
            index + 2 == segments.count || segments.last == "Metrics"
        {
            self.init(level: .unit, name: "")
        } else {
            let isBelowRoot = segments.starts(with: ["redfish", "v1"])
            let rest = isBelowRoot ? Array(segments.dropFirst(2)) : segments
            self.init(
                level: .other, name: rest.isEmpty ? "service root" : rest.joined(separator: "/"))
        }
    }

    /// `outlet 24`, `branch A`, `the PDU`.
    package var words: String {
        switch level {
        case .outlet: "outlet \(name)"
        case .branch: "branch \(name)"
        case .mains: name.isEmpty ? "mains" : "mains \(name)"
        case .unit: "PDU"
        case .other: name
        }
    }

    /// Several of one level in few words: `outlets 1–16, 20`.
    package static func words(_ components: [Component]) -> String {
        guard let first = components.first, components.count > 1 else {
            return components.first?.words ?? ""
        }
        let noun: String
        switch first.level {
        case .outlet: noun = "outlets "
        case .branch: noun = "branches "
        case .mains: noun = "mains "
        case .unit, .other: noun = ""
        }
        return noun + listed(components.map(\.name).sorted(by: precedesNaturally))
    }

    /// Runs of numbers as `1–16`; the first few of many.
    private static func listed(_ names: [String]) -> String {
        var pieces: [(first: String, last: String)] = []
        for name in names {
            if let number = Int(name), let last = pieces.last.flatMap({ Int($0.last) }),
                last + 1 == number
            {
                pieces[pieces.count - 1].last = name
            } else {
                pieces.append((name, name))
            }
        }
        let texts = pieces.map { $0.first == $0.last ? $0.first : "\($0.first)–\($0.last)" }
        guard texts.count > 8 else { return texts.joined(separator: ", ") }
        return texts.prefix(7).joined(separator: ", ") + " and \(texts.count - 7) more"
    }
}
