package import Electrical
package import JSONText
package import Judging
package import SmartPDU
package import VirtualTime

/// A scenario as decoded: everything a run needs, resolved and checked.
package struct Scenario: Sendable {
    package var name: String
    package var title: String
    package var seed: UInt64
    package var start: VirtualInstant
    package var duration: VirtualDuration
    package var device: DeviceConfiguration
    /// One load an outlet.
    package var loads: [Load]
    package var carbon: [CarbonStep]
    package var client: ClientPlan
    /// By time; steps of one moment keep the order of the file.
    package var timeline: [TimelineStep]
    package var faults: [FaultRule]
    package var expectation: Expectation

    package var end: VirtualInstant { start + duration }

    /// From this offset on the grid emits so much for a kilowatt-hour.
    package struct CarbonStep: Sendable, Hashable {
        package var offset: VirtualDuration
        package var milligramsPerKilowattHour: Int64
    }

    /// How the built-in client is to work, and what is demanded of any other.
    package struct ClientPlan: Sendable, Hashable {
        package var pollInterval: VirtualDuration
        package var outletPollInterval: VirtualDuration
        package var subscribes: Bool
        /// Whether the built-in client reads the Sensor behind every register too.
        package var readsSensors = false

        package init(
            pollInterval: VirtualDuration, outletPollInterval: VirtualDuration, subscribes: Bool
        ) {
            self.pollInterval = pollInterval
            self.outletPollInterval = outletPollInterval
            self.subscribes = subscribes
        }
    }

    /// Something done to the device at a moment.
    package struct TimelineStep: Sendable, Hashable {
        package var offset: VirtualDuration
        /// The scenario's word for it, for example `expire-sessions`.
        package var action: String
        package var operations: [DeviceOperation]
        /// How long the client stays away where the step stops and restarts it.
        package var clientPause: VirtualDuration?
        /// Where the step stands in the scenario's document.
        package var place: JSONPointer
    }
}

/// A reply of the device that the scenario replaces or changes.
package struct FaultRule: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// The device answers with an error of this status.
        case status(Int, retryAfterSeconds: Int?)
        /// The connection is reset before anything is answered; the device never sees the request.
        case reset
        /// The device's own answer, with members of its body changed.
        case edit([BodyEdit])
    }

    package struct BodyEdit: Sendable, Hashable {
        package enum Change: Sendable, Hashable {
            case remove
            /// Where there is no such member, it is added.
            case replace(JSONValue)
            /// The number becomes so many millionths more, or less.
            case add(millionths: Int64)
        }

        package var pointer: JSONPointer
        package var change: Change
    }

    /// No two faults of a scenario have the same.
    package var name: String
    package var requests: RequestPattern
    /// The first match on which the fault plays, from 1.
    package var nth: Int
    /// How many matches it plays on; nil is every one in the window.
    package var times: Int?
    package var from: VirtualDuration
    package var until: VirtualDuration?
    package var effect: Effect
}

/// What the scenario demands beyond the checks that always run.
package struct Expectation: Sendable, Hashable {
    package struct Event: Sendable, Hashable {
        /// Registry and key, for example `Power.BreakerTripped`.
        package var message: String
        /// The end of the origin's path, for example `Branches/A`; nil is any.
        package var origin: String?
        package var count: Int?
        package var from: VirtualDuration?
        package var until: VirtualDuration?
    }

    package struct Request: Sendable, Hashable {
        package var pattern: RequestPattern
        package var atLeast: Int
        package var atMost: Int?
    }

    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case done
        case rejectedCredentials = "rejected-credentials"
    }

    package var events: [Event] = []
    package var requests: [Request] = []
    package var outcome: Outcome = .done
    /// What the client must have claimed energy for, beside what it owes in every scenario.
    package var claimScope: ClaimScope?
}
