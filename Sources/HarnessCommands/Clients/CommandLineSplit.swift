/// The arguments of this process, parted at the first `--` of a `run`: what follows is the client
/// under test and none of the parser's business, which allows one list of arguments only.
enum CommandLineSplit {
    static let own = parts.own
    static let client = parts.client

    private static let parts = split(Array(CommandLine.arguments.dropFirst()))

    static func split(_ arguments: [String]) -> (own: [String], client: [String]) {
        guard arguments.first == "run", let terminator = arguments.firstIndex(of: "--") else {
            return (arguments, [])
        }
        return (Array(arguments[..<terminator]), Array(arguments[(terminator + 1)...]))
    }
}
