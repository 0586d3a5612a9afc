package import Findings
import JSONText

/// The comparison for programs. `"comparison": 1` names this shape; of each cause all values.
package enum ComparisonJSON {
    package static func render(_ report: ComparisonReport) -> String {
        let value: JSONValue = [
            "comparison": 1,
            "harness": .string(report.harnessVersion),
            "same": .bool(report.exitStatus == 0),
            "exitStatus": .integer(report.exitStatus),
            "left": side(report.left),
            "right": side(report.right),
            "differences": .integer(report.total),
            "frames": .integer(report.frameCount),
            "firstFrame": .string(report.firstFrame),
            "tolerated": .integer(report.toleratedCount),
            "staleMatchers": .array(report.staleMatchers.map { .string($0) }),
            "causes": .array(report.causes.map(cause)),
        ]
        return value.prettyText
    }

    private static func side(_ side: ComparisonReport.Side) -> JSONValue {
        [
            "name": .string(side.name), "kind": .string(side.kind),
            "scenario": .string(side.scenario), "client": .string(side.client),
            "model": .string(side.model), "exchanges": .integer(side.exchangeCount),
        ]
    }

    private static func cause(_ cause: ComparisonReport.Cause) -> JSONValue {
        [
            "subject": .string(cause.subject), "change": .string(cause.change),
            "from": .string(cause.from), "count": .integer(cause.count),
            "values": .array(cause.rows.map(row)),
            "consequences": .array(cause.consequences.map { .string($0) }),
            "consequenceCount": .integer(cause.consequenceCount),
        ]
    }

    private static func row(_ row: ComparisonReport.Row) -> JSONValue {
        var value: JSONValue = [
            "time": .string(row.time), "subject": .string(row.subject),
            "exchange": .string(row.exchange), "place": .string(row.place),
        ]
        value.add("left", row.left)
        value.add("right", row.right)
        if !row.change.isEmpty { value.add("change", row.change) }
        return value
    }
}
