import Findings
import JSONText
import Schema

// The body of an error response.

extension PayloadWalk {
    mutating func judgeError(_ object: JSONObject) {
        do {
            let name = QualifiedName(namespace: "RedfishError.v1_0_0", name: "RedfishError")
            guard let type = try schema.type(name) else {
                report(SchemaRules.knownType, "no schema at hand defines \(name)")
                return
            }
            judge(object, as: type)
        } catch {
            report(error)
            return
        }
        guard case .object(let contents)? = object["error"] else { return }
        enter("error")
        if case .string(let code)? = contents["code"] {
            _ = judgeMessageID(code, member: "code")
        }
        if contents["@Message.ExtendedInfo"]?.array?.isEmpty ?? true {
            report(
                SchemaRules.errorMessages, "the error says nothing beyond its code",
                member: contents["@Message.ExtendedInfo"] == nil ? nil : "@Message.ExtendedInfo",
                expected: "@Message.ExtendedInfo with one message or more")
        }
        leave()
    }
}
