import JSONText
import Recordings
import Scenarios
import SmartPDU
import VirtualTime
import Wire

extension ClientRun {
    /// What a client may reach: the addresses of one run.
    struct Addresses {
        var url: String
        var desk: ClientDesk
        var control: ControlDesk?
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Files.workingDirectory)/\(path)"
    }

    /// Lays out what the client is told, by placeholder, environment and configuration.
    func prepare(
        _ surroundings: inout ClientSurroundings, _ scenario: ClientScenario,
        _ clock: any RunningClock,
        _ addresses: Addresses
    ) async throws {
        for ending in ["claims.jsonl", "client.out", "client.err"] {
            Files.remove("\(out)/\(scenario.name).\(ending)")
        }
        surroundings.add("url", addresses.url)
        surroundings.add("user", scenario.userName)
        surroundings.add("password", scenario.password)
        surroundings.add("ca", TLSIdentityStore.standard().authorityPath)
        surroundings.add("claims", surroundings.claimsPath)
        surroundings.add("state", try surroundings.makeStateFolder())
        surroundings.add("callback", addresses.desk.callbackURL)
        surroundings.add("carbon", addresses.desk.carbonURL)
        addIntervals(to: &surroundings, scenario)
        if scenario.client.readsSensors { surroundings.add("readSensors", "true") }
        if let control = addresses.control {
            surroundings.add("control", control.url)
            surroundings.add("controlToken", control.token)
        }
        // Where its wall clock is the scenario's, a client is told of no other.
        if program.ownClock == .wall {
            surroundings.add("clock", program.clock.name)
            surroundings.add("start", scenario.start.iso8601)
            if let clock = clock as? PacedClock {
                surroundings.add("epoch", clock.beginning.iso8601)
            }
        }
        if program.scrape != nil { surroundings.add("port", String(try await PortProbe.free())) }
        if !scenario.carbon.isEmpty {
            let carbon = absolute("\(out)/\(scenario.name).carbon.json")
            try Files.write(CarbonIntensityFile.text(of: scenario), to: carbon)
            surroundings.add("carbonFile", carbon)
        }
        try writeConfiguration(&surroundings, scenario)
        if program.attachment != nil { try announce(surroundings, scenario) }
    }

    private func addIntervals(to surroundings: inout ClientSurroundings, _ scenario: ClientScenario)
    {
        let intervals = [
            ("poll", scenario.client.pollInterval),
            ("pollOutlets", scenario.client.outletPollInterval),
        ]
        for (name, interval) in intervals {
            surroundings.add("\(name)Seconds", seconds(interval.milliseconds * 1000))
            // By a clock that is moved nothing takes any time.
            guard case .paced(var pace) = program.clock else { continue }
            if program.ownClock == .faketime { pace = 1 }
            surroundings.add("\(name)WallSeconds", seconds(interval.milliseconds * 1000 / pace))
        }
    }

    private func seconds(_ microseconds: Int64) -> String {
        JSONNumber(units: microseconds, decimals: 6).text
    }

    private func writeConfiguration(
        _ surroundings: inout ClientSurroundings, _ scenario: ClientScenario
    ) throws {
        guard let template = program.configurationTemplate else { return }
        let text = String(decoding: try Files.read(template), as: UTF8.self)
        let ending = template.hasSuffix(".in") ? String(template.dropLast(3)) : template
        let name = ending.split(separator: "/").last.map(String.init) ?? "config"
        let path = "\(surroundings.home)/\(name)"
        do {
            let filled = try surroundings.filled(text)
            try Files.write(filled, to: path)
            var masker = SecretMasker()
            try Files.write(
                masker.mask(text: surroundings.withoutSecrets(filled)),
                to: "\(out)/\(scenario.name).\(name)")
        } catch let failure as CommandFailure where failure.status == 64 {
            throw CommandFailure.usage("\(template): \(failure.description)")
        }
        surroundings.add("config", path)
    }

    /// Tells somebody who starts the client elsewhere where the PDU is.
    private func announce(_ surroundings: ClientSurroundings, _ scenario: ClientScenario) throws {
        let environment = "\(out)/\(scenario.name).env"
        try Files.makeFolder(out)
        try Files.writeDurably(Array(surroundings.shellText.utf8), to: environment)
        let url = surroundings.values.first { $0.name == "url" }?.value ?? ""
        if let file = program.attachment?.urlFile { try Files.write(url + "\n", to: file) }
        Console.say(
            "\(scenario.name): waiting for a client at \(url) (\(program.clock.name)); what it may "
                + "want to know is in \(environment); when it has ended, Ctrl-C or POST /stop has it judged"
        )
    }
}
