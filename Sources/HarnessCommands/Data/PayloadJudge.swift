import Judging
import Validation

/// Joins the judge's payloads to the schema's rules.
enum PayloadJudge {
    /// What the judge calls for every payload.
    static func validation(with bundle: Bundle) -> PayloadValidation {
        let validator = PayloadValidator(schema: bundle.library, messages: bundle.messages)
        return { context, value, bytes in
            guard let kind = Validation.PayloadContext(context) else { return [] }
            return validator.validate(value, bytes: bytes, as: kind)
        }
    }
}
