/// Texts with `*` for any run of characters.
package enum WildcardText {
    package static func matches(_ text: some StringProtocol, _ pattern: String) -> Bool {
        let star = UInt8(ascii: "*")
        return matches(Array(text.utf8), pattern.utf8.map { $0 == star ? .anyRun : .one($0) }) {
            $0 == $1
        }
    }

    /// One piece of a pattern over elements of any kind.
    package enum Piece<Element> {
        case anyRun
        case one(Element)
    }

    /// Whether elements are what a pattern says, in time of no more than the product of their
    /// counts: of several runs only the last one needs to be tried again.
    ///
    /// - Parameter fits: Whether an element is what one of the pattern stands for.
    package static func matches<Element>(
        _ elements: [Element], _ pattern: [Piece<Element>], fits: (Element, Element) -> Bool
    ) -> Bool {
        var (at, wanted) = (0, 0)
        var retry: (at: Int, wanted: Int)?
        while at < elements.count {
            if wanted < pattern.count, case .anyRun = pattern[wanted] {
                wanted += 1
                retry = (at, wanted)
            } else if wanted < pattern.count, case .one(let element) = pattern[wanted],
                fits(elements[at], element)
            {
                at += 1
                wanted += 1
            } else if let last = retry {
                retry = (last.at + 1, last.wanted)
                (at, wanted) = (last.at + 1, last.wanted)
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { if case .anyRun = $0 { true } else { false } }
    }
}
