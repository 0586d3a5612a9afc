extension JSONPointer {
    /// Where the value this pointer names begins in a JSON text, or the nearest enclosing value
    /// that exists. Positions are looked up only for findings, so values need not carry them.
    package func position(in bytes: [UInt8]) -> TextPosition {
        Self.positions(of: [self], in: bytes)[0]
    }

    /// The positions of many pointers, by one pass over the text: a text with a finding in every
    /// line takes no longer than one with one.
    package static func positions(of pointers: [JSONPointer], in bytes: [UInt8]) -> [TextPosition] {
        let wanted = PointerTree(pointers)
        let offsets = bytes.withUnsafeBufferPointer { buffer in
            var locator = JSONLocator(bytes: buffer, wanted: wanted)
            locator.locate()
            return locator.wanted.offsets(of: pointers)
        }
        return TextPosition.positions(at: offsets, in: bytes)
    }
}

extension TextPosition {
    /// Lines and columns of many byte offsets, by one pass.
    fileprivate static func positions(at offsets: [Int], in bytes: [UInt8]) -> [TextPosition] {
        var positions = offsets.map { TextPosition(offset: $0, line: 1, column: $0 + 1) }
        var line = 1
        var lineStart = 0
        var scanned = 0
        for index in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
            while scanned < offsets[index] {
                if bytes[scanned] == UInt8(ascii: "\n") {
                    line += 1
                    lineStart = scanned + 1
                }
                scanned += 1
            }
            positions[index].line = line
            positions[index].column = offsets[index] - lineStart + 1
        }
        return positions
    }
}

/// Pointers as a tree of their tokens; each value that is met leaves its offset there.
private struct PointerTree {
    private var children: [[String: Int]] = [[:]]
    private var offsets: [Int?] = [nil]

    init(_ pointers: [JSONPointer]) {
        for pointer in pointers {
            var node = 0
            for token in pointer.tokens {
                if let child = children[node][token] {
                    node = child
                } else {
                    children.append([:])
                    offsets.append(nil)
                    children[node][token] = children.count - 1
                    node = children.count - 1
                }
            }
        }
    }

    /// The node below for a member or element; nil where no pointer leads there, or where an earlier
    /// member of the same name has been met.
    func child(of node: Int, _ token: String) -> Int? {
        children[node][token].flatMap { offsets[$0] == nil ? $0 : nil }
    }

    func hasChildren(_ node: Int) -> Bool { !children[node].isEmpty }

    mutating func note(_ offset: Int, at node: Int) { offsets[node] = offset }

    func offsets(of pointers: [JSONPointer]) -> [Int] {
        pointers.map { pointer in
            var node = 0
            var found = offsets[0] ?? 0
            for token in pointer.tokens {
                guard let child = children[node][token], let offset = offsets[child] else { break }
                node = child
                found = offset
            }
            return found
        }
    }
}

/// Walks a JSON text that has been parsed before, so it need not check it again.
private struct JSONLocator {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var wanted: PointerTree
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>, wanted: PointerTree) {
        self.bytes = bytes
        self.wanted = wanted
    }

    mutating func locate() {
        skipWhitespace()
        locate(0)
    }

    /// Notes where the value at hand begins, goes into it as far as is wanted, and ends behind it.
    private mutating func locate(_ node: Int) {
        wanted.note(index, at: node)
        guard wanted.hasChildren(node), index < bytes.count else { return skipValue() }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            index += 1
            skipSeparators()
            while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                let name = stringToken()
                skipSeparators()
                locateOrSkip(name.flatMap { wanted.child(of: node, $0) })
            }
            index = min(index + 1, bytes.count)
        case UInt8(ascii: "["):
            index += 1
            skipSeparators()
            var position = 0
            while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
                locateOrSkip(wanted.child(of: node, String(position)))
                position += 1
            }
            index = min(index + 1, bytes.count)
        default: skipValue()
        }
    }

    private mutating func locateOrSkip(_ node: Int?) {
        if let node { locate(node) } else { skipValue() }
        skipSeparators()
    }

    private mutating func stringToken() -> String? {
        let start = index
        skipString()
        return (try? JSONValue(parsing: Array(bytes[start..<index])))?.string
    }

    private mutating func skipString() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
    }

    private mutating func skipValue() {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                skipString()
                if depth == 0 { return }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return
                }
            case UInt8(ascii: ","):
                if depth == 0 { return }
            default: break
            }
            index += 1
        }
    }

    private mutating func skipSeparators() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"): index += 1
            default: return
            }
        }
    }

    private mutating func skipWhitespace() {
        while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
    }
}
