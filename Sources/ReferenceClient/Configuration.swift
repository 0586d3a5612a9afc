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
        /// The same of outlets.
        package var outletModulusMicrowattHours: Int64?
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
