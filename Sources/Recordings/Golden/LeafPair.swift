import JSONText

/// A leaf and its value as they stand on a golden's line.
struct LeafPair {
    /// Alias, pointer or `hdr:ETag`.
    var name: String
    /// A JSON text.
    var text: String

    /// A length that does not change when a reading gets a digit more, so that lines break at the
    /// same places in run after run.
    fileprivate var stableLength: Int {
        let isNumber = text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 &- 48 < 10 } ?? false
        return name.utf8.count + 4 + (isNumber ? max(text.utf8.count, 12) : text.utf8.count)
    }

    /// The pointer down to the first array index: leaves of one array element belong together.
    fileprivate var element: Substring {
        var end = name.startIndex
        for token in name.split(separator: "/") {
            end = token.endIndex
            if token.utf8.allSatisfy({ $0 &- 48 < 10 }) { return name[..<end] }
        }
        return ""
    }
}

extension [LeafPair] {
    func write(to writer: inout JSONWriter, as key: String) {
        writer.object(key) { writer in
            for pair in self {
                writer.key(pair.name)
                writer.raw(pair.text)
            }
        }
    }

    /// The pairs in lines of at most this length; an array element with several leaves gets lines
    /// of its own.
    func chunked(lengthLimit: Int) -> [[LeafPair]] {
        var chunks: [[LeafPair]] = []
        var length = 0
        for run in elementRuns() {
            for (position, pair) in run.enumerated() {
                let isNewElement =
                    position == 0 && (run.count > 1 || (chunks.last?.isWhole ?? true))
                if chunks.isEmpty || isNewElement || length + pair.stableLength > lengthLimit {
                    chunks.append([])
                    length = 0
                }
                chunks[chunks.count - 1].append(pair)
                length += pair.stableLength
            }
        }
        return chunks
    }

    /// Whether this line holds several leaves of one array element.
    private var isWhole: Bool {
        guard count > 1, let element = first?.element else { return false }
        return !element.isEmpty && last?.element == element
    }

    private func elementRuns() -> [ArraySlice<LeafPair>] {
        var runs: [ArraySlice<LeafPair>] = []
        var start = 0
        for index in indices {
            let isLast = index + 1 == count
            if isLast || self[index + 1].element != self[index].element {
                runs.append(self[start...index])
                start = index + 1
            }
        }
        return runs
    }
}
