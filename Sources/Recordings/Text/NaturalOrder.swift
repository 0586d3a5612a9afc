/// Whether a text comes before another one where runs of digits count as numbers: `Outlets/9` before
/// `Outlets/10`. A total order of distinct texts.
package func precedesNaturally(_ left: String, _ right: String) -> Bool {
    var mine = Substring(left).utf8
    var theirs = Substring(right).utf8
    while let first = mine.first, let second = theirs.first {
        if isDigit(first), isDigit(second) {
            let number = takeNumber(&mine)
            let other = takeNumber(&theirs)
            if number.count != other.count { return number.count < other.count }
            if !number.elementsEqual(other) { return number.lexicographicallyPrecedes(other) }
        } else {
            if first != second { return first < second }
            mine.removeFirst()
            theirs.removeFirst()
        }
    }
    if mine.isEmpty != theirs.isEmpty { return mine.isEmpty }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// Takes a run of digits and gives it without leading zeros.
private func takeNumber(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
    let run = text.prefix(while: isDigit)
    text = text[run.endIndex...]
    return run.drop { $0 == UInt8(ascii: "0") }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
