/// Texts for XML 1.0 documents.
///
/// Source: W3C Recommendation "Extensible Markup Language (XML) 1.0 (Fifth Edition)", 2.2
/// Characters (what may stand in a document at all), 2.4 Character Data, 3.3.3 Attribute-Value
/// Normalization.
extension String {
    /// The text as character data. A character that no XML document may hold is shown as `\u{1b}`.
    var xmlText: String { escapedForXML(isAttribute: false) }

    /// The text as the value of an attribute in double quotes, line breaks kept.
    var xmlAttribute: String { escapedForXML(isAttribute: true) }

    private func escapedForXML(isAttribute: Bool) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"" where isAttribute: text += "&quot;"
            case "\r": text += "&#13;"
            case "\n" where isAttribute: text += "&#10;"
            case "\t" where isAttribute: text += "&#9;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
