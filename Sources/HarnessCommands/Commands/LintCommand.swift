import ArgumentParser
import Findings
import Scenarios

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Checks scenarios without running them.")

    @Argument(help: "Scenario files, names, or folders; all where none is named.")
    var scenarios: [String] = []

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let store = ScenarioStore(folders: folders)
        let bundle = try Bundle(folder: folders.csdl)
        let paths =
            scenarios.isEmpty ? try store.scenarioPaths() : try scenarios.flatMap(store.find)
        var failures = 0
        var pathByName: [String: String] = [:]
        for path in paths {
            do {
                let loaded = try store.load(path)
                if let other = pathByName.updateValue(path, forKey: loaded.scenario.name) {
                    throw CommandFailure.usage(
                        "\(path): the name '\(loaded.scenario.name)' is taken by \(other)")
                }
                let oddities = try store.review(loaded, bundle)
                let words = oddities > 0 ? ", with \(oddities.counted("warning"))" : ""
                Console.say("\(path): ok\(words)")
            } catch let failure as CommandFailure {
                Console.complain(failure.description)
                failures += 1
            }
        }
        if failures > 0 {
            throw CommandFailure.usage(
                "\(failures) of \(paths.count.counted("scenario")) "
                    + (failures == 1 ? "is not right" : "are not right"))
        }
    }
}
