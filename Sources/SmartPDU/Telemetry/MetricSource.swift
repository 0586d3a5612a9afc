import JSONText

/// One property of one resource, as a report names it: `/redfish/v1/…/Metrics#/PowerWatts/Reading`.
///
/// Source: DSP8010 MetricReportDefinition v1_4, MetricProperties; RFC 6901, "JavaScript Object
/// Notation (JSON) Pointer", clause 6.
struct MetricSource: Sendable, Hashable {
    let uri: String
    /// URI of the resource.
    let path: String
    let pointer: JSONPointer
    /// Id of the metric definition that tells what this is, where there is one.
    let metricID: String?

    /// Nil where the text is no URI of this service with a JSON pointer as its fragment.
    init?(_ uri: String, metricID: String? = nil) {
        guard let hash = uri.firstIndex(of: "#"), uri.hasPrefix("\(Addresses.root)/"),
            let pointer = JSONPointer(String(uri[uri.index(after: hash)...])),
            !pointer.tokens.isEmpty
        else { return nil }
        self.uri = uri
        path = String(uri[..<hash])
        self.pointer = pointer
        self.metricID = metricID ?? MetricDefinition.id(of: pointer)
    }
}

/// A value a report carries.
struct MetricValue: Sendable, Hashable {
    var metricID: String?
    /// The property's value as text; nil where it has none now.
    var value: String?
    var property: String
    var timestamp: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("MetricId", ifPresent: metricID)
            if let value {
                json.member("MetricValue", value)
            } else {
                json.memberNull("MetricValue")
            }
            json.member("MetricProperty", property)
            json.member("Timestamp", timestamp)
        }
    }
}

extension JSONValue {
    /// A scalar as the text that reports carry, nil of everything else.
    var metricText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
