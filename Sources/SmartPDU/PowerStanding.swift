package import Electrical
package import VirtualTime

/// What is so at an instant, beside what the wire shows of it.
package struct PowerStanding: Sendable {
    /// A metering point: what it really used, and what its register says.
    package struct Meter: Sendable {
        package var point: MeteringPoint
        /// The resource that shows it.
        package var path: String
        package var powerMilliwatts: Int64
        /// Since the device's start.
        package var energyMicrojoules: Int64
        package var registerMicrojoules: Int64
    }

    package var meters: [Meter]
    /// By branch: its name and its state in Redfish's words.
    package var breakers: [(circuit: String, state: String)]
    /// By outlet: its name, and whether it is energised.
    package var outlets: [(name: String, isPowered: Bool)]
}

extension SmartPDU {
    /// The truth at the latest instant that the device has seen.
    package func standing(at instant: VirtualInstant) -> PowerStanding {
        PowerStanding(
            meters: meteringMap.resources.map { path, point in
                PowerStanding.Meter(
                    point: point, path: path,
                    powerMilliwatts: electrical.reading(of: point, at: instant).powerMilliwatts,
                    energyMicrojoules: electrical.energyMicrojoules(of: point, at: instant),
                    registerMicrojoules: electrical.register(of: point, at: instant)
                        .readingMicrojoules)
            },
            breakers: configuration.electrical.branches.indices.map { branch in
                (branchName(branch), electrical.breakerState(branch).redfishName)
            },
            outlets: configuration.electrical.outlets.indices.map { outlet in
                (outletName(outlet), electrical.outletState(outlet).isPowered)
            })
    }
}
