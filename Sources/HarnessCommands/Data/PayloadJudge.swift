import Findings
import JSONText
import Judging
import Recordings
import Scenarios
import Validation

extension Bundle {
    /// What a run needs beside its scenario.
    var environment: ScenarioRun.Environment {
        ScenarioRun.Environment(
            catalog: messages, privileges: privileges, schemaRules: SchemaRules.all,
            validatePayload: payloadValidation)
    }

    /// What the judge calls for every payload.
    var payloadValidation: PayloadValidation {
        let validator = PayloadValidator(
            schema: library, messages: messages, isWithheld: holdsMask)
        return { context, value, bytes in
            guard let target = Validation.PayloadContext(context) else { return [] }
            return validator.findings(in: value, as: target, bytes: bytes)
        }
    }
}

extension Validation.PayloadContext {
    /// Nil for the documents that are no resources and have no schema.
    fileprivate init?(_ context: Judging.PayloadContext) {
        let type = context.targetType ?? ""
        switch context.kind {
        case .resource: self = .response(uri: context.path)
        case .partOfResource: self = .partialResponse
        case .message: self = .error
        case .event: self = .event
        case .create:
            // Nothing has been said of the collection, and nothing was created: no type is known.
            guard !type.isEmpty else { return nil }
            self = .requestCreate(schema: Self.memberSchema(ofCollection: type))
        case .update: self = .requestUpdate(type: type)
        case .action(let name): self = .action(name: String(name.drop { $0 == "#" }), type: type)
        case .versions, .serviceDocument: return nil
        }
    }

    /// `Session` of `#SessionCollection.SessionCollection`.
    private static func memberSchema(ofCollection type: String) -> String {
        let name = type.drop { $0 == "#" }.prefix { $0 != "." }
        return String(name.hasSuffix("Collection") ? name.dropLast("Collection".count) : name)
    }
}
