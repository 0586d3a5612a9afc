import JSONText
import Recordings

/// Where a body that is sent differs from a recorded one.
struct BodyDifference: Sendable, Hashable {
    var pointer: String
    var recorded: String
    var sent: String

    /// The first difference, or nil where there is none.
    ///
    /// What was masked when it was recorded, any text equals. Names in `ignored` may differ at the top.
    static func first(
        recorded: [UInt8], sent: [UInt8], ignoring ignored: Set<String> = []
    ) -> BodyDifference? {
        guard recorded != sent else { return nil }
        guard let left = try? JSONValue(parsing: recorded),
            let right = try? JSONValue(parsing: sent)
        else {
            return BodyDifference(
                pointer: "", recorded: "\(recorded.count) bytes", sent: "\(sent.count) bytes")
        }
        return first(left, right, at: JSONPointer(), ignoring: ignored)
    }

    private static func first(
        _ recorded: JSONValue, _ sent: JSONValue, at pointer: JSONPointer, ignoring: Set<String>
    ) -> BodyDifference? {
        switch (recorded, sent) {
        case (.object(let left), .object(let right)):
            let names = left.names + right.names.filter { left[$0] == nil }
            for name in names where !ignoring.contains(name) {
                let place = pointer.appending(name)
                guard let mine = left[name], let other = right[name] else {
                    return BodyDifference(
                        pointer: place.description, recorded: left[name]?.compactText ?? "nothing",
                        sent: right[name]?.compactText ?? "nothing")
                }
                if let found = first(mine, other, at: place, ignoring: []) { return found }
            }
            return nil
        case (.array(let left), .array(let right)) where left.count == right.count:
            for (index, pair) in zip(left, right).enumerated() {
                let place = pointer.appending(index)
                if let found = first(pair.0, pair.1, at: place, ignoring: []) { return found }
            }
            return nil
        case (.number(let left), .number(let right)) where left.hasSameValue(as: right):
            return nil
        case (.string(let recorded), .string(let sent)) where Mask.fits(sent, recorded: recorded):
            return nil
        default:
            guard recorded != sent else { return nil }
            return BodyDifference(
                pointer: pointer.description, recorded: recorded.compactText,
                sent: sent.compactText)
        }
    }
}
