import ArgumentParser

/// What was observed once cannot be computed again: commands that record refuse a name that is
/// taken, be it by a whole recording or by what a killed one left.
struct OverwriteOption: ParsableArguments {
    @Flag(help: "Replace a recording that is there already, and what a killed one left.")
    var overwrite = false

    /// - Throws: A usage failure that names the file in the way.
    func requireFree(_ path: String) throws {
        guard !overwrite else { return }
        for taken in [path, RecordingFile.partialPath(of: path)] where Files.holdsContent(taken) {
            throw CommandFailure.usage(
                "\(taken) is there already: name another file, or replace it with --overwrite")
        }
    }
}
