import ArgumentParser
import Findings

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Explains the rules.")

    @Argument(help: ArgumentHelp("Only rules whose id begins so.", valueName: "id-prefix"))
    var prefix = ""

    func run() throws {
        let rules = KnownRules.all.filter { $0.id.hasPrefix(prefix) }
        guard !rules.isEmpty else {
            throw CommandFailure.usage(
                "no rule's id begins with '\(prefix)'; families: "
                    + KnownRules.families.joined(separator: ", "))
        }
        for rule in rules {
            Console.say("\(rule.id)  \(rule.ground.rawValue), \(rule.level.rawValue)")
            Console.say("    \(rule.statement)")
            Console.say("    \(rule.source)")
            if !rule.peerClasses.isEmpty {
                let classes = rule.peerClasses.joined(separator: ", ")
                Console.say("    \(rule.peer): \(classes)")
            }
        }
    }
}
