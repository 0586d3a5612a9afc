import ArgumentParser
import JSONText
import Scenarios
import VirtualTime

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the scenarios and devices.")

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let store = ScenarioStore(folders: try homeOption.locate())
        let loaded = try store.scenarioPaths().map(store.load)
        let width = loaded.map(\.scenario.name.count).max() ?? 0
        Console.say("Scenarios")
        for item in loaded {
            let name = item.scenario.name.padded(to: width)
            let length = item.scenario.duration.iso8601
            Console.say("  \(name)  \(length.padded(to: 6))  \(item.scenario.title)")
        }
        Console.say("\nDevices")
        for path in store.devicePaths {
            let document = try store.device(at: path)
            let name = document["name"]?.string ?? path
            Console.say("  \(name)  \(document["description"]?.string ?? "")")
        }
    }
}
