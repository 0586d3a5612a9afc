import HTTPMessages
import HTTPTypes
import Recordings
import SmartPDU
import VirtualTime

/// A shell script that sends the shortest requests that show an exchange, to a device that `serve`
/// plays, and tells whether it answers as it did.
///
/// It needs curl, and GNU date where it waits for the device's clock. It holds no secret: tokens,
/// URIs of what it creates and ETags are taken from the device's answers, and the password is an
/// argument.
package struct ReproductionScript {
    private let scenario: Scenario
    private let argument: String
    private let clock: String
    /// Shell variables by the texts in the recording that they stand for: masked tokens, the URIs of
    /// what a request creates, ETags.
    private var variables: [(text: String, name: String)] = []
    private var lines: [String] = []

    /// - Parameters:
    ///   - headline: What is shown, for example a rule's id.
    ///   - argument: The scenario as `serve` finds it.
    ///   - clock: The clock to serve it by, `paced:60`.
    package static func text(
        _ headline: String, _ prefix: RequestPrefix, of scenario: Scenario, argument: String,
        clock: String
    ) -> String {
        var script = ReproductionScript(scenario: scenario, argument: argument, clock: clock)
        script.begin(headline)
        for step in prefix.steps { script.add(step) }
        if let last = prefix.steps.last { script.end(last) }
        return script.usedLines.joined(separator: "\n") + "\n"
    }

    private init(scenario: Scenario, argument: String, clock: String) {
        self.scenario = scenario
        self.argument = argument
        self.clock = clock
    }

    /// Without the variables that nothing asks for.
    private var usedLines: [String] {
        let text = lines.joined(separator: "\n")
        let idle = variables.map(\.name).filter { !text.contains("${\($0)}") }
        return lines.filter { line in !idle.contains { line.hasPrefix("\($0)=") } }
    }

    private mutating func begin(_ headline: String) {
        lines += [
            "#!/bin/sh",
            "# \(headline)",
            "# Serve the scenario from its start, then run this with the password it prints:",
            "#   pdu-harness serve \(shellWord(argument)) --clock \(clock) --port 8000",
            "#   sh \"$0\" http://127.0.0.1:8000 PASSWORD",
            "set -eu",
            "pdu=${1:?the address of the device, for example http://127.0.0.1:8000}",
            "user=\(shellWord(scenario.device.service.userName))",
            "password=${2:?the password that serve prints}",
            "scratch=$(mktemp -d)",
            "trap 'rm -rf \"$scratch\"' EXIT",
            "",
            "# ask METHOD TARGET [CURL OPTION ...]: the status, for the answer see $scratch",
            "ask() {",
            "    method=$1 target=$2",
            "    shift 2",
            "    : >\"$scratch/body\"",
            "    # Without an answer the status is 000.",
            "    status=$(curl -sSk -X \"$method\" -D \"$scratch/head\" -o \"$scratch/body\" \\",
            "        -w '%{http_code}' \"$@\" \"$pdu$target\") || true",
            "    echo \"$status $method $target\"",
            "}",
            "field() { sed -n \"s/^$1: *//Ip\" \"$scratch/head\" | tr -d '\\r' | head -n 1; }",
        ]
    }

    private mutating func add(_ step: RequestPrefix.Step) {
        let exchange = step.exchange
        let method = exchange.request.head.method.rawValue
        lines += ["", "# line \(step.line), \((exchange.instant - scenario.start).iso8601)"]
        if step.dependsOnTime { wait(until: exchange.instant) }
        var words = ["ask", method, quoted(exchange.request.target)]
        // curl waits for a body that an answer to HEAD never has.
        if method == "HEAD" { words.append("-I") }
        for field in exchange.request.head.headerFields where !field.name.isSentByCurl {
            words += option(for: field, of: exchange)
        }
        if !exchange.request.body.isEmpty {
            let body = String(decoding: exchange.request.body, as: UTF8.self)
            words += ["--data-binary", quoted(body, password: password(in: exchange))]
        }
        lines.append(words.joined(separator: " "))
        capture(from: exchange)
    }

    private mutating func end(_ step: RequestPrefix.Step) {
        let status = step.exchange.response.map { String($0.status) } ?? "000"
        lines += [
            "", "cat \"$scratch/body\"", "echo",
            "if [ \"$status\" = \(status) ]; then",
            "    echo \"answered \(status), as recorded\"",
            "else",
            "    echo \"answered $status, recorded was \(status)\"",
            "    exit 1",
            "fi",
        ]
    }

    private mutating func wait(until instant: VirtualInstant) {
        let seconds = (instant.millisecondsSinceEpoch + 999) / 1000
        if !lines.contains("now() {") {
            lines += [
                "now() {",
                "    date=$(curl -sSkI \"$pdu/redfish/v1/\" | sed -n 's/^Date: *//Ip')",
                "    date -u -d \"$date\" +%s", "}",
            ]
        }
        lines.append("until [ \"$(now)\" -ge \(seconds) ]; do sleep 0.1; done")
    }

    // MARK: What is said in variables

    /// What later requests may cite.
    private mutating func capture(from exchange: Exchange) {
        guard let fields = exchange.response?.head.headerFields else { return }
        remember(fields[.sessionToken], as: "token", from: "$(field x-auth-token)")
        if !exchange.isRead, let location = fields[.location] {
            remember(
                pathOfReference(location), as: "location",
                from: "$(field location | sed 's|^[a-z]*://[^/]*||')")
        }
        remember(fields[.eTag], as: "etag", from: "$(field etag)")
    }

    private mutating func remember(_ text: String?, as kind: String, from expression: String) {
        guard let text, !variables.contains(where: { $0.text == text }) else { return }
        let name = "\(kind)\(variables.count + 1)"
        variables.append((text, name))
        lines.append("\(name)=\(expression)")
    }

    /// The options that send a header field. Credentials that the device took are the right ones.
    private func option(for field: HTTPField, of exchange: Exchange) -> [String] {
        guard field.name == .authorization, field.value.lowercased().hasPrefix("basic ") else {
            return ["-H", quoted("\(field.name.rawName): \(field.value)")]
        }
        return ["-u", "\"$user:\(password(in: exchange))\""]
    }

    private func password(in exchange: Exchange) -> String {
        exchange.response?.status == 401 ? "not-$password" : "$password"
    }

    /// The text as one shell word, variables in the place of what they stand for.
    private func quoted(_ text: String, password: String = "$password") -> String {
        var result = "\""
        var rest = Substring(text)
        while let character = rest.first {
            if let variable = variables.first(where: { rest.hasPrefix($0.text) }) {
                result += "${\(variable.name)}"
                rest = rest.dropFirst(variable.text.count)
            } else if let mask = rest.prefixMatch(of: /<(?:secret|credential|token)#[0-9]+>/) {
                result += password
                rest = rest[mask.range.upperBound...]
            } else {
                if "\\\"$`".contains(character) { result += "\\" }
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result + "\""
    }
}

extension HTTPField.Name {
    /// Fields that carry the message and say nothing about it.
    fileprivate var isSentByCurl: Bool {
        [.host, .contentLength, .connection, .acceptEncoding, .userAgent].contains(self)
    }
}

/// The text as one word of a shell, quoted only where it must be.
package func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || "%+,-./:=@_".utf8.contains(byte)
    }
    guard !isPlain || text.isEmpty else { return text }
    return "'" + text.replacing("'", with: "'\\''") + "'"
}
