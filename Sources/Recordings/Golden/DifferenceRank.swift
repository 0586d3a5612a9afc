/// Where a difference stands among those of its moment: leaf first, because the load of an outlet
/// explains its branch, the branch its mains, and the mains the unit.
struct DifferenceRank: Comparable {
    private let level: Int
    private let quantity: Int

    static func < (left: DifferenceRank, right: DifferenceRank) -> Bool {
        (left.level, left.quantity) < (right.level, right.quantity)
    }

    /// The rank of a leaf of a resource.
    init(target: String, leaf: String) {
        level = Level(target: target).rawValue
        // Power comes first: it is what a load sets. A watt more somewhere also moves the voltage
        // of every outlet behind the same impedance, which explains nothing.
        if leaf.hasSuffix("PowerWatts/Reading") || Self.isSensor(target, of: "Power") {
            quantity = 0
        } else if leaf.contains("EnergykWh") || Self.isSensor(target, of: "Energy") {
            quantity = 1
        } else {
            quantity = leaf.hasSuffix("/Reading") ? 2 : 3
        }
    }

    /// The rank of what concerns an exchange as a whole.
    init(exchangeOf target: String) {
        level = Level(target: target).rawValue
        quantity = 4
    }

    /// The rank of an outlet's gain or loss of power.
    static let truth = DifferenceRank(level: .outlet, quantity: 4)
    /// The rank of steps and claims.
    static let other = DifferenceRank(level: .other, quantity: 5)

    private init(level: Level, quantity: Int) {
        self.level = level.rawValue
        self.quantity = quantity
    }

    /// Whether a resource shows the reading of an outlet.
    static func isOutlet(_ target: String) -> Bool {
        Level(target: target) == .outlet
    }

    private enum Level: Int {
        case outlet
        case branch
        case mains
        case unit
        case other

        init(target: String) {
            let isSensor = target.contains("/Sensors/")
            func names(_ collection: String, _ word: String) -> Bool {
                target.contains("/\(collection)/")
                    || isSensor && DifferenceRank.lastSegment(of: target).contains(word)
            }
            if names("Outlets", "Outlet") {
                self = .outlet
            } else if names("Branches", "Branch") {
                self = .branch
            } else if names("Mains", "Mains") {
                self = .mains
            } else if isSensor || target.contains("/RackPDUs/") {
                self = .unit
            } else {
                self = .other
            }
        }
    }

    private static func isSensor(_ target: String, of quantity: String) -> Bool {
        target.contains("/Sensors/") && lastSegment(of: target).hasPrefix(quantity)
    }

    private static func lastSegment(of target: String) -> String {
        String(target.prefix { $0 != "?" }.split(separator: "/").last ?? "")
    }
}
