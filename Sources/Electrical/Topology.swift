/// What hangs where: outlets on branches, branches on lines. Indices count from 0.
package struct Topology: Sendable, Hashable {
    package let branchOfOutlet: [Int]
    package let phaseOfBranch: [Int]
    package let lineCount: Int
    package let outletsOfBranch: [[Int]]
    package let branchesOfPhase: [[Int]]

    package init(branchOfOutlet: [Int], phaseOfBranch: [Int], lineCount: Int) {
        self.branchOfOutlet = branchOfOutlet
        self.phaseOfBranch = phaseOfBranch
        self.lineCount = lineCount
        outletsOfBranch = phaseOfBranch.indices.map { branch in
            branchOfOutlet.indices.filter { branchOfOutlet[$0] == branch }
        }
        branchesOfPhase = (0..<lineCount).map { phase in
            phaseOfBranch.indices.filter { phaseOfBranch[$0] == phase }
        }
    }

    package init(_ configuration: ElectricalConfiguration) {
        self.init(
            branchOfOutlet: configuration.outlets.map(\.branch),
            phaseOfBranch: configuration.branches.map(\.phase),
            lineCount: configuration.wiring.lineCount)
    }

    package func contains(_ point: MeteringPoint) -> Bool {
        switch point {
        case .outlet(let outlet): branchOfOutlet.indices.contains(outlet)
        case .branch(let branch): phaseOfBranch.indices.contains(branch)
        case .phase(let phase): branchesOfPhase.indices.contains(phase)
        case .mains, .unit: true
        }
    }
}
