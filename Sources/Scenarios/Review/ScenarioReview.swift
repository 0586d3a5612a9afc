package import JSONText
package import Schema
import VirtualTime

/// Holds a scenario against the device that it plays on. Decoding has seen by then that every word
/// is known and every value within its bounds; what is looked for here is what the device does not
/// have, and what cannot come about.
///
/// What was recorded once is not reviewed again: it has been played, whatever it meant.
package struct ScenarioReview {
    package struct Remark: Sendable, Hashable {
        package enum Level: Sendable, Hashable {
            /// It cannot work.
            case error
            /// It may be meant, or a client may make it come about.
            case warning
        }

        package var level: Level
        package var message: String
        /// Where it stands in the resolved scenario.
        package var pointer: JSONPointer

        init(_ level: Level, _ message: String, at pointer: JSONPointer) {
            self.level = level
            self.message = message
            self.pointer = pointer
        }

        /// As what is wrong with a configuration is told.
        package var error: ConfigurationError {
            ConfigurationError((level == .warning ? "warning: " : "") + message, at: pointer)
        }
    }

    let scenario: Scenario
    /// The resolved scenario, for places that decoding does not keep.
    let document: JSONValue
    let catalog: MessageCatalog
    let device: UnattendedDevice

    package init(
        of scenario: Scenario, resolved document: JSONValue, catalog: MessageCatalog,
        privileges: PrivilegeRegistry
    ) {
        self.scenario = scenario
        self.document = document
        self.catalog = catalog
        device = UnattendedDevice(scenario, catalog: catalog, privileges: privileges)
    }

    /// In the order of the scenario's members.
    package var remarks: [Remark] {
        identityRemarks + loadRemarks + timelineRemarks + faultRemarks + eventRemarks
            + requestRemarks
    }
}

extension JSONPointer {
    init(_ tokens: String...) { self.init(tokens: tokens) }
}

/// `; did you mean 'B'?`, or nothing where no candidate comes near.
func hint(for word: String, among candidates: some Sequence<String>) -> String {
    nearMiss(for: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}
