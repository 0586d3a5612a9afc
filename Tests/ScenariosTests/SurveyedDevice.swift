import CSDL
import Findings
import Foundation
import HTTPMessages
import HTTPTypes
import JSONText
import Scenarios
import Schema
import Validation

/// Everything that a small device of ours serves, with a member in every collection that can have
/// one, read as `validate` reads a service.
struct SurveyedDevice {
    let resources: [String: ServedResource]
    let metadata: [UInt8]
    /// Has taken all resources; a copy takes a changed one in place of the good one.
    let survey: ServiceSurvey

    static let shared: SurveyedDevice = {
        do { return try SurveyedDevice() } catch { fatalError("\(error)") }
    }()

    private init() throws {
        let scenario = try scenario(small())
        let host = DeviceHost(
            scenario, catalog: environment.catalog, privileges: environment.privileges,
            records: false, now: { scenario.start })
        func send(_ method: HTTPRequest.Method, _ target: String, _ body: String = "")
            throws -> ResponseMessage
        {
            let login = Data("admin:secret-1".utf8).base64EncodedString()
            let fields: HTTPFields = [
                .authorization: "Basic \(login)", .contentType: "application/json",
            ]
            return try host.handle(
                RequestMessage(method, target, fields: fields, body: Array(body.utf8))
            ).get()
        }
        let root = "/redfish/v1"
        _ = try send(
            .post, root + "/EventService/Subscriptions",
            #"{"Destination": "http://127.0.0.1:9/x", "Protocol": "Redfish", "Context": "m"}"#)
        _ = try send(
            .post, root + "/PowerEquipment/RackPDUs/1/Outlets/1/Actions/Outlet.PowerControl",
            #"{"PowerState": "Off"}"#)
        _ = try send(
            .post, root + "/SessionService/Sessions",
            #"{"UserName": "admin", "Password": "secret-1"}"#)
        var survey = ServiceSurvey(SurveyedDevice.validator)
        var resources: [String: ServedResource] = [:]
        while true {
            let uris = survey.takeWaiting()
            guard !uris.isEmpty else { break }
            for uri in uris {
                let response = try send(.get, uri)
                let headers = response.head.headerFields
                let resource = ServedResource(
                    uri: uri,
                    content: response.status == 200
                        ? .body(response.body) : .status(response.status),
                    headers: ServedResource.Headers(
                        allow: headers[.allow], contentType: headers[.contentType],
                        odataVersion: headers[.odataVersion], link: headers[.link],
                        entityTag: headers[.eTag]))
                resources[uri] = resource
                survey.take(resource)
            }
        }
        self.resources = resources
        self.survey = survey
        metadata = try send(.get, ServiceSurvey.metadataURI).body
    }

    private static let validator = PayloadValidator(
        schema: SchemaLibrary(
            source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
                try? bytes(of: packageRoot.appendingPathComponent("CSDL/\(name)"))
            }), messages: environment.catalog)

    /// The findings once these resources are served instead; other addresses they link to are
    /// not there.
    func findings(
        with changed: [ServedResource] = [], metadata: [UInt8]? = nil
    ) -> [Finding] {
        var survey = survey
        for resource in changed { survey.take(resource) }
        for uri in survey.takeWaiting() {
            survey.take(ServedResource(uri: uri, content: .status(404)))
        }
        return survey.finish(metadata: Self.parsed(metadata ?? self.metadata))
            .flatMap(\.findings).map(\.finding)
    }

    private static func parsed(_ bytes: [UInt8]) -> ServiceMetadata {
        do throws(SchemaError) {
            return .document(try SchemaDocument(csdl: bytes, fileName: "$metadata"))
        } catch {
            return .unusable(error)
        }
    }
}
