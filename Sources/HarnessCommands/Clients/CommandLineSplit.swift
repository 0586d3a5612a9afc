/// The arguments of this process, parted at the first `--` of a `run` or a `replay`: what follows
/// is the client under test and none of the parser's business, which allows one list of arguments
/// only.
enum CommandLineSplit {
    static let own = parts.own
    static let client = parts.client
    /// `--` stands there and nothing after it: a variable of the caller's that is not set.
    static let namesNoClient =
        parts.client.isEmpty && parts.own.count < CommandLine.arguments.count - 1

    private static let parts = split(Array(CommandLine.arguments.dropFirst()))

    static func split(_ arguments: [String]) -> (own: [String], client: [String]) {
        guard ["run", "replay"].contains(arguments.first),
            let terminator = arguments.firstIndex(of: "--")
        else {
            return (arguments, [])
        }
        return (Array(arguments[..<terminator]), Array(arguments[(terminator + 1)...]))
    }
}
