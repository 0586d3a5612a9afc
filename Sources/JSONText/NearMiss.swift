/// The candidate a misspelt word most likely meant, or nil where none is near.
///
/// Near: at most a third of the letters differ, letter case aside.
package func nearMiss(for word: String, among candidates: some Sequence<String>) -> String? {
    let lowered = Array(word.lowercased())
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let limit = max(1, max(lowered.count, candidate.count) / 3)
        // Words that others made up can be long.
        guard abs(lowered.count - candidate.count) <= limit else { continue }
        let distance = editDistance(lowered, Array(candidate.lowercased()))
        guard distance <= limit else { continue }
        if let current = best, current.distance <= distance { continue }
        best = (candidate, distance)
    }
    return best?.candidate
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard !left.isEmpty else { return right.count }
    guard !right.isEmpty else { return left.count }
    var rows = [Array(0...right.count)]
    for row in 1...left.count {
        var current = [row] + Array(repeating: 0, count: right.count)
        for column in 1...right.count {
            let cost = left[row - 1] == right[column - 1] ? 0 : 1
            current[column] = min(
                rows[row - 1][column] + 1, current[column - 1] + 1, rows[row - 1][column - 1] + cost
            )
            if row > 1, column > 1, left[row - 1] == right[column - 2],
                left[row - 2] == right[column - 1]
            {
                current[column] = min(current[column], rows[row - 2][column - 2] + 1)
            }
        }
        rows.append(current)
    }
    return rows[left.count][right.count]
}
