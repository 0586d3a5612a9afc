/// The frame of every report for a browser: one page that loads nothing else and runs no script.
struct HTMLPage {
    /// What the report says first, as text.
    var verdictLine: String
    var isPass: Bool
    var harnessVersion: String
    /// The command that made it, where it is not `run`.
    var command: String?
    /// Style beside the common one.
    var sheets: [String] = []
    /// Markup below the verdict.
    var facts = ""
    /// Markup, a part each.
    var parts: [String]

    var text: String {
        let product = (["pdu-harness"] + [command].compactMap { $0 })
        let title = "\(verdictLine) · \(product.joined(separator: " "))"
        let version = ([product[0], harnessVersion] + product.dropFirst()).joined(separator: " ")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(title.html)</title>
            <style>
            \(([HTMLStyle.sheet] + sheets).joined(separator: "\n"))
            </style>
            </head>
            <body>
            <header>
            \(element("p", class: "product", version.html))
            \(element("h1", class: isPass ? "pass" : "fail", verdictLine.html))
            \(facts)
            </header>
            <main>
            \(parts.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }
}
