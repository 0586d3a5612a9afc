/// What a meter sees at one point at one instant.
///
/// Of a polyphase point (mains, unit) the voltage is the mean of the lines to neutral, and the
/// current is that of each line were the load balanced: apparent power over the sum of those
/// voltages.
package struct Reading: Sendable, Hashable {
    package var voltageMillivolts: Int64
    package var currentMilliamps: Int64
    package var powerMilliwatts: Int64
    package var apparentMillivoltamperes: Int64
    package var reactiveMillivars: Int64
    /// Nil at zero load, and on direct current.
    package var powerFactorThousandths: Int64?
    package var frequencyMillihertz: Int64

    package init(
        voltageMillivolts: Int64, currentMilliamps: Int64, powerMilliwatts: Int64,
        apparentMillivoltamperes: Int64, reactiveMillivars: Int64, powerFactorThousandths: Int64?,
        frequencyMillihertz: Int64
    ) {
        self.voltageMillivolts = voltageMillivolts
        self.currentMilliamps = currentMilliamps
        self.powerMilliwatts = powerMilliwatts
        self.apparentMillivoltamperes = apparentMillivoltamperes
        self.reactiveMillivars = reactiveMillivars
        self.powerFactorThousandths = powerFactorThousandths
        self.frequencyMillihertz = frequencyMillihertz
    }

    /// Where there is no voltage.
    package static let unpowered = Reading(
        voltageMillivolts: 0, currentMilliamps: 0, powerMilliwatts: 0,
        apparentMillivoltamperes: 0, reactiveMillivars: 0, powerFactorThousandths: nil,
        frequencyMillihertz: 0)

    /// The reading as the device shows it: every quantity at its resolution, halves upwards, and
    /// what lies below the metering floor as 0. A power factor stands only beside a load that shows.
    package func served(by resolutions: ElectricalConfiguration.Resolutions) -> Reading {
        var served = self
        served.voltageMillivolts = voltageMillivolts.rounded(
            toMultipleOf: resolutions.voltageMillivolts)
        served.currentMilliamps = resolutions.served(currentMilliamps: currentMilliamps)
        served.powerMilliwatts = resolutions.served(powerMilliwatts: powerMilliwatts)
        served.apparentMillivoltamperes = resolutions.served(
            power: apparentMillivoltamperes, step: resolutions.apparentMillivoltamperes)
        served.reactiveMillivars = resolutions.served(
            power: reactiveMillivars, step: resolutions.reactiveMillivars)
        served.frequencyMillihertz = frequencyMillihertz.rounded(
            toMultipleOf: resolutions.frequencyMillihertz)
        let showsLoad = served.powerMilliwatts > 0 && served.apparentMillivoltamperes > 0
        served.powerFactorThousandths =
            showsLoad
            ? powerFactorThousandths?.rounded(toMultipleOf: resolutions.powerFactorThousandths)
            : nil
        return served
    }
}

extension ElectricalConfiguration.Resolutions {
    func served(currentMilliamps current: Int64) -> Int64 {
        current < currentFloorMilliamps ? 0 : current.rounded(toMultipleOf: currentMilliamps)
    }

    func served(powerMilliwatts power: Int64) -> Int64 {
        served(power: power, step: powerMilliwatts)
    }

    fileprivate func served(power: Int64, step: Int64) -> Int64 {
        power < powerFloorMilliwatts ? 0 : power.rounded(toMultipleOf: step)
    }
}
