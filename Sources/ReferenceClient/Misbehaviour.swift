/// Faults a client may have. Each bites in one place, and exists so that tests can show that the
/// rule against it fires.
package struct Misbehaviour: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
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
    /// Takes a null reading for zero, and the register's return for consumption.
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
    /// Takes the jump of a register that falls for consumption, whichever way it goes.
    package static let spikesOnReset = Misbehaviour(rawValue: 1 << 20)
    /// Keeps registers in single precision.
    package static let usesSinglePrecision = Misbehaviour(rawValue: 1 << 21)
    /// Takes the hours of the carbon intensity for those of a zone two hours ahead of UTC.
    package static let usesLocalHours = Misbehaviour(rawValue: 1 << 22)
    /// Remembers nothing when it is started again, and takes the first reading for consumption.
    package static let forgetsBaseline = Misbehaviour(rawValue: 1 << 23)
    /// Leaves out what a register counted while it was not read.
    package static let dropsGaps = Misbehaviour(rawValue: 1 << 24)
    /// Adds the outlets up for the unit although it has a register of its own.
    package static let sumsOutlets = Misbehaviour(rawValue: 1 << 25)
    /// Integrates apparent power.
    package static let integratesApparentPower = Misbehaviour(rawValue: 1 << 26)
    /// Does not look at serial number and UUID.
    package static let ignoresIdentity = Misbehaviour(rawValue: 1 << 27)
    /// Takes every answer for a new sample of the time at which it came.
    package static let ignoresReadingTime = Misbehaviour(rawValue: 1 << 28)
    /// Takes what an absent outlet showed last, and what it shows when it is back, for one register.
    package static let ignoresAbsence = Misbehaviour(rawValue: 1 << 29)
    /// Takes differences and headrooms for registers.
    package static let ignoresReadingBasis = Misbehaviour(rawValue: 1 << 30)
    /// Claims the mains, with the lines added to their total.
    package static let addsLinesToTotal = Misbehaviour(rawValue: 1 << 31)
    /// Repeats what has failed twenty times without a pause.
    package static let hammersFailures = Misbehaviour(rawValue: 1 << 32)

    /// Every misbehaviour by the name it has here, for command lines and self-tests.
    package static let named: [(name: String, misbehaviour: Misbehaviour)] = [
        ("leaksSession", .leaksSession),
        ("reloginPerRequest", .reloginPerRequest),
        ("reloginStorm", .reloginStorm),
        ("keepsOldToken", .keepsOldToken),
        ("leavesSubscription", .leavesSubscription),
        ("countsDuplicateEvents", .countsDuplicateEvents),
        ("treatsNullAsZero", .treatsNullAsZero),
        ("integratesPower", .integratesPower),
        ("sumsAllLevels", .sumsAllLevels),
        ("readsWattHoursAsKilowattHours", .readsWattHoursAsKilowattHours),
        ("flatCarbonAverage", .flatCarbonAverage),
        ("buildsMemberURIs", .buildsMemberURIs),
        ("omitsContentType", .omitsContentType),
        ("hammersBadPassword", .hammersBadPassword),
        ("ignoresTripHold", .ignoresTripHold),
        ("answersDeliveryWith500", .answersDeliveryWith500),
        ("ignoresRetryAfter", .ignoresRetryAfter),
        ("ignoresNextLink", .ignoresNextLink),
        ("ignoresEvents", .ignoresEvents),
        ("trustsEveryFall", .trustsEveryFall),
        ("spikesOnReset", .spikesOnReset),
        ("usesSinglePrecision", .usesSinglePrecision),
        ("usesLocalHours", .usesLocalHours),
        ("forgetsBaseline", .forgetsBaseline),
        ("dropsGaps", .dropsGaps),
        ("sumsOutlets", .sumsOutlets),
        ("integratesApparentPower", .integratesApparentPower),
        ("ignoresIdentity", .ignoresIdentity),
        ("ignoresReadingTime", .ignoresReadingTime),
        ("ignoresAbsence", .ignoresAbsence),
        ("ignoresReadingBasis", .ignoresReadingBasis),
        ("addsLinesToTotal", .addsLinesToTotal),
        ("hammersFailures", .hammersFailures),
    ]
}
