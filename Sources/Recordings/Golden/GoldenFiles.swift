import VirtualTime

/// One file of a golden: the whole of it, or one phase where it is too long to be reviewed in one.
package struct GoldenFile: Sendable, Hashable {
    /// `overload.golden.jsonl` or `overload.expire-sessions.golden.jsonl`.
    package var name: String
    package var bytes: [UInt8]
    /// Whether the file is beyond the limits, because its phase has no step to split at.
    package var isOversized: Bool

    package static let byteLimit = 1_300_000
    package static let lineLimit = 20_000

    /// The files of a golden, in the order of time.
    package static func encode(_ document: GoldenDocument) -> [GoldenFile] {
        let whole = GoldenFile(document)
        guard whole.isOversized else { return [whole] }
        let parts = document.phases()
        return parts.count > 1 ? parts.map { GoldenFile($0) } : [whole]
    }

    private init(_ document: GoldenDocument) {
        let phase = document.header.phase.map { ".\($0)" } ?? ""
        name = "\(document.header.scenario)\(phase).golden.jsonl"
        bytes = GoldenEncoder.encode(document)
        isOversized =
            bytes.count > Self.byteLimit
            || bytes.count { $0 == UInt8(ascii: "\n") } > Self.lineLimit
    }
}

extension GoldenDocument {
    /// The golden cut before every frame that holds a step of the scenario, each part named by its
    /// step, the first one `start`.
    func phases() -> [GoldenDocument] {
        var names: [String] = []
        var cuts: [[GoldenFrame]] = []
        for frame in frames {
            if cuts.isEmpty {
                names.append("start")
                cuts.append([frame])
            } else if let step = frame.stepName {
                let count = names.count { $0 == step || $0.hasPrefix("\(step)-") }
                names.append(count == 0 ? step : "\(step)-\(count + 1)")
                cuts.append([frame])
            } else {
                cuts[cuts.count - 1].append(frame)
            }
        }
        return cuts.indices.map { index in
            var part = self
            part.frames = cuts[index]
            part.header.phase = names[index]
            part.header.nextPhase = index + 1 < names.count ? names[index + 1] : nil
            return GoldenDocument(header: part.header, matchers: matchers, entries: part.expand())
        }
    }

    /// One golden of all the parts it was split into, in any order.
    ///
    /// - Throws: `GoldenError` where a part is missing, stands twice or belongs to another run.
    package init(joining parts: [GoldenDocument]) throws(GoldenError) {
        var rest = parts.sorted {
            ($0.frames.first?.time ?? .zero) < ($1.frames.first?.time ?? .zero)
        }[...]
        guard let first = rest.first else {
            throw GoldenError(.incompleteParts, line: 1, "the golden has no parts")
        }
        if parts.count == 1, first.header.phase == nil {
            self = first
            return
        }
        guard parts.allSatisfy({ $0.header.phase != nil }) else {
            let stray = parts.lazy.compactMap(\.header.phase).first
            throw GoldenError(
                .incompleteParts, line: 1,
                stray.map { "a whole golden stands beside the part '\($0)' of another one" }
                    ?? "the golden stands twice")
        }
        var entries: [RecordEntry] = []
        var expected: String? = "start"
        while let name = expected {
            guard let part = rest.popFirst(), part.header.phase == name else {
                throw GoldenError(
                    .incompleteParts, line: 1, "the golden's part '\(name)' is missing")
            }
            entries += part.expand()
            expected = part.header.nextPhase
        }
        if let part = rest.first {
            throw GoldenError(
                .incompleteParts, line: 1,
                "the golden's part '\(part.header.phase ?? "")' follows on no other part")
        }
        var header = first.header
        header.phase = nil
        header.nextPhase = nil
        self.init(header: header, matchers: first.matchers, entries: entries)
    }
}

extension GoldenFrame {
    /// The action of the frame's first step as part of a file name.
    fileprivate var stepName: String? {
        for item in items {
            guard case .step(let step) = item.content else { continue }
            let letters = step.action.lowercased().utf8.map { byte in
                let isPlain = byte &- 97 < 26 || byte &- 48 < 10
                return isPlain ? byte : UInt8(ascii: "-")
            }
            return String(decoding: letters, as: UTF8.self)
        }
        return nil
    }
}
