import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

/// DMTF's static rack PDU, with its dangling links and its excerpts that contradict their sensors.
@Suite(.enabled(if: PublicMockup.isPresent), .timeLimit(.minutes(1)))
struct PublicMockupTests {
    private func life() -> Rehearsal {
        var life = Rehearsal()
        life.configuration.authentication = .basic
        life.device.intercept = { request, _ in
            guard request.method == .get else { return nil }
            guard let body = PublicMockup.body(of: request.path) else {
                return .success(failure(404, "ResourceMissingAtURI"))
            }
            return .success(json(body))
        }
        return life
    }

    @Test func everyMeteredOutletIsClaimedAndNothingDangles() throws {
        var life = life()
        life.run(seconds: 120)
        #expect(life.outcome == .done)
        #expect(life.exchanges.allSatisfy { $0.status == 200 || $0.request.method == .post })
        let pdu = try #require(life.claim("pdu"))
        #expect(pdu["energy"]?.number?.text == "0")
        #expect(pdu["quality"]?.string == "measured")
        #expect(life.energy("/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/A1") == "0")
        #expect(life.logs.contains { $0.contains("outlets are unmetered") })
    }

    @Test func aSensorThatDanglesIsAskedForOnce() {
        var life = life()
        life.configuration.readsSensors = true
        life.run(seconds: 120)
        let lost = life.exchanges.filter { $0.status == 404 && $0.request.method == .get }
        #expect(!lost.isEmpty)
        #expect(Set(lost.map(\.line)).count == lost.count)
        #expect(life.energy("pdu") == "0")
    }
}

private enum PublicMockup {
    static let root: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"] ?? "../shared/dmtf"
        return URL(filePath: given, relativeTo: package)
            .appending(path: "mockups/public-pdu")
    }()

    static var isPresent: Bool { body(of: "/redfish/v1/") != nil }

    static func body(of path: String) -> String? {
        let file = root.appending(path: "\(path.dropFirst("/redfish/v1".count))/index.json")
        return try? String(contentsOf: file, encoding: .utf8)
    }
}
