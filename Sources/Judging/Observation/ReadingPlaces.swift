/// The properties of outlets, circuits and metrics that show Sensors by excerpt.
///
/// Source: DSP8010 2025.4, Outlet 1.4, Circuit 1.9, PowerDistributionMetrics 1.4.
enum ReadingProperty: String {
    case energy = "EnergykWh"
    case power = "PowerWatts"
    case voltage = "Voltage"
    case current = "CurrentAmps"
    case loadPercent = "PowerLoadPercent"
    case polyphaseEnergy = "PolyPhaseEnergykWh"
    case polyphasePower = "PolyPhasePowerWatts"
    case polyphaseVoltage = "PolyPhaseVoltage"
    case polyphaseCurrent = "PolyPhaseCurrentAmps"

    var quantity: MeteredQuantity {
        switch self {
        case .energy, .polyphaseEnergy: .energy
        case .power, .polyphasePower: .power
        case .voltage, .polyphaseVoltage: .voltage
        case .current, .polyphaseCurrent: .current
        case .loadPercent: .loadPercent
        }
    }

    /// Whether it holds an excerpt for each line.
    var isPolyphase: Bool {
        switch self {
        case .polyphaseEnergy, .polyphasePower, .polyphaseVoltage, .polyphaseCurrent: true
        default: false
        }
    }
}

/// The members of a polyphase property.
///
/// Source: DSP8010 2025.4, Outlet and Circuit: the Sensors complex types.
enum PolyphaseMember: String {
    case line1 = "Line1"
    case line2 = "Line2"
    case line3 = "Line3"
    case line1ToNeutral = "Line1ToNeutral"
    case line2ToNeutral = "Line2ToNeutral"
    case line3ToNeutral = "Line3ToNeutral"
    case line1ToLine2 = "Line1ToLine2"
    case line2ToLine3 = "Line2ToLine3"
    case line3ToLine1 = "Line3ToLine1"
    case neutral = "Neutral"

    var line: CircuitLine {
        switch self {
        case .line1, .line1ToNeutral: .line(0)
        case .line2, .line2ToNeutral: .line(1)
        case .line3, .line3ToNeutral: .line(2)
        case .line1ToLine2: .lineToNextLine(0)
        case .line2ToLine3: .lineToNextLine(1)
        case .line3ToLine1: .lineToNextLine(2)
        case .neutral: .neutral
        }
    }
}

/// Where a reading stands among the lines of its circuit.
enum CircuitLine: Hashable {
    /// A line conductor, or the line against neutral: 0 is L1.
    case line(Int)
    /// Between this line and the next one: 0 is L1–L2.
    case lineToNextLine(Int)
    case neutral
}

/// The numbers of an excerpt or Sensor that the judge reads.
enum ReadingLeaf: String {
    case reading = "Reading"
    case lifetime = "LifetimeReading"
    case apparentPower = "ApparentVA"
    case reactivePower = "ReactiveVAR"
    case powerFactor = "PowerFactor"
}
