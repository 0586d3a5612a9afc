import JSONText

/// The shapes of a golden while it is read, with what its header says is usual.
struct ParsedShapes {
    private(set) var shapes: [MessageShape] = []
    /// The shape that a GET of a target usually answers with.
    var usual: [String: Int] = [:]
    private var indices: [String: Int] = [:]
    /// By shape: the index of each leaf, by pointer and by alias.
    private var leafIndices: [[String: Int]] = []
    /// By shape and leaf: the value where the whole shape has one.
    private var shapeValues: [[Int32]] = []
    /// By shape and leaf: the leaf it repeats unless a message says otherwise.
    private var repeated: [[Int?]] = []
    private var resourceValues: [UsualValues.ResourceKey: [Int32]] = [:]
    private var isChecked: [Bool] = []
    private var isUsed: [Bool] = []

    private static let none: Int32 = -1

    func index(of name: String) throws(LineObject.Complaint) -> Int {
        guard let index = indices[name] else {
            throw LineObject.Complaint("there is no shape '\(name)'")
        }
        return index
    }

    // MARK: Lines

    mutating func take(
        _ line: inout LineObject, values: inout ValuePool
    ) throws(LineObject.Complaint) {
        let name = try line.string("shape")
        let shape = indices[name] ?? add(name)
        if let objects = line.optional("objects") {
            shapes[shape].numberedObjects = objects.array?.compactMap(\.string) ?? []
            return
        }
        // Messages have the leaves that were stated when they were read.
        guard !isUsed[shape] else {
            throw LineObject.Complaint("shape '\(name)' goes on after a line that uses it")
        }
        let leaf = try line.string("ptr")
        let index = shapes[shape].leaves.count
        shapes[shape].leaves.append(leaf)
        guard leafIndices[shape].updateValue(index, forKey: leaf) == nil else {
            throw LineObject.Complaint("the leaf '\(leaf)' stands twice in shape '\(name)'")
        }
        if let alias = try line.optionalString("as") { leafIndices[shape][alias] = index }
        let source = try line.optionalString("same")
        repeated[shape].append(nil)
        if let source { repeated[shape][index] = try earlierLeaf(source, of: shape, than: index) }
        if let value = line.optional("val") {
            shapeValues[shape].append(values.index(of: value.compactText))
        } else if source != nil {
            shapeValues[shape].append(Self.none)
        } else {
            let scope = try line.string("per")
            guard ["resource", "exchange"].contains(scope) else {
                throw LineObject.Complaint("'per' is neither 'resource' nor 'exchange'")
            }
            shapeValues[shape].append(Self.none)
        }
    }

    private func earlierLeaf(
        _ leaf: String, of shape: Int, than later: Int
    ) throws(LineObject.Complaint) -> Int {
        guard let index = leafIndices[shape][leaf], index < later else {
            throw LineObject.Complaint("'same' names no leaf that stands before: '\(leaf)'")
        }
        return index
    }

    private mutating func add(_ name: String) -> Int {
        let index = shapes.count
        indices[name] = index
        shapes.append(MessageShape(name: name, leaves: []))
        leafIndices.append([:])
        shapeValues.append([])
        repeated.append([])
        isChecked.append(false)
        isUsed.append(false)
        return index
    }

    mutating func setUsual(
        _ members: [JSONObject.Member], of key: UsualValues.ResourceKey, values: inout ValuePool
    ) throws(LineObject.Complaint) {
        isUsed[key.shape] = true
        var usual = resourceValues[key] ?? shapeValues[key.shape]
        try set(members, shape: key.shape, in: &usual, values: &values)
        resourceValues[key] = usual
    }

    /// The values of all leaves of a message, of which the members say only the unusual ones.
    mutating func fill(
        _ shape: Int?, target: String, members: [JSONObject.Member], values: inout ValuePool
    ) throws(LineObject.Complaint) -> [Int32] {
        guard let shape else {
            guard members.isEmpty else {
                throw LineObject.Complaint("there are leaves, but no shape they belong to")
            }
            return []
        }
        try check(shape)
        isUsed[shape] = true
        let key = UsualValues.ResourceKey(target: target, shape: shape)
        var filled = resourceValues[key] ?? shapeValues[shape]
        try set(members, shape: shape, in: &filled, values: &values)
        for (leaf, source) in repeated[shape].enumerated() where filled[leaf] == Self.none {
            if let source { filled[leaf] = filled[source] }
        }
        if let missing = filled.firstIndex(of: Self.none) {
            throw LineObject.Complaint(
                "the exchange has no value for '\(shapes[shape].leaves[missing])' of shape "
                    + "'\(shapes[shape].name)'")
        }
        return filled
    }

    private func set(
        _ members: [JSONObject.Member], shape: Int, in filled: inout [Int32],
        values: inout ValuePool
    ) throws(LineObject.Complaint) {
        for member in members {
            guard let leaf = leafIndices[shape][member.name] else {
                throw LineObject.Complaint(
                    "shape '\(shapes[shape].name)' has no leaf '\(member.name)'")
            }
            filled[leaf] = values.index(of: member.value.compactText)
        }
    }

    /// Refuses leaves from which no body can be made.
    private mutating func check(_ shape: Int) throws(LineObject.Complaint) {
        guard !isChecked[shape] else { return }
        isChecked[shape] = true
        let candidate = shapes[shape]
        guard candidate.body == .json else { return }
        let template = BodyTemplate(
            pointers: candidate.leaves[candidate.firstBodyLeaf...],
            numberedObjects: candidate.numberedObjects)
        guard template != nil else {
            throw LineObject.Complaint(
                "the leaves of shape '\(candidate.name)' do not make up a JSON body")
        }
    }
}
