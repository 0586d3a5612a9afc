package import JSONText

/// Puts a device file in place of its name, and the points of traces in place of theirs, so that a
/// scenario needs nothing else.
package struct ScenarioResolver {
    /// The document of a device by name or by relative path, or nil where there is none.
    package var device: (String) throws -> JSONValue?
    /// The text of a trace file by relative path, or nil where there is none.
    package var trace: (String) throws -> String?
    /// Names of known devices, for suggestions.
    package var deviceNames: [String]

    package init(
        deviceNames: [String], device: @escaping (String) throws -> JSONValue?,
        trace: @escaping (String) throws -> String?
    ) {
        self.deviceNames = deviceNames
        self.device = device
        self.trace = trace
    }

    package func resolve(_ document: JSONValue) throws -> JSONValue {
        guard case .object(var object) = document else {
            throw ConfigurationError(
                "a scenario is an object, found \(document.typeName)", at: JSONPointer())
        }
        let place = JSONPointer(tokens: ["device"])
        if case .string(let name)? = object["device"] {
            guard let device = try device(name) else {
                let hint =
                    nearMiss(for: name, among: deviceNames).map { "; did you mean '\($0)'?" }
                    ?? "; known: \(deviceNames.joined(separator: ", "))"
                throw ConfigurationError("there is no device '\(name)'\(hint)", at: place)
            }
            object["device"] = withoutSchema(device)
        }
        if let changes = object["adjust"], let device = object["device"] {
            object["device"] = merged(device, with: changes)
            object["adjust"] = nil
        }
        if case .array(let loads)? = object["loads"] {
            object["loads"] = .array(
                try loads.enumerated().map { index, load in
                    try resolveTrace(load, at: JSONPointer(tokens: ["loads", String(index)]))
                })
        }
        return withoutSchema(.object(object))
    }

    /// The device with some members changed; objects are merged, everything else is replaced.
    private func merged(_ value: JSONValue, with changes: JSONValue) -> JSONValue {
        guard case .object(var object) = value, case .object(let members) = changes else {
            return changes
        }
        for member in members.members {
            object[member.name] =
                object[member.name].map { merged($0, with: member.value) }
                ?? member.value
        }
        return .object(object)
    }

    private func withoutSchema(_ document: JSONValue) -> JSONValue {
        guard case .object(var object) = document else { return document }
        object["$schema"] = nil
        return .object(object)
    }

    /// `"trace": "file.csv"` becomes `"trace": {"points": [[seconds, watts], …]}`.
    private func resolveTrace(_ load: JSONValue, at pointer: JSONPointer) throws -> JSONValue {
        guard case .object(var object) = load, case .string(let path)? = object["trace"] else {
            return load
        }
        let place = pointer.appending("trace")
        guard let text = try trace(path) else {
            throw ConfigurationError("there is no trace file '\(path)'", at: place)
        }
        object["trace"] = .object(
            JSONObject([
                JSONObject.Member(name: "points", value: .array(try points(of: text, path, place)))
            ]))
        return .object(object)
    }

    /// Lines of seconds and watts with a comma between them; a first line of words is a heading.
    private func points(
        of text: String, _ path: String, _ place: JSONPointer
    ) throws -> [JSONValue] {
        var points: [JSONValue] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: ",").map { $0.filter { $0 != " " } }
            let numbers = cells.compactMap { try? JSONValue(parsing: String($0)).number }
            if numbers.count == 2, cells.count == 2 {
                points.append(.array(numbers.map(JSONValue.number)))
            } else if index > 0 {
                throw ConfigurationError(
                    "line \(index + 1) of \(path) is not 'seconds,watts': \(line)", at: place)
            }
        }
        return points
    }
}
