import Recordings
import Scenarios
import SmartPDU

/// What of a `run` command decides what is played and how it is judged, to be said again.
struct RunWords: Sendable {
    /// The folder of the scenarios that are found by name.
    let scenarioFolder: String
    let options: [String]
    /// What stood after `--`; empty for the built-in client and for one with a manifest.
    let client: [String]

    /// The words of the command that plays one scenario, the scenario second, without secrets.
    func command(for loaded: LoadedScenario) -> [String] {
        var words = ["run", argument(loaded)] + options
        if !client.isEmpty {
            words +=
                ["--"]
                + Self.withoutSecrets(client, password: loaded.scenario.device.service.password)
        }
        return words
    }

    /// The scenario as a user finds it: by name where it lies with the others.
    private func argument(_ loaded: LoadedScenario) -> String {
        let path = loaded.path
        if path.hasPrefix(scenarioFolder + "/"), path.hasSuffix(".json") {
            return String(path.dropFirst(scenarioFolder.count + 1).dropLast(5))
        }
        let here = Files.workingDirectory + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    /// The password that the scenario gives becomes its placeholder, which means the same; any
    /// other secret is left out.
    static func withoutSecrets(_ words: [String], password: String) -> [String] {
        var masked: [String] = []
        var followsSecretOption = false
        for word in words {
            let plain = word.replacing(password, with: "{password}")
            let isSecret = followsSecretOption && plain == word && !word.contains("{")
            let parts = word.split(separator: "=", maxSplits: 1)
            let name = (parts.first ?? "").drop { $0 == "-" }
            let isOption = word.hasPrefix("-") && SecretKind(name: name.lowercased().utf8) != nil
            if isOption, parts.count == 2, plain == word, !parts[1].contains("{") {
                masked.append("\(parts[0])=<secret>")
            } else {
                masked.append(isSecret ? "<secret>" : plain)
            }
            followsSecretOption = isOption && parts.count == 1
        }
        return masked
    }
}
