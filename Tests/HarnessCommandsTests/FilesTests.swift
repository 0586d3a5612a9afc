import Foundation
import Testing

@testable import HarnessCommands

/// Files are the old ones or the new ones, whatever was left behind and whatever fails.
@Suite struct FilesTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
        try Files.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path), as: UTF8.self)
    }

    private func permissions(_ path: String) throws -> Int {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return Int(status.st_mode & 0o777)
    }

    /// In a container every process has the number that the one before it had.
    @Test func whatAKilledProcessLeftBehindIsNotInTheFile() throws {
        try inFolder { folder in
            let path = "\(folder)/state.json"
            func leaveBehind() throws {
                let remains = String(repeating: "left behind ", count: 100)
                try remains.write(
                    toFile: "\(path).partial-\(getpid())", atomically: false, encoding: .utf8)
            }
            try leaveBehind()
            try Files.writeDurably(Array("durable".utf8), to: path)
            #expect(try text(path) == "durable")
            // Others could read what was left; what is written for its owner they may not.
            #expect(try permissions(path) == 0o600)
            try leaveBehind()
            try Files.write("plain", to: path)
            #expect(try text(path) == "plain")
            try leaveBehind()
            try Files.write([(path: path, bytes: Array("several".utf8))])
            #expect(try text(path) == "several")
            #expect(Files.names(in: folder) == ["state.json"])
        }
    }

    @Test func ofSeveralFilesAllAreWrittenOrNone() throws {
        try inFolder { folder in
            let files = ["a", "b", "c", "d"].map {
                (path: "\(folder)/\($0)", bytes: Array("new \($0)".utf8))
            }
            try Files.write("old a", to: files[0].path)
            // No file can take the place of a folder with something in it.
            try Files.write("inside", to: "\(files[2].path)/inside")
            let failure = #expect(throws: CommandFailure.self) { try Files.write(files) }
            #expect(failure?.status == 70)
            #expect(failure?.description.hasPrefix("cannot write \(files[2].path): ") == true)
            #expect(try text(files[0].path) == "old a")
            #expect(Files.names(in: folder) == ["a", "c"])
        }
    }

    @Test func aFileThatGrowsIsReadOnAndOneWrittenAnewBeginsAgain() throws {
        try inFolder { folder in
            let path = "\(folder)/claims.jsonl"
            var position = 0
            func next(_ limit: Int = 100) throws -> String {
                let bytes = try Files.read(path, goingOnAt: &position, limit: limit)
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(try next() == "")
            try Files.append("0123456789", to: path)
            #expect(try next(4) == "0123")
            #expect(try next() == "456789")
            #expect(try next() == "")
            try Files.append("ab", to: path)
            #expect(try next() == "ab")
            try Files.write("anew", to: path)
            #expect(try next() == "anew")
        }
    }

    @Test func whatIsNoFileIsNeitherReadOnNorWaitedFor() throws {
        try inFolder { folder in
            var position = 0
            let path = "\(folder)/pipe"
            try #require(mkfifo(path, 0o600) == 0)
            for path in [path, folder] {
                #expect(throws: CommandFailure.self) {
                    try Files.read(path, goingOnAt: &position, limit: 1)
                }
            }
        }
    }

    /// Claims and tokens lie in it.
    @Test func aClientsHomeIsItsOwnersAlone() throws {
        let surroundings = try ClientSurroundings()
        defer { surroundings.remove() }
        #expect(try permissions(surroundings.home) == 0o700)
    }
}
