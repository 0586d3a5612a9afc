import HTTPMessages
import HTTPTypes
import JSONText
package import VirtualTime

/// Reads full recordings back.
package enum RecordingReader {
    /// Reads a recording, also one that was cut short in the middle of its last line.
    ///
    /// - Throws: `RecordingError` with the line where the text is no recording of this or an older
    ///   version, or a line other than a last one cut short cannot be read.
    package static func read(_ bytes: [UInt8]) throws(RecordingError) -> Recording {
        var scanner = RecordingScanner()
        scanner.add(bytes)
        scanner.end()
        guard let header = try scanner.readHeader() else {
            throw RecordingError(.empty, line: 1, "the file is empty")
        }
        var lines: [RecordedLine] = []
        while let next = try scanner.next() {
            lines.append(RecordedLine(line: next.place.line, entry: next.entry))
        }
        return Recording(header: header, lines: lines, isComplete: scanner.isComplete)
    }

    /// Reads the first line.
    package static func readHeader(_ line: [UInt8]) throws(RecordingError) -> RecordingHeader {
        if isConflictMarker(line) { throw conflict(line: 1) }
        guard let value = try? JSONValue(parsing: line), let object = value.object else {
            throw RecordingError(
                .notARecording, line: 1,
                "this is no recording: the first line is no JSON object with 'recording'")
        }
        guard let version = object["recording"]?.number?.exactInteger else {
            let hint =
                object["golden"] == nil ? "the first line has no 'recording'" : "this is a golden"
            throw RecordingError(.notARecording, line: 1, "this is no full recording: \(hint)")
        }
        guard version >= 1 else {
            throw RecordingError(
                .notARecording, line: 1,
                "this is no recording: its format version is \(version), and the first was 1")
        }
        guard version <= RecordingWriter.version else {
            throw RecordingError(
                .newerVersion, line: 1,
                "the recording has format version \(version); this harness reads up to "
                    + "\(RecordingWriter.version)")
        }
        do throws(LineObject.Complaint) {
            return try header(from: value)
        } catch {
            throw RecordingError(.damaged, line: 1, error.message)
        }
    }

    /// Reads the line of one entry.
    ///
    /// - Parameters:
    ///   - start: The header's `start`.
    ///   - number: The line's number, for the error.
    package static func readEntry(
        _ line: [UInt8], start: VirtualInstant, number: Int
    ) throws(RecordingError) -> RecordEntry {
        if isConflictMarker(line) { throw conflict(line: number) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line, depthLimit: 136)
        } catch {
            throw RecordingError(
                .damaged, line: number,
                "column \(error.position.column): \(error.message)")
        }
        do throws(LineObject.Complaint) {
            return try entry(from: value, start: start)
        } catch {
            throw RecordingError(.damaged, line: number, error.message)
        }
    }

    private static func conflict(line: Int) -> RecordingError {
        RecordingError(
            .conflictMarkers, line: line,
            "the recording holds merge conflict markers; resolve the conflict first")
    }
}

private func header(from value: JSONValue) throws(LineObject.Complaint) -> RecordingHeader {
    var line = try LineObject(value, "the header")
    let start = try line.instant("start")
    return RecordingHeader(
        scenario: try line.string("scenario"), seed: try line.seed("seed"), start: start,
        client: try line.string("client"), clock: try line.string("clock"),
        model: try line.string("model"), resolvedScenario: try line.required("resolved"),
        scenarioDigest: try line.string("scenarioDigest"),
        invocation: try line.optional("invocation").map(invocation))
}

private func invocation(from value: JSONValue) throws(LineObject.Complaint) -> ClientInvocation {
    var line = try LineObject(value, "'invocation'")
    let command = try line.array("command").compactMap(\.string)
    guard command.count >= 2 else { throw LineObject.Complaint("'command' names no scenario") }
    let style = try line.string("style")
    guard let known = ClientInvocation.Style(rawValue: style) else {
        throw LineObject.Complaint("the style '\(style)' is not known")
    }
    return ClientInvocation(
        command: command, harness: try line.string("harness"), style: known,
        does: try line.array("does").compactMap(\.string),
        requiresClaims: try line.bool("requiresClaims"),
        acceptsFailures: line.optional("acceptsFailures")?.bool ?? false)
}

private func entry(
    from value: JSONValue, start: VirtualInstant
) throws(LineObject.Complaint) -> RecordEntry {
    var line = try LineObject(value, "the line")
    let instant = start + (try line.elapsed("t"))
    if let value = line.optional("exchange") {
        return .exchange(try exchange(from: value, at: instant, .request))
    }
    if let value = line.optional("delivery") {
        return .exchange(try exchange(from: value, at: instant, .delivery))
    }
    if let value = line.optional("truth") {
        var truth = try LineObject(value, "'truth'")
        return .truth(
            TruthRecord(
                instant: instant, outlet: try truth.optionalOutlet("outlet"),
                isPowered: try truth.bool("powered"), cause: try truth.string("cause")))
    }
    if let claim = line.optional("claim") {
        return .claim(ClaimRecord(instant: instant, claim: claim))
    }
    if let value = line.optional("step") {
        var step = try LineObject(value, "'step'")
        return .step(
            StepRecord(
                instant: instant, action: try step.string("action"),
                outcome: try step.string("outcome")))
    }
    if let value = line.optional("streamed") {
        var streamed = try LineObject(value, "'streamed'")
        let stream = try streamed.count("stream")
        let payload = try streamed.optionalString("id").map { id throws(LineObject.Complaint) in
            StreamRecord.Payload(
                id: id, event: try streamed.optionalString("event"),
                retryMilliseconds: try streamed.optionalCount("retry"),
                body: try body(&streamed))
        }
        return .streamed(StreamRecord(instant: instant, stream: stream, payload: payload))
    }
    throw LineObject.Complaint(
        "the line is neither 'exchange', 'delivery', 'truth', 'claim', 'step' nor 'streamed'")
}

private func exchange(
    from value: JSONValue, at instant: VirtualInstant, _ direction: Exchange.Direction
) throws(LineObject.Complaint) -> Exchange {
    var line = try LineObject(value, "the exchange")
    let methodText = try line.string("method")
    guard let method = HTTPRequest.Method(methodText) else {
        throw LineObject.Complaint("'\(methodText)' is no HTTP method")
    }
    var failure: TransportFailure?
    if let word = try line.optionalString("failure") {
        guard let known = TransportFailure(rawValue: word) else {
            throw LineObject.Complaint("the failure '\(word)' is not known")
        }
        failure = known
    }
    let head = HTTPRequest(
        method: method, scheme: try line.optionalString("scheme"),
        authority: try line.optionalString("authority"), path: try line.optionalString("target"),
        headerFields: try fields(&line))
    let request = RequestMessage(head: head, body: try body(&line))
    return Exchange(
        instant: instant, direction: direction, request: request,
        response: try line.optional("response").map(response(from:)), failure: failure,
        fault: try line.optionalString("fault"))
}

private func response(
    from value: JSONValue
) throws(LineObject.Complaint) -> ResponseMessage {
    var line = try LineObject(value, "'response'")
    let code = try line.integer("status")
    guard (100...999).contains(code) else {
        throw LineObject.Complaint("'status' is no HTTP status: \(code)")
    }
    let status = HTTPResponse.Status(
        code: code, reasonPhrase: try line.optionalString("reason") ?? "")
    return ResponseMessage(status: status, fields: try fields(&line), body: try body(&line))
}

private func fields(_ line: inout LineObject) throws(LineObject.Complaint) -> HTTPFields {
    var fields = HTTPFields()
    guard let pairs = try line.required("headers").array else {
        throw LineObject.Complaint("'headers' is no array")
    }
    for pair in pairs {
        guard let name = pair[0]?.string.flatMap(HTTPField.Name.init(_:)),
            let value = pair[1]?.string
        else { throw LineObject.Complaint("'headers' holds something else than [name, value]") }
        fields.append(HTTPField(name: name, value: value))
    }
    return fields
}

private func body(_ line: inout LineObject) throws(LineObject.Complaint) -> [UInt8] {
    if let value = line.optional("body") { return value.compactBytes }
    if let text = try line.optionalString("bodyText") { return Array(text.utf8) }
    guard let text = try line.optionalString("bodyBase64") else { return [] }
    guard let bytes = base64Bytes(text) else {
        throw LineObject.Complaint("'bodyBase64' is no base64")
    }
    return bytes
}
