import JSONText
package import Recordings
package import VirtualTime

/// What a recording or golden says before its entries, so that an archive made from it can become
/// the same file again. It stands in the log's field `_pduHarness`, as the file's own lines.
package enum HARHead: Sendable {
    case recording(RecordingHeader)
    case golden(GoldenHeader, [GoldenMatcher])

    static let name = "_pduHarness"

    package var start: VirtualInstant {
        switch self {
        case .recording(let header): header.start
        case .golden(let header, _): header.start
        }
    }

    /// The lines, each a JSON text.
    var lines: [[UInt8]] {
        switch self {
        case .recording(let header):
            var writer = RecordingWriter(header: header)
            return [Array(writer.encodeHeader().dropLast())]
        case .golden(let header, let matchers):
            let empty = GoldenDocument(header: header, matchers: matchers, entries: [])
            return GoldenEncoder.encode(empty).split(separator: UInt8(ascii: "\n")).map(Array.init)
        }
    }

    init(lines: [JSONValue]) throws(HARError) {
        let text = Array(lines.map { $0.compactBytes + [UInt8(ascii: "\n")] }.joined())
        do {
            if lines.first?["golden"] != nil {
                let document = try GoldenReader.read(text)
                self = .golden(document.header, document.matchers)
            } else {
                self = .recording(try RecordingReader.readHeader(lines.first?.compactBytes ?? []))
            }
        } catch let error as GoldenError {
            throw HARError("log/\(Self.name): \(error.message)")
        } catch let error as RecordingError {
            throw HARError("log/\(Self.name): \(error.message)")
        } catch {
            throw HARError("log/\(Self.name): \(error)")
        }
    }
}

/// Why a text is no HTTP archive that can be read, and where in it.
package struct HARError: Error, Sendable, Hashable {
    package var message: String

    init(_ message: String) {
        self.message = message
    }
}
