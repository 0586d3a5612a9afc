import ArgumentParser
import JSONText

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures the budgets beside their peers.",
        discussion: """
            Ours and the peer are measured in the same run. A budget that is missed is reported, \
            and is no failure: how fast a machine is says nothing about the program.
            """)

    @Option(help: ArgumentHelp("Measure this only.", valueName: "name"))
    var only: String?

    @Option(help: ArgumentHelp("Write the figures as JSON too.", valueName: "path"))
    var json: String?

    @Flag(help: "Smaller counts: a first look, not a verdict.")
    var quick = false

    @OptionGroup var homeOption: HomeOption

    func run() async throws {
        let folders = try homeOption.locate()
        let bench = BenchSetting(
            folders: folders, bundle: try Bundle(folder: folders.csdl), isQuick: quick)
        var results: [BenchResult] = []
        for measurement in try chosen() {
            do {
                results.append(
                    BenchResult(
                        name: measurement.name, rows: try await measurement.measure(bench)))
            } catch let error as NotMeasurable {
                results.append(BenchResult(name: measurement.name, reason: error.reason))
            } catch {
                throw CommandFailure(status: 1, description: "\(measurement.name): \(error)")
            }
        }
        Console.say(BenchTable.text(of: results))
        if let json { try Files.write(BenchTable.json(of: results), to: json) }
    }

    private func chosen() throws -> [any Measurement] {
        guard let only else { return Measurements.all }
        let names = Measurements.all.map(\.name)
        guard let measurement = Measurements.all.first(where: { $0.name == only }) else {
            let hint =
                nearMiss(for: only, among: names).map { "; did you mean '\($0)'?" }
                ?? "; known: \(names.joined(separator: ", "))"
            throw CommandFailure.usage("--only \(only) is no measurement\(hint)")
        }
        return [measurement]
    }
}
