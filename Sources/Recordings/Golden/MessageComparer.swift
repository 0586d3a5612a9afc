import JSONText

/// Compares messages of two documents leaf by leaf, with the golden's matchers.
struct MessageComparer {
    struct LeafDifference {
        var name: String
        var golden: String?
        var run: String?
    }

    private let golden: GoldenDocument
    private let run: GoldenDocument
    /// For each shape of the golden the shape of the run with the same leaves, where there is one.
    private let counterparts: [Int?]
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
        var pool = run.values
        let known = pool.texts.count
        valueNumbers = golden.values.texts.map { text in
            let number = pool.index(of: text)
            return number < known ? number : -1
        }
    }

    func differences(golden mine: GoldenMessage, run theirs: GoldenMessage) -> [LeafDifference] {
        guard let shape = mine.shape, let counterpart = counterparts[shape],
            theirs.shape == counterpart
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
    private func differencesByName(
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

    private func differences(
        _ left: [(name: String, value: String)], _ right: [(name: String, value: String)]
    ) -> [LeafDifference] {
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

    private func compare(
        _ leaf: String, _ mine: String?, _ theirs: String?,
        into differences: inout [LeafDifference]
    ) {
        guard mine != theirs else { return }
        let isAllowed = golden.matchers.contains {
            $0.covers(leaf: leaf) && $0.allows(golden: mine, run: theirs)
        }
        if !isAllowed {
            differences.append(LeafDifference(name: leaf, golden: mine, run: theirs))
        }
    }

    /// Header fields of requests, by index into the documents' lists.
    func differences(
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
    func differences(golden mine: JSONValue, run theirs: JSONValue) -> [LeafDifference] {
        func leaves(_ value: JSONValue) -> [(name: String, value: String)] {
            LeafPointers(of: value).leaves.map { pointer in
                (pointer, JSONPointer(pointer).flatMap { value[$0] }?.compactText ?? "")
            }
        }
        return differences(leaves(mine), leaves(theirs))
    }
}
