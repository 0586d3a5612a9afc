/// What `$filter` on the stream's URI lets through: comparisons joined by `and`, `or` and
/// parentheses.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 12.5 Server-Sent Events; DSP8010 EventService
/// v1_12, SSEFilterPropertiesSupported.
struct StreamFilter: Sendable, Hashable {
    enum Property: String, Sendable, CaseIterable {
        case eventFormatType = "EventFormatType"
        case messageID = "MessageId"
        case metricReportDefinition = "MetricReportDefinition"
        case originResource = "OriginResource"
        case registryPrefix = "RegistryPrefix"
        case resourceType = "ResourceType"
        case subordinateResources = "SubordinateResources"
    }

    indirect enum Expression: Sendable, Hashable {
        case equal(Property, String)
        case and(Expression, Expression)
        case or(Expression, Expression)
    }

    private let expression: Expression
    /// Resources below those named count too: this says how to read the others, and is itself
    /// always true.
    private let includesSubordinates: Bool

    /// - Throws: The Base message that says what is wrong with the text.
    init(_ text: String) throws(RedfishError) {
        var parser = try StreamFilterParser(text)
        expression = try parser.wholeExpression()
        includesSubordinates = parser.includesSubordinates
    }

    func admits(_ event: DeviceEvent) -> Bool {
        expression.holds { property, value in
            switch property {
            case .eventFormatType: value == Subscription.Format.event.rawValue
            case .messageID: withoutVersion(value) == event.message.key
            case .metricReportDefinition: false
            case .originResource: event.isAbout(value, orBelow: includesSubordinates)
            case .registryPrefix: event.message.key.hasPrefix(value + ".")
            case .resourceType: value == event.originType
            case .subordinateResources: true
            }
        }
    }

    /// Reports come only where the filter speaks of them.
    func admits(_ report: MetricReportPayload) -> Bool {
        speaksOfReports
            && expression.holds { property, value in
                switch property {
                case .eventFormatType: value == Subscription.Format.metricReport.rawValue
                case .metricReportDefinition: value == report.definition
                case .subordinateResources: true
                case .messageID, .originResource, .registryPrefix, .resourceType: false
                }
            }
    }

    /// Whether no event can ever pass.
    var admitsOnlyReports: Bool {
        !expression.holds { property, value in
            switch property {
            case .eventFormatType: value == Subscription.Format.event.rawValue
            case .metricReportDefinition: false
            default: true
            }
        }
    }

    private var speaksOfReports: Bool {
        expression.mentions(.metricReportDefinition)
            || expression.mentions(.eventFormatType)
    }
}

extension StreamFilter.Expression {
    fileprivate func holds(_ isTrue: (StreamFilter.Property, String) -> Bool) -> Bool {
        switch self {
        case .equal(let property, let value): isTrue(property, value)
        case .and(let left, let right): left.holds(isTrue) && right.holds(isTrue)
        case .or(let left, let right): left.holds(isTrue) || right.holds(isTrue)
        }
    }

    fileprivate func mentions(_ property: StreamFilter.Property) -> Bool {
        switch self {
        case .equal(let mentioned, _): mentioned == property
        case .and(let left, let right), .or(let left, let right):
            left.mentions(property) || right.mentions(property)
        }
    }
}
