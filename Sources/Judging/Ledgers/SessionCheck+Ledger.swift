import Findings

extension SessionCheck {
    var ledgers: [Ledger] {
        let sessions = ledger.sessions
        let leaked = sessions.count { $0.end == nil }
        let renewed = sessions.count { $0.renews != nil }
        let rows = sessions.map { session in
            Ledger.Row(
                [
                    .text(session.path ?? session.name), .text(session.opened.time),
                    .number(session.opened.line), .init(session.renews), .number(session.requests),
                    .init(session.ended?.time), .init(session.end?.words),
                ], concern: session.end == nil ? "never deleted" : nil)
        }
        return [
            Ledger(
                "sessions",
                summary: "\(grouped(sessions.count)) opened, \(grouped(renewed)) renewed, "
                    + "\(grouped(sessions.count - leaked)) ended, \(grouped(leaked)) leaked",
                columns: ["session", "opened", "line", "renews", "requests", "ended", "end"],
                rows: rows)
        ]
    }
}

extension ObservedSession.End {
    fileprivate var words: String {
        switch self {
        case .deleted: "deleted by the client"
        case .refused: "ended by the device"
        }
    }
}
