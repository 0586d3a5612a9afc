import ArgumentParser

/// How a client that runs elsewhere finds the PDU, and when it is over.
struct AttachOptions: ParsableArguments {
    @Flag(help: "Start nothing: judge a client that is started elsewhere.")
    var attach = false

    @Option(help: ArgumentHelp("With --attach, the address to listen on.", valueName: "address"))
    var bind: String?

    @Option(
        help: ArgumentHelp("With --attach, the port; any free one otherwise.", valueName: "port"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "With --attach, the name by which the client knows this machine.", valueName: "host"))
    var advertiseHost: String?

    @Option(
        help: ArgumentHelp(
            "With --attach, a file that gets the URL once requests are answered.",
            valueName: "path"))
    var urlFile: String?

    @Option(
        help: ArgumentHelp(
            "With --attach, when it is over: PT20M after the scenario's start, a date-time of the "
                + "scenario, or wall:PT2M.", valueName: "when"))
    var until: String?

    @Flag(help: "With --attach, deliver events to other machines too.")
    var deliverAnywhere = false

    func validate() throws {
        guard until == nil || Attachment.End(until ?? "") != nil else {
            throw ValidationError(
                "--until \(until ?? ""): write PT20M, 2026-01-15T10:20:00Z or wall:PT2M")
        }
        guard (0...65_535).contains(port ?? 0) else {
            throw ValidationError("--port \(port ?? 0) is outside 0…65535")
        }
        let isAbout = bind ?? advertiseHost ?? urlFile ?? until ?? port.map(String.init)
        guard attach || isAbout == nil && !deliverAnywhere else {
            throw ValidationError(
                "--bind, --port, --advertise-host, --url-file, --until and --deliver-anywhere go "
                    + "with --attach")
        }
    }

    /// Nil where the client is started here.
    var attachment: Attachment? {
        guard attach else { return nil }
        var attachment = Attachment()
        if let bind { attachment.bind = bind }
        attachment.port = port ?? 0
        attachment.advertisedHost = advertiseHost
        attachment.urlFile = urlFile
        attachment.until = until.flatMap(Attachment.End.init)
        attachment.deliversAnywhere = deliverAnywhere
        return attachment
    }
}
