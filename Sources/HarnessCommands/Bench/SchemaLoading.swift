import CSDL
import Findings
import Schema

/// All schema files into the model, beside libxml2's own parse of the same bytes.
struct SchemaLoading: Measurement {
    let name = "csdl-load"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let official = bench.publication.map { "\($0)/csdl" }
        let folder = official ?? bench.folders.csdl
        let files = try Files.names(in: folder).filter { $0.hasSuffix(".xml") }
            .map { (name: $0, bytes: try Files.read("\(folder)/\($0)")) }
        guard !files.isEmpty else { throw NotMeasurable(reason: "\(folder) holds no schemas") }
        var ours = Double.infinity
        var bare = Double.infinity
        var namespaces = 0
        for _ in 0..<(bench.isQuick ? 2 : 5) {
            let loaded = try timed {
                try files.map { try SchemaDocument(csdl: $0.bytes, fileName: $0.name) }
            }
            ours = min(ours, loaded.seconds)
            namespaces = loaded.result.reduce(0) { $0 + $1.namespaces.count }
            let parsed = timed { files.allSatisfy { isWellFormedXML($0.bytes) } }
            guard parsed.result else { throw CommandFailure.harness("\(folder): not XML") }
            bare = min(bare, parsed.seconds)
        }
        let size = files.reduce(0) { $0 + $1.bytes.count }
        return [
            BenchRow(
                subject: official == nil ? "schemas of the bundle" : "official schemas",
                ours: .seconds(ours), peer: .seconds(bare), budget: .atMost(.times(3)),
                notes: [
                    "libxml2's bare parse as peer; \(files.count.counted("file")), "
                        + "\(Figure.bytes(size).text), \(namespaces.counted("namespace"))"
                ])
        ]
    }
}
