import JSONText

/// Compares messages of two documents leaf by leaf, with the golden's matchers.
struct MessageComparer {
    struct LeafDifference {
        var name: String
        var golden: String?
        var run: String?
    }

    /// How many values differ by no more than a matcher allows.
    private(set) var toleratedCount = 0

    private let golden: GoldenDocument
    private let run: GoldenDocument
    /// For each shape of the golden the shape of the run with the same leaves, where there is one.
    private let counterparts: [Int?]
    /// Shapes of the golden with arrays whose order does not matter.
    private let sortedShapes: Set<Int>
    /// For each value of the golden's pool its number in the run's pool, or -1.
    private let valueNumbers: [Int32]

    init(golden: GoldenDocument, run: GoldenDocument) {
        self.golden = golden
        self.run = run
        counterparts = golden.shapes.map { shape in
            run.shapes.indices.first {
                run.shapes[$0].name == shape.name && run.shapes[$0].leaves == shape.leaves
            } ?? run.shapes.firstIndex { $0.leaves == shape.leaves }
        }
        let sorting = golden.matchers.filter { $0.allowance == .sorted }
        sortedShapes =
            sorting.isEmpty
            ? []
            : Set(
                golden.shapes.indices.filter { shape in
                    golden.shapes[shape].leaves.contains { leaf in
                        sorting.contains { $0.isOfUse(to: leaf) }
                    }
                })
        var pool = run.values
        let known = pool.texts.count
        valueNumbers = golden.values.texts.map { text in
            let number = pool.index(of: text)
            return number < known ? number : -1
        }
    }

    mutating func differences(golden mine: GoldenMessage, run theirs: GoldenMessage)
        -> [LeafDifference]
    {
        guard let shape = mine.shape, let counterpart = counterparts[shape],
            theirs.shape == counterpart, !sortedShapes.contains(shape)
        else { return differencesByName(mine, theirs) }
        var differences: [LeafDifference] = []
        for (leaf, value) in mine.values.enumerated()
        where valueNumbers[Int(value)] != theirs.values[leaf] {
            compare(
                golden.shapes[shape].leaves[leaf], golden.values[value],
                run.values[theirs.values[leaf]], into: &differences)
        }
        return differences
    }

    /// For messages of different structure: the golden's leaves in their order, then those that only
    /// the run has.
    private mutating func differencesByName(
        _ mine: GoldenMessage, _ theirs: GoldenMessage
    ) -> [LeafDifference] {
        let left = leaves(of: mine, in: golden)
        let right = leaves(of: theirs, in: run)
        return differences(left, right)
    }

    private func leaves(
        of message: GoldenMessage, in document: GoldenDocument
    ) -> [(name: String, value: String)] {
        guard let shape = message.shape else { return [] }
        return zip(document.shapes[shape].leaves, message.values)
            .map { ($0, document.values[$1]) }
    }

    private mutating func differences(
        _ left: [(name: String, value: String)], _ right: [(name: String, value: String)]
    ) -> [LeafDifference] {
        let sorting = golden.matchers.filter { $0.allowance == .sorted }
        let left = inCanonicalOrder(left, sorting)
        let right = inCanonicalOrder(right, sorting)
        let rightValues = Dictionary(right.map { ($0.name, $0.value) }) { first, _ in first }
        let leftNames = Set(left.map(\.name))
        var differences: [LeafDifference] = []
        for (name, value) in left {
            compare(name, value, rightValues[name], into: &differences)
        }
        for (name, value) in right where !leftNames.contains(name) {
            compare(name, nil, value, into: &differences)
        }
        return differences
    }

    private mutating func compare(
        _ leaf: String, _ mine: String?, _ theirs: String?,
        into differences: inout [LeafDifference]
    ) {
        guard mine != theirs else { return }
        let isAllowed = golden.matchers.contains {
            $0.covers(leaf: leaf) && $0.allows(golden: mine, run: theirs)
        }
        if isAllowed {
            toleratedCount += 1
        } else {
            differences.append(LeafDifference(name: leaf, golden: mine, run: theirs))
        }
    }

    /// Header fields of requests, by index into the documents' lists.
    mutating func differences(
        golden mine: Int, run theirs: Int
    ) -> [(place: String, golden: String?, run: String?)] {
        let left = golden.fieldLists[mine]
        let right = run.fieldLists[theirs]
        guard left != right else { return [] }
        func leaves(_ fields: [HeadField]) -> [(name: String, value: String)] {
            fields.map { (MessageShape.headerPrefix + $0.name, $0.value) }
        }
        return differences(leaves(left), leaves(right))
            .map { ("request \($0.name)", $0.golden, $0.run) }
    }

    /// Claims.
    mutating func differences(golden mine: JSONValue, run theirs: JSONValue) -> [LeafDifference] {
        func leaves(_ value: JSONValue) -> [(name: String, value: String)] {
            LeafPointers(of: value).leaves.map { pointer in
                (pointer, JSONPointer(pointer).flatMap { value[$0] }?.compactText ?? "")
            }
        }
        return differences(leaves(mine), leaves(theirs))
    }
}

/// The leaves with the elements of those arrays whose order does not matter put in one order: that
/// of what they hold.
private func inCanonicalOrder(
    _ leaves: [(name: String, value: String)], _ matchers: [GoldenMatcher]
) -> [(name: String, value: String)] {
    var leaves = leaves
    for matcher in matchers {
        for array in arrays(in: leaves.map(\.name)) where matcher.covers(leaf: array) {
            var elements: [String: [(rest: String, value: String)]] = [:]
            var others: [(name: String, value: String)] = []
            for leaf in leaves {
                guard leaf.name.hasPrefix(array + "/") else {
                    others.append(leaf)
                    continue
                }
                let path = leaf.name.dropFirst(array.count + 1)
                let index = String(path.prefix { $0 != "/" })
                elements[index, default: []].append(
                    (String(path.dropFirst(index.count)), leaf.value))
            }
            func words(_ element: [(rest: String, value: String)]) -> String {
                element.map { "\($0.rest)=\($0.value)" }.joined(separator: "\n")
            }
            let order = elements.values.sorted {
                words($0).utf8.lexicographicallyPrecedes(words($1).utf8)
            }
            for (index, element) in order.enumerated() {
                others += element.map { ("\(array)/\(index)\($0.rest)", $0.value) }
            }
            leaves = others
        }
    }
    return leaves
}

/// The pointers that an index follows, each once.
private func arrays(in leaves: [String]) -> [String] {
    var found: [String] = []
    for leaf in leaves {
        let tokens = leaf.split(separator: "/", omittingEmptySubsequences: false)
        for index in tokens.indices.dropFirst() where JSONPointer.index(tokens[index]) != nil {
            let array = tokens[..<index].joined(separator: "/")
            if !found.contains(array) { found.append(array) }
        }
    }
    return found
}
