import Foundation
import Testing

/// Whether file systems may be mounted in a namespace of our own.
let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()

extension BinaryTests {
    /// What cannot be written ends with one message and 70, and leaves no half file.
    @Suite(.timeLimit(.minutes(1))) struct WriteFailureTests {
        private static let name = "session-expiry-idle"

        @Test func anOutputFolderThatCannotBeMade() async throws {
            try await Harness.inFolder { harness in
                try harness.write("a file", to: "taken")
                let result = try await harness.run(
                    "run", Self.name, "--in-process", "--out", "taken/out")
                #expect(result.status == 70)
                #expect(result.lastLine.hasPrefix("FAIL exit 70: cannot write "))
                #expect(result.lastLine.hasSuffix(": Not a directory"))
                #expect(try harness.read("taken") == "a file")
            }
        }

        @Test(arguments: ["/dev/full", "taken/report.json", "."])
        func aReportThatCannotBeWritten(_ target: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write("a file", to: "taken")
                let result = try await harness.run(
                    "run", Self.name, "--in-process", "--report", "json=\(target)")
                #expect(result.status == 70)
                #expect(result.complaint.hasPrefix("pdu-harness: cannot write "))
                #expect(result.complaint.split(separator: "\n").count == 1)
                #expect(harness.names(in: ".") == ["pdu-harness-out", "taken"])
            }
        }

        @Test func missingFoldersOfAReportAreMade() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run(
                    "run", Self.name, "--in-process", "--report", "json=a/b/c.json")
                #expect(result.status == 0)
                #expect(harness.names(in: "a/b") == ["c.json"])
            }
        }

        /// One scenario that cannot be recorded does not keep the others from being played.
        @Test func aRecordingOnAFullDevice() async throws {
            try await Harness.inFolder { harness in
                try harness.write("", to: "out/x")
                let partial = "out/\(Self.name).recording.jsonl.partial"
                try FileManager.default.createSymbolicLink(
                    atPath: harness.path(partial), withDestinationPath: "/dev/full")
                let result = try await harness.run(
                    "run", Self.name, "auth-wrong-password", "--in-process", "--out", "out",
                    "--report", "json=r.json")
                #expect(result.status == 70)
                #expect(result.lastLine.contains("No space left on device"))
                #expect(
                    harness.names(in: "out") == ["auth-wrong-password.recording.jsonl", "x"])
                let report = try harness.read("r.json")
                #expect(report.contains("cannot write \(Self.name).recording.jsonl: No space"))
                #expect(!report.contains(harness.folder))
            }
        }

        @Test(.enabled(if: canMount, "needs the right to mount")) func aFullDisk() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    """
                    mkdir small && cat > inside.sh <<'END'
                    mount -t tmpfs -o size=64k none small
                    echo earlier > small/r.json
                    "$HARNESS" run \(Self.name) --in-process --out small --report json=small/r.json
                    echo "status $?"
                    ls -A small
                    cat small/r.json
                    END
                    unshare -m bash inside.sh
                    """)
                #expect(result.output.contains("No space left on device"))
                #expect(result.output.contains("status 70\n"))
                #expect(!result.output.contains("partial"))
            }
        }

        @Test(.enabled(if: canMount, "needs the right to mount"))
        func goldensThatAreReadOnly() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                try await harness.run("run", Self.name, "--in-process")
                let result = try await harness.shell(
                    """
                    cat > inside.sh <<'END'
                    mount --bind -o ro home/Golden home/Golden
                    mount -o remount,bind,ro home/Golden
                    "$HARNESS" accept
                    echo "status $?"
                    END
                    unshare -m bash inside.sh
                    """)
                #expect(result.output == "status 70\n")
                #expect(result.complaint.contains("Read-only file system"))
                #expect(harness.names(in: "home/Golden") == [])
                #expect(harness.names(in: "pdu-harness-out/pending").count == 1)
            }
        }

        /// Also where everything else went well, or only a check failed.
        @Test(arguments: [
            "rules client/A04", "list", "--version", "run \(name) --in-process",
            "run auth-wrong-password --in-process --report json=r.json",
        ])
        func aStandardOutputThatTakesNothing(_ command: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell("\"$HARNESS\" \(command) > /dev/full")
                #expect(result.status == 70)
                #expect(
                    result.complaint.contains(
                        "pdu-harness: cannot write standard output: No space left on device"))
            }
        }

        @Test func aReaderThatHasGoneAwayIsNoFailure() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    "\"$HARNESS\" rules | head -1; echo ${PIPESTATUS[0]}")
                #expect(result.lastLine == "0")
            }
        }
    }
}
