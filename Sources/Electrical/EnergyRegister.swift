package import VirtualTime

/// What an energy register shows.
package struct RegisterReading: Sendable, Hashable {
    /// Since the last reset, at the meter's quantum and within its modulus.
    package var readingMicrojoules: Int64
    /// Over the register's whole life; no reset touches it.
    package var lifetimeMicrojoules: Int64
    /// When the reading was last set to zero; nil where that was before the start.
    package var resetInstant: VirtualInstant?
    /// When the energy shown was taken over from the meter.
    package var sampleInstant: VirtualInstant

    package init(
        readingMicrojoules: Int64, lifetimeMicrojoules: Int64, resetInstant: VirtualInstant?,
        sampleInstant: VirtualInstant
    ) {
        self.readingMicrojoules = readingMicrojoules
        self.lifetimeMicrojoules = lifetimeMicrojoules
        self.resetInstant = resetInstant
        self.sampleInstant = sampleInstant
    }
}
