import JSONText

/// Whether a property, a resource, an action or a message has to be there.
///
/// Source: DSP0272 "Redfish Interoperability Profiles" 1.9.0, clause "ReadRequirement".
enum ReadRequirement: String, CaseIterable, Sendable, Comparable {
    case none = "None"
    case conditional = "Conditional"
    case ifImplemented = "IfImplemented"
    case recommended = "Recommended"
    /// In at least one instance.
    case supported = "Supported"
    /// Unless the resource says that what it stands for is absent.
    case ifPopulated = "IfPopulated"
    case mandatory = "Mandatory"
    case excluded = "Excluded"

    /// The order is that of strictness.
    static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// Whether a property has to be writable; of protocol features and ActionInfo, whether they have to
/// be there.
enum WriteRequirement: String, CaseIterable, Sendable, Comparable {
    case none = "None"
    case recommended = "Recommended"
    /// In at least one instance.
    case supported = "Supported"
    case mandatory = "Mandatory"

    /// The order is that of strictness.
    static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// A condition on a value.
struct Comparison: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case absent = "Absent"
        case anyOf = "AnyOf"
        case allOf = "AllOf"
        case equal = "Equal"
        case notEqual = "NotEqual"
        case greaterThan = "GreaterThan"
        case greaterThanOrEqual = "GreaterThanOrEqual"
        case lessThan = "LessThan"
        case lessThanOrEqual = "LessThanOrEqual"
        case present = "Present"
        case linkToResource = "LinkToResource"
        case range = "Range"
        case pattern = "Pattern"

        /// Whether all instances together have to meet it, and not each.
        var isPooled: Bool { self == .anyOf || self == .allOf }
        var needsValues: Bool { self != .absent && self != .present }
    }

    var kind: Kind
    var values: [JSONValue]
    /// Where it stands in the profile.
    var pointer: JSONPointer

    /// `Equal "RackPDU"`, `GreaterThan 0`, `Present`.
    var words: String {
        let texts = values.map(\.compactText).joined(separator: ", ")
        return texts.isEmpty ? kind.rawValue : "\(kind.rawValue) \(texts)"
    }
}

/// How a use case says which resources it is about.
enum UseCaseType: String, CaseIterable {
    case normal = "Normal"
    case absentResource = "AbsentResource"
    case chassisType = "ChassisType"
    case driveProtocol = "DriveProtocol"
    case memoryType = "MemoryType"
    case portProtocol = "PortProtocol"
    case processorType = "ProcessorType"

    /// The resource above whose property decides.
    var place: (type: String, property: String)? {
        switch self {
        case .normal, .absentResource: nil
        case .chassisType: ("Chassis", "ChassisType")
        case .driveProtocol: ("Drive", "Protocol")
        case .memoryType: ("Memory", "MemoryType")
        case .portProtocol: ("Port", "Protocol")
        case .processorType: ("Processor", "ProcessorType")
        }
    }
}
