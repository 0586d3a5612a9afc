import HTTPMessages
import HTTPTypes

/// How a body is searched for secrets, beside the members of JSON that are looked for in any.
enum BodyKind {
    /// Spelt like a query.
    case form
    /// For people, or of elements and parts that bear names.
    case text
    case other

    init(_ fields: HTTPFields) {
        let type = fields.value(of: .contentType)?.lowercased() ?? ""
        let essence = type.prefix { $0 != ";" && $0 != " " }
        if essence == "application/x-www-form-urlencoded" {
            self = .form
        } else if essence.hasPrefix("text/") || essence.hasPrefix("multipart/")
            || essence == "application/xml" || essence.hasSuffix("+xml")
        {
            self = .text
        } else {
            self = .other
        }
    }
}
