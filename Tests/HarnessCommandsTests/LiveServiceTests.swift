import Foundation
import HTTPMessages
import Scenarios
import Testing
import VirtualTime
import Wire

@testable import HarnessCommands

/// What a service leaves behind that could not begin.
@Suite(.timeLimit(.minutes(1))) struct LiveServiceTests {
    private func service(redirectPort: Int) throws -> LiveService {
        let store = ScenarioStore(folders: DataFolders(home: packageRoot))
        let bundle = try Bundle(folder: "\(packageRoot)/CSDL")
        let scenario = try store.scenario(forDeviceAlone: "smartpdu-48").scenario
        let clock = WallClock()
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            playsByItself: true, now: { clock.now() })
        return LiveService(
            host: host, clock: clock, deliversAnywhere: false, redirectPort: redirectPort)
    }

    @Test func aRedirectPortThatIsTakenEndsTheServerToo() async throws {
        let other = try await HTTPServer.start { _ in .closeWithoutReply }
        let service = try service(redirectPort: other.port)
        let port = try await PortProbe.free()
        let failure = await #expect(throws: CommandFailure.self) {
            try await service.run(bind: "127.0.0.1", port: port) { _ in }
        }
        #expect(failure?.status == 64)
        try await other.stop()
        // The port is free again, for somebody else.
        var configuration = HTTPServer.Configuration()
        configuration.port = port
        let next = try await HTTPServer.start(configuration) { _ in .closeWithoutReply }
        try await next.stop()
    }

    @Test func aRecordingOfNothingIsNotLeftBehind() throws {
        let folder = NSTemporaryDirectory() + "recorder-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = WallClock()
        _ = try LiveRecorder(
            path: "\(folder)/x.jsonl",
            header: .ofDevice(named: "x", start: clock.now(), clock: clock))
        #expect(Files.names(in: folder) == [])
    }
}
