import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)  // 2026-01-15T10:00:00Z

func at(_ seconds: Int64) -> VirtualInstant { start + .seconds(seconds) }

/// A rack PDU of a few lines: a dictionary of resources, sessions, subscriptions, and outlets whose
/// registers grow with constant power.
struct FakeDevice {
    static let pdu = "/redfish/v1/PowerEquipment/RackPDUs/left"

    var password = "secret"
    /// Outlet URIs in the order of the collection; ids say nothing about position.
    var outlets = ["upper-b", "lower-a", "mid-c"]
    var wattsPerOutlet: Int64 = 360
    var pageSize = 2
    /// Replaces the payload of a resource.
    var overrides: [String: String] = [:]
    /// Answers before the device does; nil lets it answer.
    var intercept: ((RequestMessage, VirtualInstant) -> Result<ResponseMessage, TransportFailure>?)?
    var sendsLocation = true
    var hasPDUMetrics = true

    var sessions: [String: String] = [:]
    var subscriptions: [String: String] = [:]
    private var created = 0

    func outletURI(_ name: String) -> String { "\(Self.pdu)/Sockets/\(name)" }

    mutating func answer(_ request: RequestMessage, at now: VirtualInstant)
        -> Result<ResponseMessage, TransportFailure>
    {
        if let special = intercept?(request, now) { return special }
        let isOpen =
            request.target == "/redfish/v1/"
            || (request.method == .post && request.target == "/redfish/v1/Login")
        let token = request.head.headerFields[.xAuthToken]
        let basic = request.head.headerFields[.authorization]
        guard isOpen || sessions.values.contains(token ?? "-") || basic != nil else {
            return .success(failure(401, "NoValidSession"))
        }
        switch request.method {
        case .get: return .success(get(request, at: now))
        case .post: return .success(post(request))
        case .delete:
            let gone =
                sessions.removeValue(forKey: request.target)
                ?? subscriptions.removeValue(forKey: request.target)
            return .success(gone == nil ? failure(404, "ResourceMissingAtURI") : .init(status: 204))
        default: return .success(failure(405, "OperationNotAllowed"))
        }
    }

    private mutating func post(_ request: RequestMessage) -> ResponseMessage {
        guard request.head.headerFields[.contentType] == "application/json",
            let body = try? JSONValue(parsing: request.body)
        else { return failure(415, "MissingOrMalformedPart") }
        created += 1
        var fields: HTTPFields = [.contentType: "application/json"]
        let uri: String
        switch request.target {
        case "/redfish/v1/Login":
            guard body["Password"]?.string == password, body.object?.names.count == 2 else {
                return failure(401, "AccessUnauthorized")
            }
            uri = "/redfish/v1/Login/\(created)"
            sessions[uri] = "token-\(created)"
            fields[.xAuthToken] = "token-\(created)"
            if sendsLocation { fields[.location] = "http://other.example\(uri)" }
        case "/redfish/v1/Events/Sub":
            uri = "/redfish/v1/Events/Sub/\(created)"
            subscriptions[uri] = body.compactText
            fields[.location] = uri
        default: return failure(404, "ResourceMissingAtURI")
        }
        return .init(status: 201, fields: fields, body: Array("{\"@odata.id\":\"\(uri)\"}".utf8))
    }

    private func get(_ request: RequestMessage, at now: VirtualInstant) -> ResponseMessage {
        let text = overrides[request.target] ?? resource(request.target, at: now)
        guard let text else { return failure(404, "ResourceMissingAtURI") }
        return json(text)
    }

    private func resource(_ target: String, at now: VirtualInstant) -> String? {
        let pdu = Self.pdu
        switch target {
        case "/redfish/v1/":
            return """
                {"PowerEquipment":{"@odata.id":"/redfish/v1/Power"},
                 "EventService":{"@odata.id":"/redfish/v1/Events"},
                 "Links":{"Sessions":{"@odata.id":"/redfish/v1/Login"}}}
                """
        case "/redfish/v1/Power":
            return "{\"RackPDUs\":{\"@odata.id\":\"/redfish/v1/PowerEquipment/RackPDUs\"}}"
        case "/redfish/v1/PowerEquipment/RackPDUs": return collection([pdu])
        case pdu:
            let metrics = hasPDUMetrics ? "\"Metrics\":{\"@odata.id\":\"\(pdu)/Sum\"}," : ""
            return """
                {"SerialNumber":"7",\(metrics)"Mains":{"@odata.id":"\(pdu)/Inlets"},
                 "Branches":{"@odata.id":"\(pdu)/Breakers"},
                 "Outlets":{"@odata.id":"\(pdu)/Sockets"}}
                """
        case "\(pdu)/Sum", "\(pdu)/Inlets/x":
            let count = Int64(outlets.count)
            return energy(wattsPerOutlet * count + 18, at: now)
        case "\(pdu)/Inlets": return collection(["\(pdu)/Inlets/x"])
        case "\(pdu)/Breakers": return collection(["\(pdu)/Breakers/A"])
        case "\(pdu)/Breakers/A":
            return energy(wattsPerOutlet * Int64(outlets.count), at: now)
        case "\(pdu)/Sockets": return page(0)
        case "/redfish/v1/Events":
            return """
                {"ServiceEnabled":true,"EventFormatTypes":["Event"],
                 "Subscriptions":{"@odata.id":"/redfish/v1/Events/Sub"}}
                """
        case "/redfish/v1/Events/Sub": return collection(subscriptions.keys.sorted())
        default: break
        }
        if let subscription = subscriptions[target] { return subscription }
        if let skip = target.split(separator: "=").last.flatMap({ Int($0) }),
            target.hasPrefix("\(pdu)/Sockets?$skiptoken=")
        {
            return page(skip)
        }
        guard outlets.map(outletURI).contains(target) else { return nil }
        return energy(
            wattsPerOutlet, at: now,
            extra: """
                ,"Links":{"BranchCircuit":{"@odata.id":"\(pdu)/Breakers/A"}}
                """)
    }

    private func energy(_ watts: Int64, at now: VirtualInstant, extra: String = "") -> String {
        // 1 W over 3.6 s is a milliwatt-hour, the register's last digit.
        let milliwattHours = 5_000_000 + watts * (now - start).milliseconds / 3600
        let reading = JSONNumber(units: milliwattHours, decimals: 6).text
        return """
            {"Status":{"State":"Enabled"},"EnergykWh":{"Reading":\(reading)},
             "PowerWatts":{"Reading":\(watts)}\(extra)}
            """
    }

    private func collection(_ uris: [String], extra: String = "") -> String {
        let members = uris.map { "{\"@odata.id\":\"\($0)\"}" }.joined(separator: ",")
        return "{\"Members@odata.count\":\(uris.count),\"Members\":[\(members)]\(extra)}"
    }

    private func page(_ skip: Int) -> String {
        let uris = outlets.dropFirst(skip).prefix(pageSize).map(outletURI)
        let members = uris.map { "{\"@odata.id\":\"\($0)\"}" }.joined(separator: ",")
        let next =
            skip + pageSize < outlets.count
            ? ",\"Members@odata.nextLink\":\"\(Self.pdu)/Sockets?$skiptoken=\(skip + pageSize)\""
            : ""
        return "{\"Members@odata.count\":\(outlets.count),\"Members\":[\(members)]\(next)}"
    }
}

func json(_ text: String, status: HTTPResponse.Status = .ok) -> ResponseMessage {
    .init(status: status, fields: [.contentType: "application/json"], body: Array(text.utf8))
}

func failure(_ status: Int, _ key: String, retryAfter: String? = nil) -> ResponseMessage {
    var response = json(
        "{\"error\":{\"code\":\"Base.1.8.\(key)\"}}", status: .init(code: status))
    if let retryAfter { response.head.headerFields[.retryAfter] = retryAfter }
    return response
}

extension RequestMessage {
    var method: HTTPRequest.Method { head.method }
}
