import Electrical
import HTTPTypes
import JSONText
import VirtualTime

// What outlets, outlet groups and branches have in common where clients switch them or say how they
// are to switch.

extension SmartPDU {
    /// Carries out an electrical command in the name of an action.
    mutating func command(
        _ command: SwitchCommand, _ action: String, at instant: VirtualInstant
    ) throws(RedfishError) -> [Effect] {
        do {
            return publish(try electrical.command(command, at: instant), at: instant)
        } catch {
            throw RedfishError(error, of: action)
        }
    }
}

extension RedfishError {
    /// A lock is a property that the parameter conflicts with; without power a resource stands by.
    fileprivate init(_ refusal: SwitchRefusal, of action: String) {
        self =
            switch refusal {
            case .locked: .powerControlLocked
            case .circuitUnpowered, .absent: RedfishError(.conflict, "Base.ResourceInStandby")
            case .notSwitchable, .unknownPoint: .actionRefused(action)
            }
    }

    /// Source: DSP8010 Outlet v1_4, Circuit v1_5 and OutletGroup v1_1, PowerControlLocked: requests
    /// to the PowerControl action are rejected.
    static var powerControlLocked: RedfishError {
        RedfishError(
            .conflict, "Base.ActionParameterValueConflict", "PowerState", "PowerControlLocked",
            related: ["/PowerState"])
    }
}

extension WritableProperty {
    /// A delay in seconds, to the millisecond, of a day at most.
    static func delay(
        _ name: String, _ set: @escaping @Sendable (inout SmartPDU, Place, VirtualDuration) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            set(&pdu, context.place, try delaySpan(value, name))
        }
    }

    /// One of a list of words.
    static func choice<Choice: RedfishNamed>(
        _ name: String, _ type: Choice.Type,
        _ set: @escaping @Sendable (inout SmartPDU, Place, Choice) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard let text = value.string else { throw .propertyType(name, value.compactText) }
            guard let choice = Choice.allCases.first(where: { $0.redfishName == text }) else {
                throw .propertyNotInList(name, text)
            }
            set(&pdu, context.place, choice)
        }
    }
}

/// A closed choice whose members have names in a schema.
protocol RedfishNamed: CaseIterable, Sendable {
    var redfishName: String { get }
}

extension ElectricalConfiguration.RestorePolicy: RedfishNamed {
    /// Member of `Circuit.PowerRestorePolicyTypes`.
    var redfishName: String {
        switch self {
        case .alwaysOn: "AlwaysOn"
        case .alwaysOff: "AlwaysOff"
        case .lastState: "LastState"
        }
    }
}

/// The value of a property that is a delay in seconds, to the millisecond, of a day at most.
func delaySpan(_ value: JSONValue, _ name: String) throws(RedfishError) -> VirtualDuration {
    .milliseconds(try thousandths(value, name, in: 0...86_400_000))
}

/// The value of a property that is a decimal number, in thousandths of its unit. What is finer than
/// that would not be kept, so it is refused.
func thousandths(
    _ value: JSONValue, _ name: String, in range: ClosedRange<Int64>
) throws(RedfishError) -> Int64 {
    guard let number = value.number else { throw .propertyType(name, value.compactText) }
    guard let units = number.units(decimals: 3), range.contains(units) else {
        throw .propertyOutOfRange(name, value.compactText)
    }
    guard JSONNumber(units: units, decimals: 3).hasSameValue(as: number) else {
        throw .propertyFormat(name, value.compactText)
    }
    return units
}
