import VirtualTime

/// Real and reactive power through a point; flows add up exactly.
struct PowerFlow: Equatable {
    var milliwatts: Int64
    var millivars: Int64

    static let zero = PowerFlow(milliwatts: 0, millivars: 0)

    var apparentMillivoltamperes: Int64 { hypotenuse(milliwatts, millivars) }

    static func + (left: PowerFlow, right: PowerFlow) -> PowerFlow {
        PowerFlow(
            milliwatts: left.milliwatts + right.milliwatts,
            millivars: left.millivars + right.millivars)
    }

    static func += (left: inout PowerFlow, right: PowerFlow) {
        left = left + right
    }
}

extension SwitchedLoad {
    func flow(at offset: VirtualDuration) -> PowerFlow {
        load.flow(atMilliwatts: powerMilliwatts(at: offset))
    }
}

extension Load {
    func flow(atMilliwatts power: Int64) -> PowerFlow {
        PowerFlow(milliwatts: power, millivars: reactiveMillivars(atMilliwatts: power))
    }
}

extension TruthLedger {
    func flow(ofOutlet outlet: Int, at offset: VirtualDuration) -> PowerFlow {
        outlets[outlet].flow(at: offset)
    }

    func flow(ofBranch branch: Int, at offset: VirtualDuration) -> PowerFlow {
        var flow = PowerFlow.zero
        for outlet in topology.outletsOfBranch[branch] {
            flow += outlets[outlet].flow(at: offset)
        }
        return flow
    }

    func flow(ofPhase phase: Int, at offset: VirtualDuration) -> PowerFlow {
        var flow = phase == 0 ? selfConsumption.flow(at: offset) : .zero
        for branch in topology.branchesOfPhase[phase] {
            flow += self.flow(ofBranch: branch, at: offset)
        }
        return flow
    }
}

/// The least and the most that can flow through a point over a stretch of time. Everything derived
/// from a flow rises with it, so bounds stay bounds.
struct PowerFlowBounds {
    var least: PowerFlow
    var most: PowerFlow

    static let zero = PowerFlowBounds(least: .zero, most: .zero)

    static func += (left: inout PowerFlowBounds, right: PowerFlowBounds) {
        left.least += right.least
        left.most += right.most
    }

    var apparentMillivoltamperes: ClosedRange<Int64> {
        least.apparentMillivoltamperes...most.apparentMillivoltamperes
    }
}

extension SwitchedLoad {
    /// Over a stretch in which nothing is switched; nil as its end means for ever.
    func flowBounds(from first: VirtualDuration, through last: VirtualDuration?) -> PowerFlowBounds
    {
        guard log.isPowered else { return .zero }
        let powers = load.profile.powerBounds(from: first, through: last)
        return PowerFlowBounds(
            least: load.flow(atMilliwatts: powers.lowerBound),
            most: load.flow(atMilliwatts: powers.upperBound))
    }
}
