import JSONText

/// A matcher as a line of a golden's header.
extension GoldenMatcher {
    init(_ line: inout LineObject) throws(LineObject.Complaint) {
        let leaf = try line.string("match")
        guard leaf.hasPrefix("/") || leaf.hasPrefix(MessageShape.headerPrefix) else {
            throw LineObject.Complaint(
                "'match' is '\(leaf)'; write a JSON pointer, /Name, or a field of the header, "
                    + "\(MessageShape.headerPrefix)Location")
        }
        let allowance: Allowance
        if let tolerance = line.optional("within") {
            guard let number = tolerance.number, number.double.isFinite, number.double >= 0 else {
                throw LineObject.Complaint("'within' is no number of at least 0")
            }
            allowance = .within(number.text)
        } else if let pattern = try line.optionalString("pattern") {
            allowance = .pattern(pattern)
        } else if let flag = ["any", "sorted", "ignore"].first(where: { line.object[$0] != nil }) {
            guard try line.bool(flag) else {
                throw LineObject.Complaint("'\(flag)' is false; leave the matcher out instead")
            }
            allowance = flag == "any" ? .any : flag == "sorted" ? .sorted : .ignore
        } else {
            throw LineObject.Complaint(
                "the matcher has none of 'within', 'pattern', 'any', 'sorted' and 'ignore'")
        }
        self.init(leaf: leaf, allowance)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("match", leaf)
        switch allowance {
        case .within(let tolerance):
            writer.key("within")
            writer.raw(tolerance)
        case .any: writer.member("any", true)
        case .pattern(let pattern): writer.member("pattern", pattern)
        case .sorted: writer.member("sorted", true)
        case .ignore: writer.member("ignore", true)
        }
    }

    /// The order in which headers state them.
    static func < (left: GoldenMatcher, right: GoldenMatcher) -> Bool {
        func text(_ matcher: GoldenMatcher) -> String {
            var writer = JSONWriter(capacity: 64)
            writer.object { matcher.write(to: &$0) }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        return precedesNaturally(text(left), text(right))
    }
}
