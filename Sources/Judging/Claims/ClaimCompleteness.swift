import Electrical

/// Of what anything was claimed, and what.
struct ClaimCompleteness {
    private var points: [MeteringPoint: Word] = [:]
    private var areEventsClaimed = false

    /// What was said of a point, the best that was.
    private enum Word: Int {
        case unknown
        case carbon
        case energy
    }

    mutating func noteEvents() { areEventsClaimed = true }

    mutating func note(_ claim: Claim) {
        let word: Word =
            claim.energyMicrojoules != nil ? .energy : claim.isUnknown ? .unknown : .carbon
        guard word.rawValue >= points[claim.point]?.rawValue ?? 0 else { return }
        points[claim.point] = word
    }

    /// What is missing of a claim that is owed; nil where nothing is. Energy that nobody can know,
    /// because its register was never shown twice, may be said to be unknown.
    func lack(
        of scope: ClaimScope, _ account: RegisterAccount
    ) -> (message: String, seen: String)? {
        guard case .point(let point) = scope else {
            return areEventsClaimed ? nil : ("nothing is claimed for \(scope.name)", "none")
        }
        switch points[point] {
        case .energy: return nil
        case .carbon: return ("no energy is claimed for \(scope.name)", "carbon alone")
        case .unknown where account.level(for: point).isEmpty: return nil
        case .unknown:
            return (
                "the energy of \(scope.name) is claimed as unknown, yet its register was shown",
                "unknown"
            )
        case nil: return ("nothing is claimed for \(scope.name)", "none")
        }
    }
}
