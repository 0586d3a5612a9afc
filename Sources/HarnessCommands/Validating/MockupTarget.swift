import CSDL
import Findings
import Schema
import Validation

/// Judges a mockup's resources, as far as links from its root lead to them.
struct MockupTarget {
    let tree: MockupTree
    let validator: PayloadValidator
    /// The URI of the part to judge.
    let part: String
    let profiles: ProfileJudge

    func judge() throws -> ValidatedTarget {
        var survey = ServiceSurvey(validator, part: part)
        while true {
            let uris = survey.takeWaiting()
            guard !uris.isEmpty else { break }
            for uri in uris {
                let bytes = try tree.read(uri)
                survey.take(
                    ServedResource(
                        uri: uri, content: bytes.map { .body($0) } ?? .failure("no file")))
            }
        }
        guard survey.readCount > 0 else {
            throw CommandFailure.usage("\(tree.name) holds no resource \(part)")
        }
        let metadata = try tree.read(ServiceSurvey.metadataURI).map(ServiceMetadata.init)
        let payloads = survey.finish(
            metadata: metadata, present: part == MockupTree.root ? tree.uris : []
        ) { tree.file(of: $0) }
        var target = ValidatedTarget(
            name: tree.name, kind: "mockup", payloads: payloads,
            types: survey.seenTypes, unseenSchemas: survey.unseenSchemas(in: metadata))
        profiles.judge(survey.surveyed, isWhole: part == MockupTree.root, into: &target) {
            tree.file(of: $0)
        }
        return target
    }
}

extension ServiceMetadata {
    /// What the bytes of a metadata document come to.
    init(_ bytes: [UInt8]) {
        do throws(SchemaError) {
            self = .document(try SchemaDocument(csdl: bytes, fileName: "$metadata"))
        } catch {
            self = .unusable(error)
        }
    }
}
