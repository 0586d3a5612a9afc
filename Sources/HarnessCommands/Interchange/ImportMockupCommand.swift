import ArgumentParser
import Findings
import Interchange
import JSONText
import Recordings

struct ImportMockupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mockup",
        abstract: "A DMTF mockup, or a recording of a PDU, becomes a device that plays.",
        discussion: """
            The device has the outlets, branches, mains, ratings and nominal voltage of the rack \
            PDU that the source shows, and loads that draw what its outlets read. Where the \
            source contradicts itself (totals, links, sensors, action targets), or says what a \
            device cannot show, that is printed together with what the device does instead; and of \
            a recording, what nobody read.

            Written are a device file and a scenario of half an hour that plays it; \
            pdu-harness run plays that.
            """)

    @Argument(
        help: ArgumentHelp(
            "A mockup's folder, or a full recording or golden.", valueName: "source"))
    var source: String

    @Option(
        help: ArgumentHelp(
            "The rack PDU, where it is not the first (for example "
                + "/redfish/v1/PowerEquipment/RackPDUs/2).", valueName: "uri"))
    var unit: String?

    @Option(help: "What device and scenario are called (default: the source's name).")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "A folder that is new or empty (default: pdu-harness-out/NAME).", valueName: "folder"))
    var out: String?

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let name = try chosenName()
        let folder = try ExportFolder(out ?? "pdu-harness-out/\(name)")
        let (documents, refused) = try resources()
        let imported: DeviceImport
        do {
            imported = try DeviceImport(documents, refused: refused, unit: unit, name: name)
        } catch {
            throw CommandFailure.usage("\(source): \(error.message)")
        }
        try folder.write([
            ExportedFile(
                path: "Devices/\(name).json", bytes: Array(imported.device.prettyText.utf8)),
            ExportedFile(path: "\(name).json", bytes: Array(imported.scenario.prettyText.utf8)),
        ])
        for remark in imported.remarks {
            Console.say("\(remark.kind.rawValue) at \(remark.place)")
            Console.say("  \(remark.message); \(remark.chosen)")
        }
        let counts = [ImportRemark.Kind.contradiction, .simplification].map { kind in
            imported.remarks.count { $0.kind == kind }.counted(kind.rawValue)
        }
        Console.say("\(folder.path)/\(name).json: \(counts.joined(separator: ", "))")
    }

    private func chosenName() throws -> String {
        let plain =
            source.split(separator: "/").last { $0 != "." && $0 != ".." }
            .map { String($0.prefix { $0 != "." }) } ?? ""
        let name = name ?? plain
        guard !name.isEmpty,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
        else {
            throw CommandFailure.usage(
                "'\(name)' cannot be a scenario's name; choose one with --name, of letters, digits "
                    + "and hyphens")
        }
        return name
    }

    /// The resources by URI; and of a recording, what the device said it does not have.
    private func resources() throws -> (documents: [String: JSONValue], refused: Set<String>?) {
        guard Files.isDirectory(source) else {
            var snapshot = MockupSnapshot()
            try RecordedRun(source, folders: homeOption.locate()).forEach { entry in
                if case .exchange(let exchange) = entry { snapshot.note(exchange) }
            }
            return (snapshot.documents, snapshot.refused)
        }
        let tree = try MockupTree(source)
        var documents: [String: JSONValue] = [:]
        for uri in tree.uris {
            guard let bytes = try tree.read(uri) else { continue }
            do {
                documents[uri] = try JSONValue(parsing: bytes)
            } catch {
                throw CommandFailure.usage("\(tree.file(of: uri)):\(error)")
            }
        }
        return (documents, nil)
    }
}
