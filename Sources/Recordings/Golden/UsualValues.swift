/// What need not be said on every line: the usual value of each leaf.
///
/// A leaf has one value for the whole shape, or one for each resource, or that of the leaf it
/// repeats, or one on every exchange. The few resources or exchanges that depart from a usual value
/// say so themselves; where more than one in eight departs there is no usual value. So a leaf that
/// hardly ever changes, such as the power state of an outlet, costs nothing until it does, and then
/// stands out.
struct UsualValues {
    enum Scope {
        /// The value of all messages of the shape.
        case shape(Int32)
        case resource
        case exchange
        /// That of another leaf of the same object in the same message: a register that was never
        /// reset reads what it has counted in its whole life.
        case sameAs(Int)
    }

    /// By shape, then by leaf.
    private(set) var scopes: [[Scope]] = []
    /// The usual values of each resource's leaves, whatever their scope.
    private(set) var resources: [ResourceKey: [Int32]] = [:]
    /// The resources in the order of the file.
    private(set) var order: [ResourceKey] = []

    struct ResourceKey: Hashable {
        var target: String
        var shape: Int
    }

    init(_ document: GoldenDocument) {
        var messages: [ResourceKey: [[Int32]]] = [:]
        var keys = [[ResourceKey]](repeating: [], count: document.shapes.count)
        for exchange in document.frames.flatMap(\.items).compactMap(\.exchange) {
            for message in [exchange.request, exchange.response] {
                guard let shape = message.shape else { continue }
                let key = ResourceKey(target: exchange.target, shape: shape)
                if messages[key] == nil { keys[shape].append(key) }
                messages[key, default: []].append(message.values)
            }
        }
        for (shape, keys) in keys.enumerated() {
            let groups = keys.map { messages[$0] ?? [] }
            var usual = [[Int32]](repeating: [], count: keys.count)
            let leaves = document.shapes[shape].leaves
            var scopes = leaves.indices.map { leaf in
                scope(of: leaf, groups: groups, usual: &usual)
            }
            markRepetitions(in: &scopes, leaves: leaves, groups: groups)
            self.scopes.append(scopes)
            for (key, values) in zip(keys, usual) { resources[key] = values }
        }
        let names = document.shapes.map(\.name)
        order = keys.flatMap(\.self).sorted {
            $0.target == $1.target
                ? names[$0.shape] < names[$1.shape] : precedesNaturally($0.target, $1.target)
        }
    }

    private func scope(
        of leaf: Int, groups: [[[Int32]]], usual: inout [[Int32]]
    ) -> Scope {
        // A golden that was edited may state shapes that no message has.
        guard !groups.isEmpty else { return .exchange }
        var departures = 0
        var total = 0
        var resourceValues: [Int32] = []
        for (index, group) in groups.enumerated() {
            let (value, count) = mostCommon(group.lazy.map { $0[leaf] })
            usual[index].append(value)
            resourceValues.append(value)
            departures += group.count - count
            total += group.count
        }
        if departures * 8 > total { return .exchange }
        let (value, count) = mostCommon(resourceValues)
        return (resourceValues.count - count) * 8 > resourceValues.count ? .resource : .shape(value)
    }

    /// Finds, among the leaves that vary, those that repeat an earlier one of the same object.
    private func markRepetitions(
        in scopes: inout [Scope], leaves: [String], groups: [[[Int32]]]
    ) {
        let total = groups.reduce(0) { $0 + $1.count }
        for leaf in leaves.indices {
            guard case .exchange = scopes[leaf] else { continue }
            let parent = parentPointer(of: leaves[leaf])
            let source = leaves[..<leaf].indices.first { earlier in
                guard case .exchange = scopes[earlier], parentPointer(of: leaves[earlier]) == parent
                else { return false }
                let departures = groups.reduce(0) { count, group in
                    count + group.count { $0[leaf] != $0[earlier] }
                }
                return departures * 8 <= total
            }
            if let source { scopes[leaf] = .sameAs(source) }
        }
    }

    private func parentPointer(of leaf: String) -> Substring {
        leaf.lastIndex(of: "/").map { leaf[..<$0] } ?? ""
    }
}

/// The most common number with its count; of several the one that came first. The sequence must not
/// be empty.
func mostCommon(_ numbers: some Collection<Int32>) -> (value: Int32, count: Int) {
    // Nearly always one value has the majority; a vote finds it without a table.
    var candidate: Int32 = -1
    var lead = 0
    for number in numbers {
        if lead == 0 { candidate = number }
        lead += number == candidate ? 1 : -1
    }
    let count = numbers.count { $0 == candidate }
    if count * 2 > numbers.count { return (candidate, count) }
    var counts: [Int32: Int] = [:]
    var best: (value: Int32, count: Int) = (-1, 0)
    for number in numbers { counts[number, default: 0] += 1 }
    for number in numbers where counts[number, default: 0] > best.count {
        best = (number, counts[number, default: 0])
    }
    return best
}
