package import Findings

/// The formats of `--report FORMAT=PATH`. Each is a pure function of the run's result.
package enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case text
    case json
    case junit
    case sarif
    case html
    case markdown

    /// The report as text that ends with a line feed. Text comes without colour and 100 columns
    /// wide, so that it is the same bytes in every terminal.
    package func render(_ report: RunReport) -> String {
        switch self {
        case .text: TextReport.render(report)
        case .json: JSONReport.render(report)
        case .junit: JUnitReport.render(report)
        case .sarif: SARIFReport.render(report)
        case .html: HTMLReport.render(report)
        case .markdown: MarkdownReport.render(report)
        }
    }

    /// The report of `validate`, likewise.
    package func render(_ report: ValidationReport) -> String {
        switch self {
        case .text: ValidationText.render(report, limit: .max)
        case .json: ValidationJSON.render(report)
        case .junit: ValidationJUnit.render(report)
        case .sarif: ValidationSARIF.render(report)
        case .html: ValidationHTML.render(report)
        case .markdown: ValidationMarkdown.render(report)
        }
    }

    /// The formats in which `diff` reports.
    package static let ofComparisons: [ReportFormat] = [.text, .json, .html]

    /// The report of `diff`, likewise; nil in a format that says nothing about two recordings.
    package func render(_ report: ComparisonReport) -> String? {
        switch self {
        case .text: ComparisonText.render(report)
        case .json: ComparisonJSON.render(report)
        case .html: ComparisonHTML.render(report)
        case .junit, .sarif, .markdown: nil
        }
    }
}
