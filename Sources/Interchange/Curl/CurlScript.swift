import HTTPMessages
import HTTPTypes
package import Recordings
package import VirtualTime

/// A shell script that sends the requests of a recording again, and says where the answers have
/// another status.
///
/// It needs curl, and GNU date where it waits for the service's clock. It holds no secret: what the
/// service gives away by itself, tokens, addresses and entity tags, is taken from its answers, and
/// the password from whoever runs the script.
package struct CurlScript: Sendable {
    private enum Line: Sendable {
        case text(String)
        /// A variable from the answer before; left out where nothing asks for it.
        case assignment(name: String, expression: String)
    }

    private let start: VirtualInstant
    private let firstLines: [String]
    private let userName: String
    private var body: [Line] = []
    private var variables = ShellVariables()
    private var time: VirtualInstant?
    private var waits = false
    package private(set) var requestCount = 0

    /// - Parameters:
    ///   - title: What the script does, in a few words.
    ///   - serving: The command that makes a service to run it against.
    package init(
        title: String, serving: String, start: VirtualInstant, userName: String = "admin"
    ) {
        self.start = start
        self.userName = userName
        firstLines = [
            "#!/bin/sh", "# \(title)", "# Run it against: \(serving)",
            "# Usage: [USER_NAME=…] [PASSWORD=…] sh SCRIPT [URL]; more options for curl in CURL.",
        ].map { $0.filter { !$0.isNewline } }
    }

    // MARK: Steps

    /// Adds a request; deliveries are the device's own doing.
    ///
    /// - Parameter line: Where it stands in the recording.
    package mutating func note(_ exchange: Exchange, line: Int? = nil) {
        guard exchange.direction == .request else { return }
        requestCount += 1
        comment(exchange.instant, line)
        variables.learn(from: exchange)
        let request = exchange.request
        let expected = exchange.response.map { String($0.status) } ?? "000"
        var words = [
            "request", expected, request.head.method.rawValue, variables.quoted(request.target),
        ]
        for field in request.head.headerFields where !Self.passing.contains(field.name) {
            words += ["-H", variables.quoted(name: field.name.rawName, value: field.value)]
        }
        if !request.body.isEmpty {
            let text = String(decoding: request.body, as: UTF8.self)
            words += ["--data-binary", variables.quoted(text)]
        }
        body.append(.text(words.joined(separator: " ")))
        takeOver(exchange.response, of: request)
    }

    private mutating func comment(_ instant: VirtualInstant, _ line: Int?) {
        if let line {
            body.append(.text("# line \(line), \((instant - start).iso8601)"))
        } else if time != instant {
            body.append(.text("# \((instant - start).iso8601)"))
        }
        time = instant
    }

    /// What curl writes itself.
    private static let passing: [HTTPField.Name] = [
        .host, .contentLength, .connection, .transferEncoding, .userAgent, .acceptEncoding,
    ]

    /// Lets later requests cite what the service has answered.
    private mutating func takeOver(_ response: ResponseMessage?, of request: RequestMessage) {
        guard let response, (200..<300).contains(response.status) else { return }
        let fields = response.head.headerFields
        for value in fields[values: .xAuthToken] {
            for name in variables.masks(in: value) {
                body.append(.assignment(name: name, expression: "$(field X-Auth-Token)"))
                variables.note(issued: name)
            }
        }
        if response.status == 201, let location = fields[.location] {
            let path = AbsoluteURL(location)?.target ?? location
            if path.hasPrefix("/") {
                take(path, as: .location, "$(path_of \"$(field Location)\")")
            }
        }
        if let tag = fields[.eTag] { take(tag, as: .entityTag, "$(field ETag)") }
    }

    private mutating func take(
        _ text: String, as kind: ShellVariables.Kind, _ expression: String
    ) {
        let name = variables.note(text, as: kind)
        body.append(.assignment(name: name, expression: expression))
    }

    /// Waits until the service's own clock, its `Date`, has reached the instant.
    package mutating func wait(until instant: VirtualInstant) {
        waits = true
        let seconds = (instant.millisecondsSinceEpoch + 999) / 1000
        body.append(.text("until [ \"$(now)\" -ge \(seconds) ]; do sleep 0.1; done"))
    }

    /// Prints the body of the last answer.
    package mutating func showAnswer() {
        body += [.text("cat \"$scratch/body\""), .text("echo")]
    }

    // MARK: Text

    package var text: String {
        var lines = firstLines
        lines += [
            "set -eu",
            "url=${1:-http://127.0.0.1:8000}",
            "user=${USER_NAME:-\(shellWord(userName))}",
            "password=${PASSWORD:-123456789}",
        ]
        lines += variables.declarations
        lines += Self.functions
        if waits { lines += Self.clock }
        lines.append("")
        lines += body.compactMap { line in
            switch line {
            case .text(let text): text
            case .assignment(let name, let expression):
                variables.used.contains(name) ? "\(name)=\(expression)" : nil
            }
        }
        lines += [
            "",
            "echo \"$differing of \(requestCount) answers have another status than recorded\"",
            "[ \"$differing\" -eq 0 ]",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static let functions = [
        "",
        "scratch=$(mktemp -d)",
        "trap 'rm -rf \"$scratch\"' EXIT",
        "differing=0",
        "",
        "# request EXPECTED METHOD TARGET CURL-ARGUMENT…: 000 stands for no answer.",
        "request() {",
        "    expected=$1 method=$2 target=$3",
        "    shift 3",
        "    # curl waits for a body that an answer to HEAD never has.",
        "    [ \"$method\" = HEAD ] && set -- --head \"$@\"",
        "    : >\"$scratch/head\" >\"$scratch/body\"",
        "    # shellcheck disable=SC2086",
        "    status=$(curl ${CURL:-} --silent --globoff --path-as-is --max-time 30 \\",
        "        --dump-header \"$scratch/head\" --output \"$scratch/body\" \\",
        "        --write-out '%{http_code}' --request \"$method\" \"$@\" \"$url$target\") || true",
        "    printf '%s %s %s' \"$status\" \"$method\" \"$target\"",
        "    if [ \"$status\" = \"$expected\" ]; then",
        "        echo",
        "    else",
        "        differing=$((differing + 1))",
        "        echo \" (recorded: $expected)\"",
        "    fi",
        "}",
        "",
        "field() { tr -d '\\r' <\"$scratch/head\" | sed -n \"s/^$1: *//Ip\" | tail -n 1; }",
        "path_of() { printf '%s' \"$1\" | sed 's|^https*://[^/]*||'; }",
    ]

    private static let clock = [
        "now() {",
        "    # shellcheck disable=SC2086",
        "    date=$(curl ${CURL:-} --silent --head \"$url/redfish/v1/\" | sed -n 's/^Date: *//Ip')",
        "    date -u -d \"$date\" +%s",
        "}",
    ]
}
