import VirtualTime
import Wire

extension ClientClock {
    /// A clock of this kind that begins now, and what moves it where it does not run by itself.
    func running(from start: VirtualInstant) -> (clock: any RunningClock, stepped: SteppedTime?) {
        switch self {
        case .paced(let pace): return (PacedClock(pace: pace, start: start), nil)
        case .stepped:
            let stepped = SteppedTime(clock: SteppedClock(start: start))
            return (stepped.clock, stepped)
        }
    }
}
