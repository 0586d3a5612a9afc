import Findings
import JSONText

/// The requirements of a profile on the page of `validate`, each with what became of it.
enum ProfileHTML {
    /// A table for each target that was held against the profile.
    static func requirements(of profile: String, in report: ValidationReport) -> [String] {
        report.targets.flatMap { target in
            target.profiles.filter { $0.title == profile }.map { table($0, of: target) }
        }
    }

    private static func table(_ profile: EvaluatedProfile, of target: ValidatedTarget) -> String {
        let rows = profile.requirements.map { requirement in
            let verdict = requirement.verdict
            let place = "\(profile.file):\(requirement.line)#\(requirement.pointer)".visible.html
            let counts = [requirement.met, requirement.missed, requirement.open].map {
                element("td", class: "count", $0.grouped)
            }
            return element(
                "tr",
                element("td", HTMLReport.badge(verdict))
                    + "<td title=\"\(place)\">\(requirement.demand.visible.html)</td>"
                    + element("td", class: "count", "\(requirement.line)") + counts.joined())
        }
        let heads = ["verdict", "requirement", "line", "met", "missed", "open"].map {
            element("th", $0)
        }
        let content =
            element("thead", element("tr", heads.joined())) + element("tbody", rows.joined())
        let summary = element(
            "summary", class: "row",
            HTMLReport.badge(Verdict.summary(of: profile.requirements.map(\.verdict)))
                + element("span", class: "name", target.name.visible.html)
                + element("span", class: "measure", profile.summary.html))
        let purpose =
            profile.purpose.map { element("p", class: "statement", $0.visible.html) } ?? ""
        let source = element("p", class: "source", "requirements of \(profile.file)".visible.html)
        let table = element(
            "div", class: "scroll", element("table", class: "requirements", content))
        return "<details>" + summary + "\n"
            + element("div", class: "inside", purpose + source + table) + "</details>"
    }

    static let sheet = """
        .requirements th { white-space: nowrap; }
        .requirements td { vertical-align: top; }
        .requirements td:nth-child(2) { min-width: 14rem; overflow-wrap: anywhere; }
        .requirements .count { min-width: 3rem; text-align: right;
          font-variant-numeric: tabular-nums; }
        """
}
