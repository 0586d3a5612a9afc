import Foundation
import HTTPMessages
import HTTPTypes
import Electrical
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// The device as `serve` plays it, with what a client has to know of it.
struct BenchService: Sendable {
    let scenario: Scenario
    let host: DeviceHost
    let live: LiveService

    init(_ bench: BenchSetting) throws {
        let clock = WallClock()
        var scenario = try bench.store.scenario(forDeviceAlone: "smartpdu-48").scenario
        scenario.start = clock.now()
        self.scenario = scenario
        host = DeviceHost(
            scenario, catalog: bench.bundle.messages, privileges: bench.bundle.privileges,
            records: false, playsByItself: true, now: { clock.now() })
        live = LiveService(
            host: host, clock: clock, deliversAnywhere: false)
    }

    var outletPaths: [String] {
        host.meteringMap.resources.compactMap { resource in
            if case .outlet(_) = resource.point { resource.path } else { nil }
        }
    }

    /// Name and value of the header field that a client authenticates by.
    typealias Credentials = (name: String, value: String)

    var basicField: Credentials {
        let service = scenario.device.service
        let text = "\(service.userName):\(service.password)"
        return ("Authorization", "Basic \(Data(text.utf8).base64EncodedString())")
    }

    /// Logs in; the session lives as long as the device.
    func tokenField() throws -> Credentials {
        let service = scenario.device.service
        let body = #"{"UserName":"\#(service.userName)","Password":"\#(service.password)"}"#
        let answer = try host.handle(
            RequestMessage(
                .post, "/redfish/v1/SessionService/Sessions",
                fields: [.contentType: "application/json"], body: Array(body.utf8))
        ).get()
        guard let token = answer.head.headerFields[.xAuthToken] else {
            throw CommandFailure.harness("the device's login answered \(answer.status)")
        }
        return ("X-Auth-Token", token)
    }

    func get(_ path: String, _ credentials: Credentials) -> RequestMessage {
        var request = RequestMessage(.get, path)
        if let name = HTTPField.Name(credentials.name) {
            request.head.headerFields[name] = credentials.value
        }
        return request
    }
}
