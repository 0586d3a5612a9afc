import Findings
import JSONText
import Schema

// What vendors add: judged by their schemas where those are at hand, and never worse than a
// warning.

extension PayloadWalk {
    /// The object of one vendor inside an `Oem` object.
    mutating func judgeOEM(_ value: JSONValue, _ owner: FlattenedType) {
        oemDepth += 1
        defer { oemDepth -= 1 }
        guard case .object(let object) = value else {
            report(
                SchemaRules.jsonType, "the value is \(value.article)", expected: "an object",
                seen: value, definition: owner.location)
            return
        }
        guard object["@odata.type"] != nil, let type = declaredType(of: object) else { return }
        judge(object, as: type)
    }
}
