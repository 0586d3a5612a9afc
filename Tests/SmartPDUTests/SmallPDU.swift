import Electrical
import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Schema
import SmartPDU
import Testing
import VirtualTime

let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)

/// A PDU with four outlets on two branches, for tests; every option written there matters to them.
struct SmallPDU {
    var device: SmartPDU
    var now = start
    var effects: [Effect] = []

    init(
        watts: [Int64] = [100, 100, 100, 100], sessionTimeout: VirtualDuration = .minutes(30),
        sessionLimit: Int = 4, lockoutThreshold: Int = 3, subscriptionLimit: Int = 2,
        eventQueueLimit: Int = 100
    ) throws {
        let electrical = ElectricalConfiguration(
            selfConsumptionMilliwatts: 5000,
            branches: [
                .init(name: "A", phase: 0, currentThresholds: .init(upperCaution: 12_800)),
                .init(name: "B", phase: 1),
            ],
            outlets: (0..<4).map { index in
                .init(
                    name: "\(index + 1)", branch: index / 2,
                    onDelay: index == 1 ? .seconds(10) : .zero, isLocked: index == 3)
            })
        let configuration = DeviceConfiguration(
            name: "small",
            identity: .init(
                rackPDUID: "1", manufacturer: "Contoso", model: "Small", partNumber: "S-4",
                firmwareVersion: "1.0", serialNumber: nil, uuid: nil,
                outletType: "IEC_60320_C13", nominalVoltage: "AC230V",
                mainsNominalVoltage: "AC400V", plugType: nil, powerCapacityVoltamperes: 22_000),
            service: .init(
                userName: "admin", password: "123456789", sessionTimeout: sessionTimeout,
                sessionLimit: sessionLimit, lockoutThreshold: lockoutThreshold,
                lockoutDuration: .minutes(5), lockoutCounterResetAfter: .minutes(1),
                deliveryRetryAttempts: 2, deliveryRetryInterval: .seconds(30),
                subscriptionLimit: subscriptionLimit, eventQueueLimit: eventQueueLimit),
            electrical: electrical,
            outletGroups: [.init(name: "G", outlets: [0, 2])])
        device = SmartPDU(
            configuration: configuration,
            loads: watts.map {
                Load(profile: .constant(milliwatts: $0 * 1000), powerFactorThousandths: 950)
            }, seed: 7, start: start, catalog: try catalog(), privileges: try privileges())
    }

    /// Sends a request with Basic credentials unless told otherwise.
    mutating func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
        fields: HTTPFields = [.authorization: "Basic YWRtaW46MTIzNDU2Nzg5"]
    ) -> ResponseMessage {
        var fields = fields
        if body != nil { fields[.contentType] = "application/json" }
        let request = RequestMessage(method, path, fields: fields, body: body?.compactBytes ?? [])
        let (response, effects) = device.handle(request, at: now)
        self.effects += effects
        return response
    }

    mutating func json(_ path: String) throws -> JSONValue {
        let response = send(.get, path)
        #expect(response.status == 200, "\(path)")
        return try response.json
    }

    mutating func wait(_ span: VirtualDuration) {
        now = now + span
        effects += device.wake(at: now)
    }

    /// Event records of the deliveries so far; deliveries are answered 204.
    mutating func takeEvents() throws -> [JSONValue] {
        var records: [JSONValue] = []
        while !effects.isEmpty {
            guard case .deliver(let delivery) = effects.removeFirst() else { continue }
            records += try JSONValue(parsing: delivery.request.body)["Events"]?.array ?? []
            effects += device.deliveryEnded(delivery.id, status: 204, at: now)
        }
        return records
    }
}

extension ResponseMessage {
    var json: JSONValue { get throws { try JSONValue(parsing: body) } }

    /// Key of the first message of an error body, without registry and version.
    var messageKey: String? {
        let id = (try? json)?["error"]?["@Message.ExtendedInfo"]?[0]?["MessageId"]?.string
        return id?.split(separator: ".").last.map(String.init)
    }
}

/// The header fields of Basic authentication, and more.
func basic(_ userName: String, _ password: String, _ more: HTTPFields = [:]) -> HTTPFields {
    var fields = more
    fields[.authorization] = "Basic " + Data("\(userName):\(password)".utf8).base64EncodedString()
    return fields
}

private var bundle: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "CSDL/Registries")
}

func catalog() throws -> MessageCatalog {
    let names = try FileManager.default.contentsOfDirectory(atPath: bundle.path).sorted()
    return MessageCatalog(
        try names.filter { !$0.contains("Privilege") }.map { name in
            let bytes = Array(try Data(contentsOf: bundle.appending(path: name)))
            return try MessageRegistry(json: JSONValue(parsing: bytes))
        })
}

func privileges() throws -> PrivilegeRegistry {
    let url = bundle.appending(path: "Redfish_1.8.0_PrivilegeRegistry.json")
    return try PrivilegeRegistry(json: JSONValue(parsing: Array(try Data(contentsOf: url))))
}
