/// A script whose first line names a program that does not exist: the system says of the script
/// itself that it is not found.
enum MissingInterpreter {
    /// What is wrong with the script; nil where it is none, or has its interpreter.
    static func words(for path: String) -> String? {
        guard path.contains("/"), let bytes = try? Files.read(path), bytes.starts(with: "#!".utf8)
        else { return nil }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let interpreter = line.dropFirst(2).split(separator: " ").first.map(String.init) ?? ""
        guard !Files.exists(interpreter) else { return nil }
        return "its first line is '\(line)', and there is no such program"
    }
}
