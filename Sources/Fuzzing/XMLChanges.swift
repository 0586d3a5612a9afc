/// Changes to the elements and attributes of an XML text, without parsing it: good inputs open and
/// close every element in tags of their own.
enum XMLChanges {
    static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        var input = input
        switch chance.below(5) {
        case 0: input.removeSubrange(element(of: input, &chance))
        case 1:
            // Twice, or so often that depth or size tell.
            let element = element(of: input, &chance)
            let copies = repeatElement(input[element], count: 1 + chance.below(50)).joined()
            input.insert(contentsOf: Array(copies), at: element.upperBound)
        case 2:
            // Into another: what the schema did not mean to stand there.
            let piece = Array(other[element(of: other, &chance)])
            let place = chance.pick(tags(of: input))?.upperBound ?? 0
            input.insert(contentsOf: piece, at: place)
        case 3:
            let element = element(of: input, &chance)
            guard let open = tags(of: input).first(where: { $0.lowerBound == element.lowerBound }),
                open.upperBound < element.upperBound
            else { return input }
            let depth = 1 + chance.below(80)
            let opening = repeatElement(input[open], count: depth).joined()
            input.insert(contentsOf: Array(opening), at: open.lowerBound)
        default:
            // Names that lead to one another in ways that make no sense: circles above all.
            let values = attributeValues(of: input)
            guard let place = chance.pick(values),
                let source = chance.pick(chance.oneIn(4) ? attributeValues(of: other) : values)
            else { return input }
            let text = source.upperBound <= input.count ? Array(input[source]) : []
            input.replaceSubrange(place, with: text)
        }
        return input
    }

    /// A start tag with all down to its end tag.
    private static func element(of input: [UInt8], _ chance: inout Chance) -> Range<Int> {
        let tags = tags(of: input)
        let starts = tags.indices.filter { !isEndTag(input[tags[$0]]) }
        guard let start = chance.pick(starts) else { return 0..<0 }
        var depth = 0
        for tag in tags[start...] {
            if isEndTag(input[tag]) {
                depth -= 1
            } else if !isEmptyElement(input[tag]) {
                depth += 1
            }
            if depth <= 0 { return tags[start].lowerBound..<tag.upperBound }
        }
        return tags[start]
    }

    private static func isEndTag(_ tag: ArraySlice<UInt8>) -> Bool {
        tag.dropFirst().first == UInt8(ascii: "/")
    }

    private static func isEmptyElement(_ tag: ArraySlice<UInt8>) -> Bool {
        let ends: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "-")]
        return tag.dropLast().last.map(ends.contains) ?? false
    }

    private static func tags(of input: [UInt8]) -> [Range<Int>] {
        var tags: [Range<Int>] = []
        var start: Int?
        for (place, byte) in input.enumerated() {
            if byte == UInt8(ascii: "<") { start = place }
            if byte == UInt8(ascii: ">"), let opened = start {
                tags.append(opened..<place + 1)
                start = nil
            }
        }
        return tags
    }

    private static func attributeValues(of input: [UInt8]) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var start: Int?
        for (place, byte) in input.enumerated() where byte == UInt8(ascii: "\"") {
            if let opened = start {
                values.append(opened..<place)
                start = nil
            } else {
                start = place + 1
            }
        }
        return values
    }
}
