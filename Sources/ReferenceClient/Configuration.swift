package import VirtualTime

extension EnergyAggregator {
    /// What the aggregator is told before it starts.
    package struct Configuration: Sendable {
        package enum Authentication: String, Sendable, Hashable {
            /// A session that is kept over all polls; HTTP Basic only where the service has none.
            case session
            case basic
        }

        package var userName: String
        package var password: String
        /// Spacing of the polls of metrics, mains and branches.
        package var pollInterval = VirtualDuration.seconds(10)
        /// Spacing of the polls of the outlets.
        package var outletPollInterval = VirtualDuration.seconds(60)
        package var subscribes = true
        /// Where events reach this client, for example `http://127.0.0.1:4711/events`; without it
        /// the client does not subscribe.
        package var callbackURL: String?
        /// Without it no carbon is claimed.
        package var carbonIntensity: CarbonIntensitySeries?
        package var userAgent = "pdu-harness-reference-client"
        package var authentication = Authentication.session
        /// Scheme and authority of the service, for example `http://127.0.0.1:8080`. An absolute
        /// redirect is followed only where it stays on this origin.
        package var serviceOrigin: String?
        /// Whether a sample's time and value come from the full Sensor behind `DataSourceUri`.
        /// It doubles the requests and buys the time of acquisition.
        package var readsSensors = false
        /// Where the energy registers of the device are known to wrap, in microwatt-hours.
        package var registerModulusMicrowattHours: Int64?
        /// For the jitter of back-off and for the subscription's context.
        package var seed: UInt64 = 0
        package var misbehaviour: Misbehaviour = []

        package init(userName: String, password: String) {
            self.userName = userName
            self.password = password
        }

        /// What this client puts into its subscriptions, and by which it knows its own again.
        package var subscriptionContext: String {
            var stream = RandomStream(seed: seed, label: "subscription context")
            return "energy-aggregator-\(stream.hexadecimal(digits: 16))"
        }
    }
}

/// Faults a client may have. Each bites in one place, and exists so that tests can show that the
/// rule against it fires.
package struct Misbehaviour: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Ends without deleting its session.
    package static let leaksSession = Misbehaviour(rawValue: 1 << 0)
    /// Logs in for every request.
    package static let reloginPerRequest = Misbehaviour(rawValue: 1 << 1)
    /// Answers one 401 with three logins.
    package static let reloginStorm = Misbehaviour(rawValue: 1 << 2)
    /// Repeats a request five times with the token that was refused.
    package static let keepsOldToken = Misbehaviour(rawValue: 1 << 3)
    /// Ends without deleting its subscription.
    package static let leavesSubscription = Misbehaviour(rawValue: 1 << 4)
    /// Counts an event again when it is delivered again.
    package static let countsDuplicateEvents = Misbehaviour(rawValue: 1 << 5)
    /// Takes a null reading for zero, and trusts what follows from that.
    package static let treatsNullAsZero = Misbehaviour(rawValue: 1 << 6)
    /// Integrates power although there is a register.
    package static let integratesPower = Misbehaviour(rawValue: 1 << 7)
    /// Adds metrics, mains, branches and outlets up for the unit.
    package static let sumsAllLevels = Misbehaviour(rawValue: 1 << 8)
    /// Is wrong in energy by a factor of 1000.
    package static let readsWattHoursAsKilowattHours = Misbehaviour(rawValue: 1 << 9)
    /// Multiplies all energy with the mean intensity.
    package static let flatCarbonAverage = Misbehaviour(rawValue: 1 << 10)
    /// Counts outlets up from 1 instead of following the links.
    package static let buildsMemberURIs = Misbehaviour(rawValue: 1 << 11)
    /// Sends bodies without saying what they are.
    package static let omitsContentType = Misbehaviour(rawValue: 1 << 12)
    /// Repeats a refused password twenty times without a pause.
    package static let hammersBadPassword = Misbehaviour(rawValue: 1 << 13)
    /// Goes on adding the last power that was not zero, whatever has become of the outlet.
    package static let ignoresTripHold = Misbehaviour(rawValue: 1 << 14)
    /// Refuses the events it is sent.
    package static let answersDeliveryWith500 = Misbehaviour(rawValue: 1 << 15)
    /// Repeats at once what it was told to repeat later.
    package static let ignoresRetryAfter = Misbehaviour(rawValue: 1 << 16)
    /// Reads only the first page of a collection.
    package static let ignoresNextLink = Misbehaviour(rawValue: 1 << 17)
    /// Reads nothing again when events arrive.
    package static let ignoresEvents = Misbehaviour(rawValue: 1 << 18)
    /// Takes every fall of a register for a new start at what it shows.
    package static let trustsEveryFall = Misbehaviour(rawValue: 1 << 19)
}
