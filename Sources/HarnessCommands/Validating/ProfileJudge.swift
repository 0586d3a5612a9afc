import Findings
import Profiles
import Schema
import Validation

/// Holds what was read of a target against interoperability profiles.
struct ProfileJudge: Sendable {
    let profiles: [Profile]
    let schema: SchemaLibrary

    /// Adds to a target what each profile comes to.
    ///
    /// - Parameters:
    ///   - isWhole: Whether the whole service was read, so that what is missing is missing.
    ///   - file: The user's file that an address was read from.
    func judge(
        _ resources: @autoclosure () -> [SurveyedResource], isWhole: Bool,
        into target: inout ValidatedTarget, file: (String) -> String? = { _ in nil }
    ) {
        guard !profiles.isEmpty else { return }
        let service = SurveyedService(resources(), isWhole: isWhole)
        var places: [String: Int] = [:]
        for (index, payload) in target.payloads.enumerated() { places[payload.uri] = index }
        for profile in profiles {
            let result = ProfileEvaluation.evaluate(profile, on: service, schema: schema)
            target.profiles.append(result.profile)
            for (uri, finding) in result.findings {
                let placed = PlacedFinding(
                    finding, uri: uri, file: file(uri),
                    snippet: finding.position.flatMap { service.snippet(around: $0, of: uri) },
                    profile: profile.title)
                if let place = places[uri] {
                    target.payloads[place].findings.append(placed)
                } else {
                    places[uri] = target.payloads.count
                    target.payloads.append(
                        ValidatedPayload(uri: uri, file: file(uri), findings: [placed]))
                }
            }
        }
    }

    /// The profiles themselves as targets: what is wrong with what they say.
    func review() -> [ValidatedTarget] {
        profiles.map { profile in
            let findings = profile.review(schema).map { finding in
                PlacedFinding(
                    finding, uri: profile.file, file: profile.file,
                    snippet: finding.position.map { PayloadSnippet(around: $0, in: profile.bytes) },
                    profile: profile.title)
            }
            return ValidatedTarget(
                name: profile.file, kind: "profile",
                payloads: [
                    ValidatedPayload(uri: profile.file, file: profile.file, findings: findings)
                ], notes: [profile.title])
        }
    }
}
