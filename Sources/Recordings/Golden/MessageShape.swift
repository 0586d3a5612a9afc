import JSONText

/// The structure that a class of messages has in common: which leaves, in which order.
///
/// A leaf is named by its JSON pointer where it is part of a JSON body, an empty array or object
/// included; `hdr:ETag` is a header field; `text:0`, `text:1`, … are the pieces of a body that is no
/// JSON, and `base64:0`, … of one that is no text.
struct MessageShape: Sendable, Hashable {
    /// Short and unique in the document, made from the type: `Outlet`, `error.2`.
    var name: String
    var leaves: [String]
    /// Pointers of objects whose members are named `0`, `1`, … like the elements of an array.
    var numberedObjects: [String] = []

    static let headerPrefix = "hdr:"
    static let textPrefix = "text:"
    static let base64Prefix = "base64:"

    /// The leaves of the JSON body begin here; header fields stand before.
    var firstBodyLeaf: Int {
        leaves.firstIndex { !$0.hasPrefix(Self.headerPrefix) } ?? leaves.count
    }

    var body: BodyForm {
        guard firstBodyLeaf < leaves.count else { return .none }
        let leaf = leaves[firstBodyLeaf]
        if leaf.hasPrefix(Self.textPrefix) { return .text }
        return leaf.hasPrefix(Self.base64Prefix) ? .base64 : .json
    }

    enum BodyForm: Sendable {
        case none
        case json
        case text
        case base64
    }
}

/// A JSON text with holes where its leaves were.
struct BodyTemplate: Sendable, Hashable {
    /// One piece before each leaf, and one after the last.
    private(set) var pieces: [[UInt8]] = []

    init(body: [UInt8], leaves: [Range<Int>]) {
        var start = 0
        for leaf in leaves {
            pieces.append(Array(body[start..<leaf.lowerBound]))
            start = leaf.upperBound
        }
        pieces.append(Array(body[start...]))
    }

    /// The template of a text whose leaves have these pointers in this order, or nil where no text
    /// has: where a pointer stands twice, or inside another one, or apart from its neighbours.
    init?(pointers: some Sequence<String>, numberedObjects: [String]) {
        var tokens: [[String]] = []
        for pointer in pointers {
            guard let pointer = JSONPointer(pointer) else { return nil }
            tokens.append(pointer.tokens)
        }
        var builder = TemplateBuilder(
            pointers: tokens, numberedObjects: Set(numberedObjects.map { JSONPointer($0)?.tokens }))
        guard builder.append(0..<tokens.count, depth: 0) else { return nil }
        pieces = builder.pieces + [builder.current]
    }

    func filled(with values: some Collection<String>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        for (piece, value) in zip(pieces, values) {
            bytes += piece
            bytes += value.utf8
        }
        return bytes + (pieces.last ?? [])
    }
}

private struct TemplateBuilder {
    let pointers: [[String]]
    let numberedObjects: Set<[String]?>
    var pieces: [[UInt8]] = []
    var current: [UInt8] = []

    init(pointers: [[String]], numberedObjects: Set<[String]?>) {
        self.pointers = pointers
        self.numberedObjects = numberedObjects
    }

    /// Appends the value that the pointers of the range have in common down to this depth.
    mutating func append(_ range: Range<Int>, depth: Int) -> Bool {
        guard let first = range.first else { return false }
        if pointers[first].count == depth {
            guard range.count == 1 else { return false }
            pieces.append(current)
            current = []
            return true
        }
        guard let children = children(of: range, depth: depth) else { return false }
        let names = children.map { pointers[$0.lowerBound][depth] }
        let isArray =
            names.indices.allSatisfy { names[$0] == String($0) }
            && !numberedObjects.contains(Array(pointers[first][..<depth]))
        current.append(UInt8(ascii: isArray ? "[" : "{"))
        for (index, child) in children.enumerated() {
            if index > 0 { current.append(UInt8(ascii: ",")) }
            if !isArray {
                current += JSONValue.string(names[index]).compactBytes + [UInt8(ascii: ":")]
            }
            guard append(child, depth: depth + 1) else { return false }
        }
        current.append(UInt8(ascii: isArray ? "]" : "}"))
        return true
    }

    /// Runs of the same token at this depth; nil where a token comes again after another one.
    private func children(of range: Range<Int>, depth: Int) -> [Range<Int>]? {
        var runs: [Range<Int>] = []
        var seen: Set<String> = []
        var start = range.lowerBound
        for index in range {
            guard pointers[index].count > depth else { return nil }
            let token = pointers[index][depth]
            let isLast = index + 1 == range.upperBound
            guard
                isLast || pointers[index + 1].count <= depth || pointers[index + 1][depth] != token
            else { continue }
            guard seen.insert(token).inserted else { return nil }
            runs.append(start..<index + 1)
            start = index + 1
        }
        return runs
    }
}

/// The pointers of a JSON value's leaves in text order, and of its objects that look like arrays.
struct LeafPointers {
    private(set) var leaves: [String] = []
    private(set) var numberedObjects: [String] = []

    init(of value: JSONValue) {
        collect(value, at: JSONPointer())
    }

    private mutating func collect(_ value: JSONValue, at pointer: JSONPointer) {
        switch value {
        case .object(let object) where !object.members.isEmpty:
            let names = object.names
            if names.indices.allSatisfy({ names[$0] == String($0) }) {
                numberedObjects.append(pointer.description)
            }
            for member in object.members {
                collect(member.value, at: pointer.appending(member.name))
            }
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                collect(element, at: pointer.appending(index))
            }
        default: leaves.append(pointer.description)
        }
    }
}
