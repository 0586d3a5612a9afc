import JSONText
import Wire

/// A client's manifest, `pdu-harness.json` in its own repository: what `-- CLIENT` says, and more.
///
/// Paths in it are relative to its folder. `Scenarios/client.schema.json` is its JSON Schema.
enum ClientManifest {
    static let fileName = "pdu-harness.json"

    static func read(_ path: String) throws -> ClientProgram {
        let bytes = try Files.read(path)
        do {
            let document = try JSONValue(parsing: bytes)
            let folder = Files.folder(of: path)
            var program = try program(document, folder: folder)
            // A mistake in that file is that file's, not the manifest's.
            program.expected = try document["expected"]?.string.map {
                try ExpectationFile.read($0.inFolder(folder))
            }
            return program
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(path):\(error.description(in: bytes))")
        }
    }

    static func program(
        _ document: JSONValue, folder: String
    ) throws(ConfigurationError) -> ClientProgram {
        var object = try StrictObject(document, at: JSONPointer())
        let name = try plainName(try object.required("name"))
        let command = try object.required("command")
        var arguments: [String] = []
        for element in try command.elements() { arguments.append(try element.string()) }
        guard !arguments.isEmpty else { throw command.error("the command is empty") }
        var program = ClientProgram(name: name, arguments: arguments)
        if let does = object.value("does") {
            program.does = []
            for element in try does.elements() { program.does.append(try element.choice()) }
        }
        program.configurationTemplate = try object.value("config")?.string().inFolder(folder)
        program.claims = try object.value("claims").map { located throws(ConfigurationError) in
            try ClaimAdapter(located)
        }
        if let clock = object.value("clock") {
            guard let choice = ClientClock(try clock.string()) else {
                let paces = PacedClock.paces
                throw clock.error(
                    "write paced:N with N in \(paces.lowerBound)…\(paces.upperBound), for example "
                        + "paced:60, or stepped")
            }
            program.clock = choice
        }
        program.ownClock = try object.value("clientClock")?.choice() ?? .wall
        program.invocation = try object.value("invoke")?.choice() ?? .once
        program.scrape = try object.value("scrape").map { located throws(ConfigurationError) in
            try Scrape(located)
        }
        _ = try object.value("expected")?.string()
        program.exit = try object.value("exit")?.choice()
        try object.rejectUnknownMembers()
        return program
    }

    /// The name stands in reports and names a folder of goldens.
    private static func plainName(_ located: Located) throws(ConfigurationError) -> String {
        let name = try located.string()
        let isPlain = name.allSatisfy { character in
            character.isASCII && (character.isLetter || character.isNumber)
                || "-_.".contains(character)
        }
        guard isPlain, let first = name.first, first != "." else {
            throw located.error(
                "'\(name)' names a folder; write letters, digits, '-', '_' and '.' only")
        }
        return name
    }
}

extension Located {
    fileprivate func choice<Choice: RawRepresentable & CaseIterable>()
        throws(ConfigurationError) -> Choice where Choice.RawValue == String
    {
        try choice(Choice.self)
    }
}

extension String {
    /// A relative path as seen from the working directory.
    fileprivate func inFolder(_ folder: String) -> String {
        hasPrefix("/") || folder == "." ? self : "\(folder)/\(self)"
    }
}
