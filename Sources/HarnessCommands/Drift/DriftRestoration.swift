import HTTPMessages
import HTTPTypes
import JSONText

/// Undoes the changes that a comparison has made to a device, as far as they can be undone: settings
/// get their values back, and what was created is deleted. What an action has done stays.
struct DriftRestoration: Sendable {
    /// What undoes the changes so far, the latest last.
    private var undoing: [RequestMessage] = []
    /// How many changes nothing undoes.
    private(set) var lastingCount = 0

    /// Takes a change that the device has made.
    ///
    /// - Parameters:
    ///   - change: The request.
    ///   - location: Where what it created stands, if it created something.
    ///   - before: What a PATCH or PUT was made to, as it was.
    mutating func note(_ change: RequestMessage, created location: String?, before: JSONValue?) {
        switch change.head.method {
        case .patch:
            guard let sent = try? JSONValue(parsing: change.body), let before,
                let old = Self.values(of: before, where: sent)
            else { return lastingCount += 1 }
            var undo = change
            undo.body = old.compactBytes
            undoing.append(undo)
        case .post where location != nil:
            var undo = change
            undo.head.method = .delete
            undo.head.path = location
            undo.head.headerFields[.contentType] = nil
            undo.body = []
            undoing.append(undo)
        case .delete:
            let wasCreated = undoing.contains {
                $0.head.method == .delete && $0.path == change.path
            }
            guard wasCreated else { return lastingCount += 1 }
            // Nothing is left of what was created here and deleted here.
            undoing.removeAll { $0.path == change.path }
        default: lastingCount += 1
        }
    }

    /// What is to be sent to undo everything, in this order.
    var requests: [RequestMessage] { undoing.reversed() }

    /// The members that were sent, with the values that they had; nil where there were none.
    private static func values(of before: JSONValue, where sent: JSONValue) -> JSONValue? {
        guard case .object(let wanted) = sent, case .object(let known) = before else {
            return before
        }
        var values = JSONObject()
        for member in wanted.members {
            guard let old = known[member.name] else { continue }
            values[member.name] = self.values(of: old, where: member.value)
        }
        return values.members.isEmpty ? nil : .object(values)
    }
}
