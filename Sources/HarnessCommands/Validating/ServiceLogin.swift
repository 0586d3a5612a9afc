import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Synchronization
import Wire

/// How requests to a service say who sends them.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.4 HTTP basic authentication and 13.3.5
/// Redfish session login authentication.
final class ServiceLogin: Sendable {
    enum Kind: String, CaseIterable {
        case basic
        case session
    }

    let user: (name: String, password: String)?
    let kind: Kind
    /// The session to delete in the end, and the fields that name it.
    private let session = Mutex<(location: String, fields: HTTPFields)?>(nil)

    private static let standardFields: HTTPFields = [
        .accept: "application/json", .odataVersion: "4.0", .userAgent: "pdu-harness",
    ]

    /// - Parameter user: Nil for a service that asks nobody.
    init(_ kind: Kind, user: (name: String, password: String)?) {
        self.kind = kind
        self.user = user
    }

    /// The header fields of every request; opens a session where that is wanted.
    func open(at origin: Origin, with sender: HTTPSender) async throws -> HTTPFields {
        var fields = Self.standardFields
        guard let user else { return fields }
        guard kind == .session else {
            let text = Data("\(user.name):\(user.password)".utf8).base64EncodedString()
            fields[.authorization] = "Basic \(text)"
            return fields
        }
        let response = try await create(for: user, at: origin, with: sender)
        guard let token = response.head.headerFields[.xAuthToken],
            let location = response.head.headerFields[.location]
        else {
            throw CommandFailure.usage(
                "\(origin): the login was answered without X-Auth-Token and Location")
        }
        fields[.xAuthToken] = token
        let path = Origin.service(at: location)?.path ?? location
        session.withLock { $0 = (path, fields) }
        return fields
    }

    private func create(
        for user: (name: String, password: String), at origin: Origin, with sender: HTTPSender
    ) async throws -> ResponseMessage {
        let body: JSONValue = [
            "UserName": .string(user.name), "Password": .string(user.password),
        ]
        var fields = Self.standardFields
        fields[.contentType] = "application/json"
        let request = RequestMessage(
            .post, try await sessionsPath(at: origin, with: sender), fields: fields,
            body: body.compactBytes)
        switch await sender.send(request, to: origin) {
        case .failure(let failure): throw CommandFailure.usage("\(origin): \(failure.words)")
        case .success(let response) where (200...299).contains(response.status): return response
        case .success(let response):
            throw CommandFailure.usage(
                "\(origin): the login of '\(user.name)' was answered \(response.status)")
        }
    }

    /// Where sessions are made: the root says so to everybody.
    private func sessionsPath(at origin: Origin, with sender: HTTPSender) async throws -> String {
        let request = RequestMessage(.get, "/redfish/v1/", fields: Self.standardFields)
        switch await sender.send(request, to: origin) {
        case .failure(let failure): throw CommandFailure.usage("\(origin): \(failure.words)")
        case .success(let response):
            let root = try? JSONValue(parsing: response.body)
            return root?["Links"]?["Sessions"]?["@odata.id"]?.string
                ?? "/redfish/v1/SessionService/Sessions"
        }
    }

    /// Ends the session, so that none is left behind on the device.
    func close(at origin: Origin, with sender: HTTPSender) async {
        let open = session.withLock { session in
            defer { session = nil }
            return session
        }
        guard let open else { return }
        _ = await sender.send(
            RequestMessage(.delete, open.location, fields: open.fields), to: origin)
    }
}
