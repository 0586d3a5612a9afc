import Findings
import JSONText
import Schema

// What a service delivers to subscribers.

extension PayloadWalk {
    private static let event = QualifiedName(namespace: "Event", name: "Event")
    private static let metricReport = QualifiedName(namespace: "MetricReport", name: "MetricReport")

    mutating func judgeEvent(_ object: JSONObject) {
        guard let type = declaredType(of: object) else { return }
        guard type.isDerived(from: Self.event) || type.isDerived(from: Self.metricReport) else {
            report(
                SchemaRules.typeMatches, "\(type.name) is not what a subscriber receives",
                member: "@odata.type", expected: "\(Self.event) or \(Self.metricReport)")
            return
        }
        if case .array(let records)? = object["Events"], records.isEmpty {
            report(
                SchemaRules.event, "the event holds no record", member: "Events",
                expected: "one record or more", definition: type.property("Events")?.location)
        }
        judge(object, as: type)
    }
}
