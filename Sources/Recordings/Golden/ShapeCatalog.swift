import JSONText

/// Sorts messages into shapes. The shape of a body seen before is found without parsing: by the
/// text that remains when its leaves are taken out.
struct ShapeCatalog {
    private(set) var shapes: [MessageShape] = []
    private var skeletons: [BodyTemplate: Skeleton] = [:]
    private var indices: [Key: Int] = [:]
    private var nameCounts: [String: Int] = [:]

    private struct Skeleton {
        var number: Int
        var leaves: [String]
        var numberedObjects: [String]
        /// Index of the leaf `/@odata.type`.
        var typeLeaf: Int?
    }

    private struct Key: Hashable {
        var fieldNames: [String]
        var type: String?
        var skeleton: Int
        /// For bodies that are no JSON.
        var pieces: Int
        var form: MessageShape.BodyForm
    }

    mutating func message(
        fields: [HeadField], body: [UInt8], fallbackName: String, values: inout ValuePool
    ) -> GoldenMessage {
        if fields.isEmpty && body.isEmpty { return .empty }
        var indices = fields.map { values.index(of: $0.value) }
        let fieldNames = fields.map(\.name)
        guard !body.isEmpty else {
            let shape = shape(
                Key(fieldNames: fieldNames, type: nil, skeleton: -1, pieces: 0, form: .none),
                baseName: "head", bodyLeaves: [])
            return GoldenMessage(shape: shape, values: indices)
        }
        if let (canonical, leaves, skeleton) = jsonBody(body) {
            let texts = leaves.map { leafText(canonical[$0]) }
            let type = skeleton.typeLeaf.map { texts[$0] }
            indices += texts.map { values.index(of: $0) }
            let shape = shape(
                Key(
                    fieldNames: fieldNames, type: type, skeleton: skeleton.number, pieces: 0,
                    form: .json),
                baseName: baseName(type: type, leaves: skeleton.leaves) ?? fallbackName,
                bodyLeaves: skeleton.leaves, numberedObjects: skeleton.numberedObjects)
            return GoldenMessage(shape: shape, values: indices)
        }
        let (form, pieces) = plainBody(body)
        indices += pieces.map { values.index(of: JSONValue.string($0).compactText) }
        let prefix = form == .text ? MessageShape.textPrefix : MessageShape.base64Prefix
        let shape = shape(
            Key(
                fieldNames: fieldNames, type: nil, skeleton: -1, pieces: pieces.count, form: form),
            baseName: form == .text ? "text" : "binary",
            bodyLeaves: pieces.indices.map { "\(prefix)\($0)" })
        return GoldenMessage(shape: shape, values: indices)
    }

    private mutating func shape(
        _ key: Key, baseName: String, bodyLeaves: [String], numberedObjects: [String] = []
    ) -> Int {
        if let index = indices[key] { return index }
        let count = nameCounts[baseName, default: 0] + 1
        nameCounts[baseName] = count
        let index = shapes.count
        indices[key] = index
        shapes.append(
            MessageShape(
                name: count == 1 ? baseName : "\(baseName).\(count)",
                leaves: key.fieldNames.map { MessageShape.headerPrefix + $0 } + bodyLeaves,
                numberedObjects: numberedObjects))
        return index
    }

    // MARK: JSON

    /// The body as canonical JSON with its leaves; nil where it is no JSON, or JSON that the names
    /// and order of its leaves do not determine, for example with a member that stands twice.
    private mutating func jsonBody(
        _ body: [UInt8]
    ) -> (canonical: [UInt8], leaves: [Range<Int>], skeleton: Skeleton)? {
        var canonical = body
        var leaves = CanonicalJSONScanner.leaves(of: body)
        if leaves == nil, let value = try? JSONValue(parsing: body) {
            canonical = value.compactBytes
            leaves = CanonicalJSONScanner.leaves(of: canonical)
        }
        guard let leaves else { return nil }
        let template = BodyTemplate(body: canonical, leaves: leaves)
        if let known = skeletons[template] { return (canonical, leaves, known) }
        guard let value = try? JSONValue(parsing: canonical) else { return nil }
        let pointers = LeafPointers(of: value)
        guard
            template
                == BodyTemplate(
                    pointers: pointers.leaves, numberedObjects: pointers.numberedObjects)
        else { return nil }
        let skeleton = Skeleton(
            number: skeletons.count, leaves: pointers.leaves,
            numberedObjects: pointers.numberedObjects,
            typeLeaf: pointers.leaves.firstIndex(of: "/@odata.type"))
        skeletons[template] = skeleton
        return (canonical, leaves, skeleton)
    }

    private func leafText(_ leaf: ArraySlice<UInt8>) -> String {
        let text = String(decoding: leaf, as: UTF8.self)
        guard text.hasPrefix("\"http"), let plain = (try? JSONValue(parsing: text))?.string else {
            return text
        }
        let masked = maskingLoopback(plain)
        return masked == plain ? text : JSONValue.string(masked).compactText
    }

    /// `Outlet` of `#Outlet.v1_4_4.Outlet`.
    private func baseName(type: String?, leaves: [String]) -> String? {
        if let type, let name = type.dropLast().split(separator: ".").last { return String(name) }
        return leaves.first?.hasPrefix("/error/") == true ? "error" : nil
    }

    // MARK: Other bodies

    /// Cuts a body into pieces that each fit a line of the golden, a text at its line ends.
    private func plainBody(
        _ body: [UInt8]
    ) -> (form: MessageShape.BodyForm, pieces: [String]) {
        let lengthLimit = 180
        guard let text = String(validating: body, as: UTF8.self) else {
            let pieces = stride(from: 0, to: body.count, by: lengthLimit).map {
                base64Text(body[$0..<min($0 + lengthLimit, body.count)])
            }
            return (.base64, pieces)
        }
        var pieces: [String] = []
        var piece = ""
        var length = 0
        for scalar in text.unicodeScalars {
            if length >= lengthLimit {
                pieces.append(piece)
                piece = ""
                length = 0
            }
            piece.unicodeScalars.append(scalar)
            length += UTF8.width(scalar)
            if scalar == "\n" { length = lengthLimit }
        }
        return (.text, pieces + [piece])
    }
}
