import JSONText
import VirtualTime

/// A name in braces within the URI of a metric property, and what may stand in its place.
///
/// Source: DSP8010 MetricReportDefinition v1_4, Wildcards.
struct MetricWildcard: Sendable, Hashable, Codable {
    /// In `values` it stands for every member of the collection in front of it.
    static let everything = "*"

    var name: String
    var values: [String]

    init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }

    init(_ value: JSONValue) throws(RedfishError) {
        guard let object = value.object else {
            throw .propertyType("Wildcards", value.compactText)
        }
        var (name, values): (String?, [String]?)
        for member in object.members {
            switch member.name {
            case "Name": name = member.value.string
            case "Values":
                values = member.value.array.flatMap { elements in
                    let texts = elements.compactMap(\.string)
                    return texts.count == elements.count ? texts : nil
                }
            default: throw .propertyUnknown("Wildcards/\(member.name)")
            }
        }
        guard let name, let values, Self.isPlain(name),
            values.count <= MetricReportDefinition.propertyLimit,
            values.allSatisfy({ $0 == Self.everything || Self.isPlain($0) })
        else { throw .propertyFormat("Wildcards", value.compactText) }
        self.init(name: name, values: values)
    }

    /// What may be part of a URI's segment and cannot be a wildcard again.
    static func isPlain(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

extension SmartPDU {
    /// Every URI that a pattern stands for, wildcards replaced in their order.
    ///
    /// - Parameters:
    ///   - limit: With more than this many the pattern is refused.
    ///   - steps: How many replacements may still be tried; what leads to nothing costs time too.
    func metricURIs(
        of pattern: String, _ wildcards: [MetricWildcard], limit: Int, steps: inout Int
    ) throws(RedfishError) -> [String] {
        var pending = [pattern]
        var done: [String] = []
        while let next = pending.popLast() {
            steps -= 1
            guard steps >= 0 else { throw .arrayTooLong("MetricProperties", limit: limit) }
            guard let open = next.firstIndex(of: "{") else {
                done.append(next)
                continue
            }
            guard let close = next[open...].firstIndex(of: "}"),
                let wildcard = wildcards.first(where: {
                    $0.name == next[next.index(after: open)..<close]
                })
            else { throw .propertyValueRefused("MetricProperties", pattern) }
            let collection = next[..<open].hasSuffix("/") ? String(next[..<open].dropLast()) : ""
            let values =
                wildcard.values.contains(MetricWildcard.everything)
                ? memberIDs(of: collection) : wildcard.values
            let braced = "{\(wildcard.name)}"
            pending += values.reversed().map { value in
                next.split(separator: braced, omittingEmptySubsequences: false)
                    .joined(separator: value)
            }
            guard pending.count + done.count <= limit else {
                throw .arrayTooLong("MetricProperties", limit: limit)
            }
        }
        return done
    }

    private func memberIDs(of collection: String) -> [String] {
        guard let node = tree.node(at: collection), node.resource.isCollection,
            let members = body(of: node, at: start)["Members"]?.array
        else { return [] }
        return members.compactMap { member in
            member["@odata.id"]?.string?.split(separator: "/").last.map(String.init)
        }
    }

    /// What GET shows of a resource.
    func body(of node: ResourceTree.Node, at instant: VirtualInstant) -> JSONValue {
        var json = JSONWriter(capacity: 2048)
        json.object { node.resource.render(self, node.place, instant, &$0) }
        return (try? JSONValue(parsing: json.bytes)) ?? .null
    }
}
