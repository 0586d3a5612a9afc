import JSONText
import VirtualTime

/// A conduct golden as JSON Lines: header, matchers, polls, then what was done under each cause.
extension ConductDocument {
    package func encoded() -> [UInt8] {
        var text = ConductLines()
        text.line { writer in
            writer.member("conduct", Self.version)
            header.write(to: &writer)
        }
        for matcher in matchers.sorted(by: <) { text.line { matcher.write(to: &$0) } }
        for poll in polls {
            text.line { writer in
                writer.member("poll", poll.target)
                writer.member("every", poll.every.iso8601)
                if poll.slack != 1 { writer.member("slack", poll.slack) }
            }
        }
        for phase in phases { text.append(phase) }
        for answer in acknowledgements { text.line { $0.member("acknowledged", answer) } }
        for claim in claims {
            text.line { writer in
                writer.key("claim")
                writer.raw(claim.compactText)
            }
        }
        text.line { $0.member("end", true) }
        return text.bytes
    }
}

private struct ConductLines {
    private(set) var bytes: [UInt8] = []

    mutating func line(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 256)
        writer.object(members)
        bytes += writer.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ phase: ConductPhase) {
        line { $0.member("cause", phase.cause) }
        for act in phase.acts {
            line { writer in
                writer.member("rq", act.request)
                for (key, fields) in [("hd", act.fields), ("b", act.body)] where !fields.isEmpty {
                    writer.object(key) { writer in
                        for field in fields {
                            writer.key(field.name)
                            writer.raw(field.value)
                        }
                    }
                }
                writer.member("answer", act.answer)
                if act.repeats { writer.member("repeats", true) }
            }
        }
        for read in phase.reads {
            line { writer in
                writer.member("get", read.target)
                writer.member("times", read.times)
            }
        }
        for target in phase.silent { line { $0.member("silent", target) } }
    }
}

/// Reads conduct goldens.
package enum ConductReader {
    /// - Throws: `GoldenError` with the line, as `GoldenReader` does.
    package static func read(_ bytes: [UInt8]) throws(GoldenError) -> ConductDocument {
        var lines = TextLines(bytes)
        var document: ConductDocument?
        while let line = lines.next() {
            if isConflictMarker(line) { throw .conflict(line: lines.number) }
            guard let value = try? JSONValue(parsing: line) else {
                if lines.isAtEnd { break }
                throw GoldenError(.damaged, line: lines.number, "this line is no JSON")
            }
            do throws(LineObject.Complaint) {
                var object = try LineObject(value, "the line")
                guard document != nil else {
                    document = try header(&object)
                    continue
                }
                if object.object["end"] != nil, let document {
                    guard lines.isAtEnd else {
                        throw LineObject.Complaint("text stands after the end line")
                    }
                    return document
                }
                try document?.take(&object)
                try object.rejectUnknown()
            } catch {
                throw GoldenError(.damaged, line: lines.number, error.message)
            }
        }
        guard lines.number > 0 else { throw GoldenError(.empty, line: 1, "the file is empty") }
        throw .truncated(line: lines.number)
    }

    private static func header(
        _ line: inout LineObject
    ) throws(LineObject.Complaint) -> ConductDocument {
        guard line.object["conduct"] != nil else {
            throw LineObject.Complaint("this is no conduct golden: the first line has no 'conduct'")
        }
        let version = try line.integer("conduct")
        guard version <= ConductDocument.version else {
            throw LineObject.Complaint(
                "the conduct golden has format version \(version); this harness reads up to "
                    + "\(ConductDocument.version)")
        }
        let header = try GoldenHeader(&line)
        try line.rejectUnknown()
        return ConductDocument(
            header: header, matchers: [], polls: [], phases: [], acknowledgements: [], claims: [])
    }
}

extension ConductDocument {
    fileprivate mutating func take(_ line: inout LineObject) throws(LineObject.Complaint) {
        if line.object["match"] != nil {
            matchers.append(try GoldenMatcher(&line))
        } else if line.object["poll"] != nil {
            let text = try line.string("every")
            guard let every = VirtualDuration(iso8601: text) else {
                throw LineObject.Complaint("'every' is no duration: \(text)")
            }
            polls.append(
                ConductPoll(
                    target: try line.string("poll"), every: every,
                    slack: try line.optionalCount("slack") ?? 1))
        } else if line.object["cause"] != nil {
            phases.append(ConductPhase(cause: try line.string("cause")))
        } else if line.object["acknowledged"] != nil {
            acknowledgements.append(try line.string("acknowledged"))
        } else if let claim = line.optional("claim") {
            claims.append(claim)
        } else {
            guard !phases.isEmpty else {
                throw LineObject.Complaint("this line has to stand under a cause")
            }
            try phases[phases.count - 1].take(&line)
        }
    }
}

extension ConductPhase {
    fileprivate mutating func take(_ line: inout LineObject) throws(LineObject.Complaint) {
        if line.object["rq"] != nil {
            func fields(_ value: JSONValue?) -> [HeadField] {
                (value?.object?.members ?? []).map {
                    HeadField(name: $0.name, value: $0.value.compactText)
                }
            }
            acts.append(
                ConductAct(
                    request: try line.string("rq"), fields: fields(line.optional("hd")),
                    body: fields(line.optional("b")), answer: try line.string("answer"),
                    repeats: line.object["repeats"] == nil ? false : try line.bool("repeats")))
        } else if line.object["get"] != nil {
            reads.append(
                ConductRead(target: try line.string("get"), times: try line.count("times")))
        } else if line.object["silent"] != nil {
            silent.append(try line.string("silent"))
        } else {
            let names = line.object.names.map { "'\($0)'" }.joined(separator: ", ")
            throw LineObject.Complaint("what this line is for is not known: it has \(names)")
        }
    }
}
