import HTTPMessages
import HTTPTypes
package import Recordings
package import VirtualTime

/// A shell script that sends the requests of a recording again, and says where the answers have
/// another status.
///
/// Masked secrets become variables: `<token#1>` is taken from the answer that issued it, what logged
/// in successfully is the password, and addresses that a service gave in `Location` are taken from
/// there too, because a service plays with ids of its own.
package struct CurlScript: Sendable {
    private let start: VirtualInstant
    private let title: String
    private let firstLines: [String]
    private var body: [String] = []
    private var masks = ShellMasks()
    /// Targets that a `Location` named, with their variables.
    private var locations: [String: String] = [:]
    private var locationCount = 0
    private var time: VirtualInstant?
    package private(set) var requestCount = 0

    /// - Parameters:
    ///   - title: What the script does, in a few words.
    ///   - serving: The command that makes a service to run it against.
    package init(title: String, serving: String, start: VirtualInstant) {
        self.title = title
        self.start = start
        firstLines = [
            "#!/bin/sh", "# \(title)", "# Run it against: \(serving)",
            "# Usage: [USER_NAME=…] [PASSWORD=…] sh SCRIPT [URL]; more options for curl in CURL.",
        ].map { $0.filter { !$0.isNewline } }
    }

    /// Adds a request; deliveries are the device's own doing.
    package mutating func note(_ exchange: Exchange) {
        guard exchange.direction == .request else { return }
        requestCount += 1
        if time != exchange.instant {
            time = exchange.instant
            body.append("# \((exchange.instant - start).iso8601)")
        }
        masks.learn(from: exchange)
        let request = exchange.request
        let expected = exchange.response.map { String($0.status) } ?? "000"
        var words = ["request", expected, request.head.method.rawValue, target(request.target)]
        for field in request.head.headerFields where !Self.passing.contains(field.name) {
            words += ["-H", masks.quoted("\(field.name.rawName): \(field.value)")]
        }
        if !request.body.isEmpty {
            words += ["--data-binary", masks.quoted(String(decoding: request.body, as: UTF8.self))]
        }
        body.append(words.joined(separator: " "))
        takeOver(exchange.response)
    }

    /// What curl writes itself.
    private static let passing: [HTTPField.Name] = [
        .host, .contentLength, .connection, .transferEncoding, .userAgent, .acceptEncoding,
    ]

    private func target(_ target: String) -> String {
        var end = target.endIndex
        while end > target.startIndex {
            if let variable = locations[String(target[..<end])] {
                let rest = String(target[end...])
                return "\"$\(variable)\"" + (rest.isEmpty ? "" : masks.quoted(rest))
            }
            end = target[..<end].lastIndex(of: "/") ?? target.startIndex
        }
        return masks.quoted(target)
    }

    private mutating func takeOver(_ response: ResponseMessage?) {
        guard let response, (200..<300).contains(response.status) else { return }
        for value in response.head.headerFields[values: .xAuthToken] {
            for name in masks.variables(in: value) {
                body.append("\(name)=$(field X-Auth-Token)")
                masks.note(issued: name)
            }
        }
        guard response.status == 201, let location = response.head.headerFields[.location] else {
            return
        }
        let path = AbsoluteURL(location)?.target ?? location
        guard path.hasPrefix("/") else { return }
        locationCount += 1
        let variable = "location_\(locationCount)"
        locations[path] = variable
        body.append("\(variable)=$(path_of \"$(field Location)\")")
    }

    package var text: String {
        let lines =
            firstLines + [
                "set -eu",
                "url=${1:-http://127.0.0.1:8000}",
                "user=${USER_NAME:-admin}",
                "password=${PASSWORD:-123456789}",
            ] + masks.declarations + [
                "",
                "answer=$(mktemp)",
                "trap 'rm -f \"$answer\"' EXIT",
                "differing=0",
                "",
                "# request EXPECTED METHOD TARGET CURL-ARGUMENT…: 000 stands for no answer.",
                "request() {",
                "    expected=$1 method=$2 target=$3",
                "    shift 3",
                "    [ \"$method\" = HEAD ] && set -- --head \"$@\"",
                "    # shellcheck disable=SC2086",
                "    status=$(curl ${CURL:-} --silent --globoff --path-as-is --max-time 30 \\",
                "        --dump-header \"$answer\" --output /dev/null --write-out '%{http_code}' \\",
                "        --request \"$method\" \"$@\" \"$url$target\") || true",
                "    printf '%s %s %s' \"$status\" \"$method\" \"$target\"",
                "    if [ \"$status\" = \"$expected\" ]; then",
                "        echo",
                "    else",
                "        differing=$((differing + 1))",
                "        echo \" (recorded: $expected)\"",
                "    fi",
                "}",
                "",
                "field() { tr -d '\\r' <\"$answer\" | sed -n \"s/^$1: *//Ip\" | tail -n 1; }",
                "path_of() { printf '%s' \"$1\" | sed 's|^https*://[^/]*||'; }",
                "",
            ] + body + [
                "",
                "echo \"$differing of \(requestCount) answers have another status than recorded\"",
                "[ \"$differing\" -eq 0 ]",
            ]
        return lines.joined(separator: "\n") + "\n"
    }
}
