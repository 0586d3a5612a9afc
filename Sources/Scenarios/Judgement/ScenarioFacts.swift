import Electrical
package import Judging
package import SmartPDU
import VirtualTime

extension DeviceFacts {
    /// What the judge has to know of the device that a scenario plays.
    package init(of scenario: Scenario, showing map: SmartPDU.MeteringMap) {
        let electrical = scenario.device.electrical
        let isThreePhase = electrical.wiring == .threePhase5Wire
        self.init(
            start: scenario.start, outlets: electrical.outlets.count,
            branches: electrical.branches.count, phases: isThreePhase ? 3 : 0)
        for (path, point) in map.resources { resources[path] = point }
        for (path, point, quantity) in map.sensors {
            if let metered = MeteredQuantity(quantity) {
                sensors[path] = SensorFacts(point, metered)
            }
        }
        unmeteredOutlets = Set(
            electrical.outlets.indices.filter { !electrical.outlets[$0].isMetered })
        setRegisters(electrical, phases: isThreePhase ? 3 : 0)
        setResolutions(electrical.resolutions)
        sums = Self.sums(of: electrical, isThreePhase: isThreePhase)
        let service = scenario.device.service
        sessionTimeout = service.sessionTimeout
        lockoutThreshold = service.lockoutThreshold > 0 ? service.lockoutThreshold : nil
        lockoutCounterReset = service.lockoutCounterResetAfter
        announcesOutletPower = true
    }

    private mutating func setRegisters(_ electrical: ElectricalConfiguration, phases: Int) {
        let meter = electrical.meter
        var points: [MeteringPoint] = electrical.outlets.indices.map { .outlet($0) }
        points += electrical.branches.indices.map { .branch($0) }
        points += (0..<phases).map { .phase($0) } + [.mains, .unit]
        for point in points {
            registers[point] = RegisterFacts(
                quantumMicrojoules: meter.energyQuantumMicrojoules, latch: meter.energyLatch,
                gainPartsPerMillion: 1_000_000 + meter.gainPartsPerMillion,
                startMicrojoules: meter.registerOffsetMicrojoules[point] ?? 0,
                modulusMicrojoules: meter.modulusMicrojoules)
        }
    }

    /// Facts are in millionths of the Redfish unit, the configuration in thousandths. A reading is
    /// rounded to whole thousandths before it is rounded to its step, so it may be off by half a
    /// thousandth more than half a step.
    private mutating func setResolutions(_ steps: ElectricalConfiguration.Resolutions) {
        func resolution(_ step: Int64, floor: Int64 = 0) -> Resolution {
            Resolution(stepMillionths: (step + 1) * 1000, floorMillionths: floor * 1000)
        }
        let floor = steps.powerFloorMilliwatts
        resolutions = [
            .power: resolution(steps.powerMilliwatts, floor: floor),
            .apparentPower: resolution(steps.apparentMillivoltamperes, floor: floor),
            .reactivePower: resolution(steps.reactiveMillivars, floor: floor),
            .powerFactor: resolution(steps.powerFactorThousandths),
            .voltage: resolution(steps.voltageMillivolts),
            .current: resolution(steps.currentMilliamps, floor: steps.currentFloorMilliamps),
            .loadPercent: resolution(100),
        ]
    }

    private static func sums(
        of electrical: ElectricalConfiguration, isThreePhase: Bool
    ) -> [LevelSum] {
        let own = electrical.selfConsumptionMilliwatts
        let branches = electrical.branches.indices
        var sums = branches.map { branch in
            LevelSum(
                .branch(branch),
                of: electrical.outlets.indices.filter { electrical.outlets[$0].branch == branch }
                    .map { .outlet($0) })
        }
        if isThreePhase {
            // The unit takes what it needs itself from L1.
            sums += (0..<3).map { phase in
                LevelSum(
                    .phase(phase),
                    of: branches.filter { electrical.branches[$0].phase == phase }
                        .map { .branch($0) },
                    selfConsumptionMilliwatts: phase == 0 ? own : 0)
            }
        }
        sums.append(
            LevelSum(.mains, of: branches.map { .branch($0) }, selfConsumptionMilliwatts: own))
        sums.append(LevelSum(.unit, of: [.mains]))
        return sums
    }
}

extension MeteredQuantity {
    fileprivate init?(_ quantity: SmartPDU.SensedQuantity) {
        switch quantity {
        case .voltage: self = .voltage
        case .current: self = .current
        case .power: self = .power
        case .energy: self = .energy
        case .loadPercent: self = .loadPercent
        case .other: return nil
        }
    }
}

extension ClientDuties {
    /// What a scenario demands of its client.
    package init(of scenario: Scenario) {
        self.init()
        let electrical = scenario.device.electrical
        subscribes = scenario.client.subscribes
        expectedSessionExpiries = scenario.timeline.count { $0.action == "expire-sessions" }
        carbonIntensity = scenario.carbon.map {
            CarbonStep(
                from: scenario.start + $0.offset,
                milligramsPerKilowattHour: $0.milligramsPerKilowattHour)
        }
        expectedEvents = scenario.expectation.events.filter { $0.count != 0 }.map {
            ExpectedEvent(message: $0.message, originSuffix: $0.origin)
        }
        if let scope = scenario.expectation.claimScope { expectedClaims = [scope] }
        // A client that is rightly turned away owes neither polls nor claims after that.
        guard scenario.expectation.outcome == .done else { return }
        let metered = electrical.outlets.indices.filter { electrical.outlets[$0].isMetered }
        let outlets = metered.map { MeteringPoint.outlet($0) }
        polls = [
            PollDuty(
                electrical.branches.indices.map { .branch($0) } + [.mains, .unit],
                every: scenario.client.pollInterval, slack: .seconds(1)),
            PollDuty(outlets, every: scenario.client.outletPollInterval, slack: .seconds(1)),
        ]
        for point in outlets + [.unit] where !expectedClaims.contains(.point(point)) {
            expectedClaims.append(.point(point))
        }
        if scenario.client.subscribes { expectedClaims.append(.events) }
    }
}
