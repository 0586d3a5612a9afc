import Findings
import JSONText
import Scenarios

extension ScenarioStore {
    /// Holds a scenario against its device before it is played: complains of what is odd about it,
    /// and refuses what cannot work.
    ///
    /// - Returns: How much was odd.
    /// - Throws: ``CommandFailure`` with the last thing that is wrong; the others have been told.
    @discardableResult
    func review(_ loaded: LoadedScenario, _ bundle: Bundle) throws -> Int {
        let review = ScenarioReview(
            of: loaded.scenario, resolved: loaded.resolved, catalog: bundle.messages,
            privileges: bundle.privileges)
        let remarks = review.remarks
        let warnings = remarks.filter { $0.level == .warning }
        for warning in warnings {
            Console.complain(try located(warning.error, in: loaded.path).description)
        }
        var errors = remarks.filter { $0.level == .error }
        guard let last = errors.popLast() else { return warnings.count }
        for error in errors {
            Console.complain(try located(error.error, in: loaded.path).description)
        }
        throw try located(last.error, in: loaded.path)
    }
}
