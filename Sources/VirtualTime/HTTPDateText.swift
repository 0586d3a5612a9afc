extension VirtualInstant {
    /// Reads `Thu, 15 Jan 2026 10:00:00 GMT`. Nil where the text is anything else; the obsolete
    /// forms and a weekday that does not fit the date are refused.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clause 5.6.7, IMF-fixdate.
    package init?(httpDate text: some StringProtocol) {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let monthDigits = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard
            let instant = VirtualInstant(
                iso8601: "\(words[3])-\(monthDigits)-\(words[1])T\(words[4])Z"),
            instant.httpDate == text
        else { return nil }
        self = instant
    }
}
