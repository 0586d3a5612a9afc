import ArgumentParser
import Findings
import Judging
import Replaying
import Scenarios
import Validation

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Explains the rules.")

    @Argument(help: ArgumentHelp("Only rules whose id begins so.", valueName: "id-prefix"))
    var prefix = ""

    func run() throws {
        let all =
            SchemaRules.all + RuleBook.all + ConductCheck.rules + ReplayRules.all + DriftRules.all
        let rules = all.filter { $0.id.hasPrefix(prefix) }
        guard !rules.isEmpty else {
            let families = Array(Set(all.map(\.family))).sorted()
            throw CommandFailure.usage(
                "no rule's id begins with '\(prefix)'; families: "
                    + families.joined(separator: ", "))
        }
        for rule in rules {
            Console.say("\(rule.id)  \(rule.ground.rawValue), \(rule.level.rawValue)")
            Console.say("    \(rule.statement)")
            Console.say("    \(rule.source)")
            if !rule.peerClasses.isEmpty {
                let classes = rule.peerClasses.joined(separator: ", ")
                Console.say("    Redfish Service Validator: \(classes)")
            }
        }
    }
}
