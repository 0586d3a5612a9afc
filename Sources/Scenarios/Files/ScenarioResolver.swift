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
        if case .object(var device)? = object["device"] {
            device["loads"] = try device["loads"].map { try resolveTraces($0, at: ["device"]) }
            object["device"] = .object(device)
        }
        object["loads"] = try object["loads"].map { try resolveTraces($0, at: []) }
        return withoutSchema(.object(object))
    }

    private func resolveTraces(
        _ loads: JSONValue, at parent: [String]
    ) throws -> JSONValue {
        guard case .array(let elements) = loads else { return loads }
        return .array(
            try elements.enumerated().map { index, load in
                let place = JSONPointer(tokens: parent + ["loads", String(index), "trace"])
                return try resolveTrace(load, at: place)
            })
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

    /// Where an error in a resolved scenario stands: in the scenario itself, or, by its own
    /// pointer, in the device that the scenario names.
    ///
    /// - Parameter document: The scenario as written.
    package func origin(
        of error: ConfigurationError, in document: JSONValue
    ) -> (device: String?, error: ConfigurationError) {
        guard error.pointer.tokens.first == "device", let name = document["device"]?.string,
            (try? device(name)) != nil
        else { return (nil, error) }
        let inner = JSONPointer(tokens: Array(error.pointer.tokens.dropFirst()))
        if !inner.tokens.isEmpty, document["adjust"]?[inner] != nil {
            let adjusted = JSONPointer(tokens: ["adjust"] + inner.tokens)
            return (nil, ConfigurationError(error.message, at: adjusted))
        }
        return (name, ConfigurationError(error.message, at: inner))
    }

    private func withoutSchema(_ document: JSONValue) -> JSONValue {
        guard case .object(var object) = document else { return document }
        object["$schema"] = nil
        return .object(object)
    }

    /// `"trace": "file.csv"` becomes `"trace": {"points": [[seconds, watts], …]}`, and so does the
    /// member `file` of a trace that says more.
    private func resolveTrace(_ load: JSONValue, at place: JSONPointer) throws -> JSONValue {
        guard case .object(var object) = load, let trace = object["trace"] else { return load }
        switch trace {
        case .string(let path):
            object["trace"] = .object(
                JSONObject([.init(name: "points", value: try points(of: path, at: place))]))
        case .object(var members):
            guard case .string(let path)? = members["file"], members["points"] == nil else {
                return load
            }
            members["points"] = try points(of: path, at: place.appending("file"))
            members["file"] = nil
            object["trace"] = .object(members)
        default: break
        }
        return .object(object)
    }

    /// Lines of seconds and watts with a comma between them; a first line of words is a heading.
    private func points(of path: String, at place: JSONPointer) throws -> JSONValue {
        guard let text = try trace(path) else {
            throw ConfigurationError("there is no trace file '\(path)'", at: place)
        }
        var points: [JSONValue] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            let isHeading = index == 0 && line.first(where: { $0 != " " })?.isLetter == true
            guard !isHeading else { continue }
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = cells.compactMap { cell in
                try? JSONValue(parsing: String(cell.filter { !$0.isWhitespace })).number
            }
            guard cells.count == 2, numbers.count == 2 else {
                throw ConfigurationError(
                    "line \(index + 1) of \(path) is not 'seconds,watts': \(line)", at: place)
            }
            points.append(.array(numbers.map(JSONValue.number)))
        }
        return .array(points)
    }
}
