package import Electrical

extension MeteringPoint {
    /// The point in a reader's words: `outlet 7`, `branch A`, `phase L1`.
    package var name: String {
        switch self {
        case .outlet(let index): "outlet \(index + 1)"
        case .branch(let index): "branch \(branchLetter(index))"
        case .phase(let index): "phase L\(index + 1)"
        case .mains: "mains"
        case .unit: "the unit"
        }
    }
}

/// A, B, C, … and numbers where the alphabet ends.
private func branchLetter(_ index: Int) -> String {
    guard index < 26 else { return String(index + 1) }
    return String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index)))
}

extension ClaimScope {
    package var name: String {
        switch self {
        case .point(.unit): "pdu"
        case .point(let point): point.name
        case .events: "events"
        }
    }
}

/// Gives every metering point of a device a small number, so that tables over points are arrays.
struct PointNumbering {
    let outlets: Int
    let branches: Int
    let phases: Int

    init(_ facts: DeviceFacts) {
        outlets = facts.outletCount
        branches = facts.branchCount
        phases = facts.phaseCount
    }

    var count: Int { outlets + branches + phases + 2 }

    /// Nil for a point that the device does not have.
    subscript(point: MeteringPoint) -> Int? {
        switch point {
        case .outlet(let index): index < outlets ? index : nil
        case .branch(let index): index < branches ? outlets + index : nil
        case .phase(let index): index < phases ? outlets + branches + index : nil
        case .mains: count - 2
        case .unit: count - 1
        }
    }

    /// Every point, leaf first.
    var points: [MeteringPoint] { (0..<count).map(point) }

    func point(_ number: Int) -> MeteringPoint {
        if number < outlets { return .outlet(number) }
        if number < outlets + branches { return .branch(number - outlets) }
        if number < count - 2 { return .phase(number - outlets - branches) }
        return number == count - 2 ? .mains : .unit
    }
}
