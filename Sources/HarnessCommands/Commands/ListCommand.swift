import ArgumentParser
import JSONText
import Profiles
import Scenarios
import VirtualTime

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the scenarios, devices and profiles.")

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let store = ScenarioStore(folders: folders)
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
        Console.say("\nInteroperability profiles")
        let profiles = ProfileStore(folder: folders.profiles)
        for profile in try profiles.load(profiles.ownPaths) {
            Console.say("  \(profile.name)  \(profile.purpose ?? "")")
        }
    }
}
