/// Texts and elements of an HTML page.
import JSONText

extension String {
    /// The text as content or as the value of an attribute in double quotes; nothing is markup.
    var html: String {
        var text = ""
        for character in visible {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.append(character)
            }
        }
        return text
    }
}

/// An element of a page. The content is markup; texts go in as `.html`.
func element(_ name: String, class classes: String? = nil, _ content: String) -> String {
    let attribute = classes.map { " class=\"\($0)\"" } ?? ""
    return "<\(name)\(attribute)>\(content)</\(name)>"
}
