import VirtualTime

extension Subscription {
    /// What of a subscription outlasts the service.
    struct Lasting: Sendable, Hashable, Codable {
        struct Header: Sendable, Hashable, Codable {
            var name: String
            var value: String
        }

        var id: String
        var destination: String
        var context: String
        var format: Format
        var filter: SubscriptionFilter
        var retryPolicy: RetryPolicy
        var httpHeaders: [Header]
        var backupDestinations: [String]
        var verifiesCertificate: Bool
        var includesOrigins: Bool
        var heartbeat: Heartbeat?
        var owner: String
        var isSuspended: Bool
    }

    /// Nil of a stream, which ends with its connection.
    var lasting: Lasting? {
        guard case .url(let destination) = receiver else { return nil }
        return Lasting(
            id: id, destination: destination, context: context, format: format, filter: filter,
            retryPolicy: retryPolicy,
            httpHeaders: httpHeaders.map { .init(name: $0.name, value: $0.value) },
            backupDestinations: backupDestinations, verifiesCertificate: verifiesCertificate,
            includesOrigins: includesOrigins, heartbeat: heartbeat, owner: owner,
            isSuspended: isSuspended)
    }

    init(_ lasting: Lasting, queueLimit: Int) {
        self.init(
            id: lasting.id, receiver: .url(lasting.destination), context: lasting.context,
            owner: lasting.owner, queueLimit: queueLimit)
        format = lasting.format
        filter = lasting.filter
        retryPolicy = lasting.retryPolicy
        httpHeaders = lasting.httpHeaders.map { ($0.name, $0.value) }
        backupDestinations = lasting.backupDestinations
        verifiesCertificate = lasting.verifiesCertificate
        includesOrigins = lasting.includesOrigins
        heartbeat = lasting.heartbeat
        isSuspended = lasting.isSuspended
    }
}

extension EventDesk {
    /// What outlasts the service: the subscriptions, and the counts that keep ids from being used
    /// again. What waited to be delivered does not.
    struct Lasting: Sendable, Hashable, Codable {
        var retryAttempts: Int64
        var retryInterval: VirtualDuration
        var subscriptions: [Subscription.Lasting]
        var counts: Counts
    }

    var lasting: Lasting {
        Lasting(
            retryAttempts: retryAttempts, retryInterval: retryInterval,
            subscriptions: subscriptions.compactMap(\.lasting), counts: counts)
    }

    mutating func restore(_ lasting: Lasting) {
        retryAttempts = lasting.retryAttempts
        retryInterval = lasting.retryInterval
        subscriptions = lasting.subscriptions.map { Subscription($0, queueLimit: queueLimit) }
        counts = lasting.counts
    }
}
