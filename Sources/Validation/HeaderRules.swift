import Findings
import JSONText
import Schema

/// Holds the headers of a response against its payload and the schema.
enum HeaderRules {
    static func findings(
        _ headers: ServedResource.Headers, _ type: FlattenedType?, _ payload: JSONValue
    ) -> [Finding] {
        var found: [Finding] = []
        if let type, let allow = headers.allow { found += self.allow(allow, type, payload) }
        if headers.odataVersion != "4.0" {
            found.append(
                finding(
                    SchemaRules.odataVersion,
                    headers.odataVersion.map { "OData-Version is \($0)" }
                        ?? "the response has no header OData-Version",
                    expected: "4.0", seen: headers.odataVersion))
        }
        found += contentType(headers.contentType) + describedBy(headers.link, type)
        if let tag = headers.entityTag, let own = payload["@odata.etag"]?.string, own != tag {
            found.append(
                finding(
                    SchemaRules.entityTag, "the header ETag differs from @odata.etag",
                    expected: own, seen: tag))
        }
        return found
    }

    private static func finding(
        _ rule: Rule, _ message: String, expected: String, seen: String?
    ) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level, message: message, expected: expected, seen: seen)
    }

    /// Methods that the schema rules out. A PATCH may still change what a vendor has added.
    private static func allow(
        _ text: String, _ type: FlattenedType, _ payload: JSONValue
    ) -> [Finding] {
        let methods = text.split(separator: ",").map {
            $0.drop { $0 == " " }.prefix { $0 != " " }.uppercased()
        }
        let hasOEM = payload["Oem"] != nil
        let ruledOut = [
            ("POST", type.insertable, false), ("PATCH", type.updatable, hasOEM),
            ("PUT", type.updatable, hasOEM), ("DELETE", type.deletable, false),
        ]
        return ruledOut.compactMap { method, capability, isExempt in
            guard methods.contains(method), capability?.isAllowed == false, !isExempt else {
                return nil
            }
            var found = finding(
                SchemaRules.allow, "Allow lists \(method), which the schema rules out",
                expected: "no \(method)", seen: text)
            found.definition = SourceLocation(
                file: type.location.file, line: type.location.line)
            return found
        }
    }

    private static func contentType(_ text: String?) -> [Finding] {
        let kind = (text ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        guard kind != "application/json" else { return [] }
        return [
            finding(
                SchemaRules.contentType,
                text == nil ? "the response does not say what it is" : "the resource is no JSON",
                expected: "application/json", seen: text)
        ]
    }

    /// A Link header with `rel=describedby` names a file such as `Outlet.v1_4_4.json`.
    private static func describedBy(_ text: String?, _ type: FlattenedType?) -> [Finding] {
        guard let text, let type, !type.isAbstract,
            let entry = text.split(separator: ",").first(where: { $0.contains("describedby") }),
            let start = entry.firstIndex(of: "<"), let end = entry.firstIndex(of: ">"),
            start < end
        else { return [] }
        let target = entry[entry.index(after: start)..<end].prefix { $0 != "#" }
        let file = target.split(separator: "/").last.map(String.init) ?? ""
        guard file.hasSuffix(".json"), file != "\(type.name.namespace).json" else { return [] }
        return [
            finding(
                SchemaRules.describedBy,
                "the header Link names the schema of another type or version",
                expected: "\(type.name.namespace).json", seen: String(target))
        ]
    }
}
