import ArgumentParser
import CSDL
import JSONText

struct CSDLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csdl", abstract: "Looks after the schema bundle.",
        subcommands: [CSDLBuildCommand.self])
}

struct CSDLBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Builds the bundle from an official publication.",
        discussion: """
            The publication's folder holds the folders csdl and registries. The bundle has facts \
            only; texts of messages come from MessageTexts.json in the bundle's folder.
            """)

    @Argument(help: ArgumentHelp("The publication.", valueName: "folder"))
    var publication: String

    @Option(help: ArgumentHelp("The bundle's folder.", valueName: "folder"))
    var out: String?

    @Option(help: "The publication's release.")
    var release = "2025.4"

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let target = try out ?? homeOption.locate().csdl
        let texts: MessageTexts
        let textsPath = "\(target)/MessageTexts.json"
        let textBytes = try Files.read(textsPath)
        do {
            texts = try MessageTexts(parsing: textBytes)
        } catch {
            throw CommandFailure.usage("\(textsPath):\(error.description(in: textBytes))")
        }
        let schemas = try sources(in: "csdl", ending: ".xml")
        let registries = try sources(in: "registries", ending: ".json")
        let files: [BundleFile]
        do {
            files = try BundleBuilder(release: release, messageTexts: texts).build(
                schemas: schemas, registries: registries)
        } catch {
            throw CommandFailure.usage("\(publication): \(error)")
        }
        for file in files { try Files.write(file.bytes, to: "\(target)/\(file.path)") }
        Console.say(
            "\(schemas.count) schemas and \(registries.count) registries, \(files.count) files "
                + "in \(target)")
    }

    private func sources(in subfolder: String, ending: String) throws -> [SourceFile] {
        let folder = "\(publication)/\(subfolder)"
        let names = Files.names(in: folder).filter { $0.hasSuffix(ending) }
        guard !names.isEmpty else {
            throw CommandFailure.usage("\(folder) holds no \(ending) files")
        }
        return try names.map { name in
            let bytes = try Files.read("\(folder)/\(name)")
            return SourceFile(name: name, bytes: bytes, digest: sha256(bytes))
        }
    }
}
