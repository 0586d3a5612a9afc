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
        addReplacements(scenario)
        for (path, point, quantity) in map.sensors {
            if let metered = MeteredQuantity(quantity) {
                sensors[path] = SensorFacts(point, metered)
            }
        }
        for (outlet, reading) in electrical.meter.outletReadings {
            relativeReadings[.outlet(outlet)] =
                switch reading {
                case .difference: "differences, its ReadingBasis is Delta"
                case .headroom: "what is left, its ReadingBasis is Headroom"
                case .disabled: "nothing, it is disabled"
                }
        }
        unmeteredOutlets = Set(
            electrical.outlets.indices.filter { !electrical.outlets[$0].isMetered })
        setRegisters(electrical)
        setResolutions(electrical.resolutions)
        sums = Self.sums(of: electrical, isThreePhase: isThreePhase)
        let service = scenario.device.service
        sessionTimeout = service.sessionTimeout
        lockoutThreshold = service.lockoutThreshold > 0 ? service.lockoutThreshold : nil
        lockoutCounterReset = service.lockoutCounterResetAfter
        announcesOutletPower = true
    }

    /// What steps of the timeline do to registers behind the client's back, and where the units that
    /// they put in the device's place are found.
    private mutating func addReplacements(_ scenario: Scenario) {
        let units = "/redfish/v1/PowerEquipment/RackPDUs/"
        let first = units + scenario.device.identity.rackPDUID
        let paths = resources
        for step in scenario.timeline {
            let instant = scenario.start + step.offset
            for operation in step.operations {
                switch operation {
                case .loseRegister(let point):
                    registerStarts.append(ScriptedRegisterStart(point, at: instant))
                case .replaceMeter(let point, let reading):
                    registerStarts.append(
                        ScriptedRegisterStart(
                            point, at: instant, readingMicrojoules: reading, isReplacement: true,
                            isReturn: !step.operations.contains { $0.isReplacementOfUnit }))
                case .replaceUnit(_, _, let rackPDUID):
                    for (path, point) in paths where path.hasPrefix(first + "/") {
                        resources[units + rackPDUID + path.dropFirst(first.count)] = point
                    }
                default: break
                }
            }
        }
    }

    private mutating func setRegisters(_ electrical: ElectricalConfiguration) {
        let meter = electrical.meter
        for point in electrical.meteringPoints {
            registers[point] = RegisterFacts(
                quantumMicrojoules: meter.energyQuantumMicrojoules, latch: meter.energyLatch,
                gainPartsPerMillion: 1_000_000 + meter.gainPartsPerMillion,
                startMicrojoules: meter.registerOffsetMicrojoules[point] ?? 0,
                modulusMicrojoules: meter.modulusMicrojoules(of: point))
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

extension DeviceOperation {
    fileprivate var isReplacementOfUnit: Bool {
        if case .replaceUnit = self { true } else { false }
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
        expectedSessionExpiries = scenario.timeline.count { step in
            step.operations.contains {
                if case .replaceUnit = $0 { true } else { $0 == .expireSessions }
            }
        }
        restarts = scenario.timeline.count { $0.clientPause != nil }
        absences = scenario.timeline.compactMap { step in
            step.clientPause.map { pause in
                let from = scenario.start + step.offset
                return ClientAbsence(from: from, until: from + pause)
            }
        }
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
