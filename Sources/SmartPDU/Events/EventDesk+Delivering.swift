import HTTPMessages
import HTTPTypes
import Schema
import VirtualTime

/// Deliveries to receivers: attempts, retries, suspension and the end.
///
/// Source: DSP8010 EventDestination v1_16, DeliveryRetryPolicy, BackupDestinations, SendHeartbeat,
/// SuspendSubscription and ResumeSubscription.
extension EventDesk {
    mutating func deliverNext(to index: Int) -> [Effect] {
        let subscription = subscriptions[index]
        guard subscription.inFlight == nil, subscription.retryAt == nil, !subscription.isSuspended,
            let payload = subscription.waiting.first
        else { return [] }
        let effects = deliver(payload.body, to: subscription)
        subscriptions[index].inFlight = deliveryCount
        return effects
    }

    private mutating func deliver(_ body: [UInt8], to subscription: Subscription) -> [Effect] {
        guard case .url(let url) = subscription.receiver else { return [] }
        let backup = subscription.destinationInUse - 1
        let destination =
            subscription.backupDestinations.indices.contains(backup)
            ? subscription.backupDestinations[backup] : url
        deliveryCount += 1
        var fields: HTTPFields = [
            .contentType: "application/json; charset=utf-8", .odataVersion: "4.0",
            .userAgent: "pdu-harness",
        ]
        for header in subscription.httpHeaders {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields[name] = header.value
        }
        return [
            .deliver(
                Delivery(
                    id: deliveryCount, destination: destination,
                    verifiesCertificate: subscription.verifiesCertificate,
                    request: RequestMessage(
                        .post, DestinationURL(destination)?.target ?? "/", fields: fields,
                        body: body)))
        ]
    }

    /// Takes note of how a delivery went. A status outside 2xx counts as failed, as does none.
    mutating func deliveryEnded(
        _ id: Int, succeeded: Bool, at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        guard let index = subscriptions.firstIndex(where: { $0.inFlight == id }) else { return [] }
        subscriptions[index].inFlight = nil
        if succeeded {
            subscriptions[index].waiting.removeFirst()
            subscriptions[index].failedAttempts = 0
            subscriptions[index].destinationInUse = 0
            tellLoss(to: index, at: instant, catalog: catalog)
            return deliverNext(to: index)
        }
        if subscriptions[index].destinationInUse < subscriptions[index].backupDestinations.count {
            subscriptions[index].destinationInUse += 1
            return deliverNext(to: index)
        }
        subscriptions[index].destinationInUse = 0
        subscriptions[index].failedAttempts += 1
        let failures = Int64(subscriptions[index].failedAttempts)
        switch subscriptions[index].retryPolicy {
        case .retryForever: subscriptions[index].retryAt = instant + retryInterval
        case .retryForeverWithBackoff:
            let factor = Int64(1) << min(failures - 1, 6)
            subscriptions[index].retryAt = instant + retryInterval * factor
        case .terminateAfterRetries, .suspendRetries:
            if failures <= retryAttempts {
                subscriptions[index].retryAt = instant + retryInterval
            } else {
                return giveUp(index, at: instant, catalog: catalog)
            }
        }
        return []
    }

    private mutating func giveUp(
        _ index: Int, at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        guard subscriptions[index].retryPolicy == .terminateAfterRetries else {
            suspend(index)
            return []
        }
        let subscription = subscriptions.remove(at: index)
        guard subscription.format == .event else { return [] }
        // Nobody waits for how this one ends.
        let last = notice("Base.SubscriptionTerminated", at: instant, catalog: catalog)
        return deliver(
            eventPayload([last], id: nextPayloadID(), for: subscription), to: subscription)
    }

    // MARK: Suspending and resuming

    mutating func suspend(_ index: Int) {
        guard !subscriptions[index].isSuspended else { return }
        subscriptions[index].isSuspended = true
        subscriptions[index].unseenFrom =
            subscriptions[index].waiting.first?.sequence ?? nextSequence()
        subscriptions[index].waiting.removeAll()
        subscriptions[index].failedAttempts = 0
        subscriptions[index].inFlight = nil
        subscriptions[index].retryAt = nil
    }

    /// - Parameter age: How old what was missed may be to be delivered yet; nil for any age.
    mutating func resume(
        _ index: Int, age: VirtualDuration?, at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        guard subscriptions[index].isSuspended else { return [] }
        subscriptions[index].isSuspended = false
        let unseen = subscriptions[index].unseenFrom ?? 0
        subscriptions[index].unseenFrom = nil
        guard age != .zero else { return [] }
        return replay(
            history.since(unseen, from: age.map { instant - $0 }), to: index, at: instant,
            catalog: catalog)
    }

    // MARK: Time

    /// When the next retry, heartbeat or sign of life is due.
    var nextWake: VirtualInstant? {
        var next = nextKeepAlive
        for subscription in subscriptions {
            for due in [subscription.retryAt, subscription.nextHeartbeat] {
                if let due { next = min(next ?? due, due) }
            }
        }
        return next
    }

    /// Does what is due up to an instant.
    mutating func wake(at instant: VirtualInstant, catalog: MessageCatalog) -> [Effect] {
        var effects = keepStreamsAlive(at: instant)
        for index in subscriptions.indices {
            if let due = subscriptions[index].nextHeartbeat, due <= instant {
                let interval = VirtualDuration.minutes(
                    subscriptions[index].heartbeat?.intervalMinutes ?? 1)
                subscriptions[index].heartbeat?.next = max(due, instant) + interval
                effects += tell(
                    "HeartbeatEvent.RedfishServiceFunctional", to: index, at: instant,
                    catalog: catalog)
            }
            if let due = subscriptions[index].retryAt, due <= instant {
                subscriptions[index].retryAt = nil
                effects += deliverNext(to: index)
            }
        }
        return effects
    }
}

extension Subscription {
    fileprivate var nextHeartbeat: VirtualInstant? {
        guard let heartbeat, heartbeat.isSent, !isSuspended else { return nil }
        return heartbeat.next
    }
}
