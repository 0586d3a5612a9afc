import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings
package import VirtualTime

extension ReplayDevice {
    // MARK: What resources show

    mutating func value(
        of request: RequestMessage, _ key: ReplayIndex.Key, for client: Client,
        at now: VirtualInstant
    ) -> Answer {
        if let answer = openStream(request, key, at: now) { return answer }
        var key = key
        if index.samples[key] == nil, request.head.method == .head {
            // The head of a GET is what HEAD answers: RFC 9110, "HTTP Semantics", clause 9.3.2.
            key.method = "GET"
        }
        guard let samples = index.samples[key],
            let sample = sample(samples, key, for: client, at: now),
            let exchange = exchange(sample.place)
        else {
            return subscription(key).map { own in
                Answer(response: ResponseMessage(status: .ok, fields: .replayed, body: own))
            } ?? refuse(request, at: now)
        }
        noteMade(key)
        let answer = recorded(exchange, to: request)
        if answer.response?.status == 404 || answer.response?.status == 410 {
            // The device has lost the subscription; the next one may have its address.
            subscribers = subscribers.filter { $0.value.uri != key.path }
        }
        guard let wanted = request.head.headerFields[.ifNoneMatch],
            let response = answer.response, response.status == 200,
            let tag = response.head.headerFields[.eTag], wanted == "*" || wanted.contains(tag)
        else { return answer }
        return Answer(
            response: ResponseMessage(status: .notModified, fields: [.eTag: tag]))
    }

    private mutating func sample(
        _ samples: [ReplayIndex.Sample], _ key: ReplayIndex.Key, for client: Client,
        at now: VirtualInstant
    ) -> ReplayIndex.Sample? {
        let taken = progress[client]?.taken[key]
        if mode == .sequence {
            let next = min(taken ?? 0, samples.count - 1)
            progress.note(client) { $0.taken[key] = next + 1 }
            return samples[next]
        }
        let behind = samples.partitioningIndex { $0.instant > now }
        // A mishap of its time that has not happened to this client yet comes first.
        let began = progress[client]?.began ?? now
        let from = taken ?? samples.partitioningIndex { $0.instant >= began }
        if from < behind, let mishap = (from..<behind).first(where: { samples[$0].isMishap }) {
            progress.note(client) { $0.taken[key] = mishap + 1 }
            return samples[mishap]
        }
        progress.note(client) { $0.taken[key] = max(from, behind) }
        return Self.standing(samples, at: now) ?? samples[..<behind].last ?? samples.first
    }

    // MARK: What clients change

    /// However many a client makes and forgets.
    static let subscriptionLimit = 256

    mutating func change(
        _ request: RequestMessage, _ key: ReplayIndex.Key, for client: Client,
        at now: VirtualInstant
    ) -> Answer {
        let isSubscription = isSubscription(request)
        if isSubscription, subscribers.count >= Self.subscriptionLimit {
            return Answer(
                response: .replayRefusal(
                    .serviceUnavailable,
                    "A replay holds \(Self.subscriptionLimit) subscriptions; end some first."))
        }
        let used = progress[client]?.usedChanges ?? []
        let recordedChanges = index.changesOfKey[key] ?? []
        // Clients renew subscriptions, after a restart of the device for example.
        let change =
            isSubscription
            ? recordedChanges.filter { matches(request, change: $0, true) }
                .min { distance(to: $0, used, now) < distance(to: $1, used, now) }
            : recordedChanges.first { !used.contains($0) && matches(request, change: $0, false) }
        guard let change, let exchange = exchange(index.changes[change].sample.place) else {
            return refuse(request, at: now)
        }
        progress.note(client) { $0.usedChanges.insert(change) }
        noteMade(change: change)
        let answer = recorded(exchange, to: request)
        return isSubscription ? subscribe(request, answer, exchange, at: now) : answer
    }

    /// How far a recorded change is from what a client does now: any that it has made is farther
    /// than one that it has not.
    private func distance(
        to change: Int, _ used: Set<Int>, _ now: VirtualInstant
    ) -> (Int, VirtualDuration) {
        let instant = index.changes[change].sample.instant
        return (used.contains(change) ? 1 : 0, instant > now ? instant - now : now - instant)
    }

    private func matches(_ request: RequestMessage, change: Int, _ isSubscription: Bool) -> Bool {
        exchange(index.changes[change].sample.place).map {
            matches(request, $0, isSubscription)
        } ?? false
    }

    private func matches(
        _ request: RequestMessage, _ recorded: Exchange, _ isSubscription: Bool
    ) -> Bool {
        let ofSubscriber: Set<String> =
            isSubscription ? ["Destination", "Context", "HttpHeaders", "Name"] : []
        return RequestNearMiss.fieldDifferences(request, recorded.request).isEmpty
            && BodyDifference.first(
                recorded: recorded.request.body, sent: request.body, ignoring: ofSubscriber) == nil
    }

    // MARK: Events

    private func isSubscription(_ request: RequestMessage) -> Bool {
        request.head.method == .post
            && (try? JSONValue(parsing: request.body))?["Destination"]?.string != nil
    }

    private mutating func subscribe(
        _ request: RequestMessage, _ answer: Answer, _ exchange: Exchange, at now: VirtualInstant
    ) -> Answer {
        var answer = answer
        guard var response = answer.response, (200...299).contains(response.status),
            let body = try? JSONValue(parsing: request.body),
            let destination = body["Destination"]?.string
        else { return answer }
        lastNumber += 1
        let path = ReplayIndex.Key(request).path
        let location = response.head.headerFields[.location].map(pathOfURI) ?? "\(path)/1"
        let uri = freshURI(like: location)
        response.rename(location, to: uri)
        if var shown = try? JSONValue(parsing: response.body) {
            for name in ["Destination", "Context"] {
                guard shown[name] != nil, let own = body[name] else { continue }
                shown.replace(JSONPointer(tokens: [name]), with: own)
            }
            response.body = shown.compactBytes
        }
        subscribers[lastNumber] = Subscriber(
            uri: uri, destination: destination, context: body["Context"],
            events: events(like: exchange.request, after: now)[...])
        answer.response = response
        return answer
    }

    /// A URI of the same form that no subscription has; there are few of them.
    private func freshURI(like uri: String) -> String {
        let taken = Set(subscribers.values.map(\.uri))
        guard taken.contains(uri) else { return uri }
        var number = 2
        while taken.contains("\(uri)-\(number)") { number += 1 }
        return "\(uri)-\(number)"
    }

    private func subscription(_ key: ReplayIndex.Key) -> [UInt8]? {
        guard let own = subscribers.values.first(where: { $0.uri == key.path }) else { return nil }
        let shown: JSONValue = [
            "@odata.id": .string(own.uri),
            "@odata.type": "#EventDestination.v1_15_0.EventDestination",
            "Id": .string(own.uri.split(separator: "/").last.map(String.init) ?? "1"),
            "Name": "Event subscription", "Destination": .string(own.destination),
            "Protocol": "Redfish", "SubscriptionType": "RedfishEvent",
            "Context": own.context ?? .null,
        ]
        return shown.compactBytes
    }

    /// What those who had subscribed for the same got after a moment. Two of them at a time got the
    /// same events; a delivery that failed was tried again.
    private func events(
        like request: RequestMessage, after now: VirtualInstant
    ) -> [ReplayIndex.Sample] {
        let targets = index.subscriptions.filter { subscription in
            exchange(index.changes[subscription.change].sample.place).map {
                matches(request, $0, true)
            } ?? false
        }.map { targetOfURI($0.destination) }
        var senders: [Int: String] = [:]
        var failed: Set<Int> = []
        return index.deliveries.filter { delivery in
            guard targets.contains(delivery.target) else { return false }
            let isAnother = senders[delivery.digest].map { $0 != delivery.target } ?? false
            let isRepeated = failed.contains(delivery.digest)
            guard !isAnother, !isRepeated else { return false }
            senders[delivery.digest] = delivery.target
            if !(200...299).contains(delivery.sample.status ?? 0) { failed.insert(delivery.digest) }
            return delivery.sample.instant > now
        }.map(\.sample)
    }

    /// The events whose time has come.
    package mutating func takeDeliveries(at now: VirtualInstant) -> [Delivery] {
        subscribers.keys.sorted().flatMap { number -> [Delivery] in
            var due: [Delivery] = []
            while let event = subscribers[number]?.events.first, event.instant <= now {
                subscribers[number]?.events.removeFirst()
                guard let subscriber = subscribers[number], let exchange = exchange(event.place)
                else { continue }
                due.append(Self.delivery(exchange, to: subscriber))
            }
            return due
        }
    }

    private static func delivery(_ exchange: Exchange, to subscriber: Subscriber) -> Delivery {
        var fields = exchange.request.head.headerFields.endToEnd
        for name in [HTTPField.Name.contentLength, .host] { fields[name] = nil }
        var body = exchange.request.body
        if let context = subscriber.context, var event = try? JSONValue(parsing: body),
            event["Context"] != nil, event["Context"] != context
        {
            event.replace(JSONPointer(tokens: ["Context"]), with: context)
            body = event.compactBytes
        }
        return Delivery(
            destination: subscriber.destination,
            request: RequestMessage(
                .post, targetOfURI(subscriber.destination), fields: fields, body: body))
    }

    // MARK: Streams

    /// What goes down a stream: payloads, and nil for its end.
    package mutating func takeStreamed(
        at now: VirtualInstant
    ) -> [(stream: Int, payload: StreamRecord.Payload?)] {
        var due: [(stream: Int, payload: StreamRecord.Payload?)] = []
        for number in openStreams.keys.sorted() {
            while let next = openStreams[number]?.payloads.first, next.instant <= now {
                openStreams[number]?.payloads.removeFirst()
                if case .streamed(let record)? = entry(next.place) {
                    due.append((number, record.payload))
                }
            }
            if let stream = openStreams[number], stream.payloads.isEmpty,
                let end = stream.end, end <= now
            {
                openStreams[number] = nil
                due.append((number, nil))
            }
        }
        return due
    }

    package mutating func streamClosed(_ number: Int) { openStreams[number] = nil }

    private mutating func openStream(
        _ request: RequestMessage, _ key: ReplayIndex.Key, at now: VirtualInstant
    ) -> Answer? {
        let streams = index.streams.filter { $0.key == key }
        guard let stream = streams.last(where: { $0.opening.instant <= now }) ?? streams.first,
            let exchange = exchange(stream.opening.place)
        else { return nil }
        noteMade(key)
        var answer = recorded(exchange, to: request)
        lastNumber += 1
        let standing = stream.retries.last { $0.instant <= now }.map { [$0] } ?? []
        openStreams[lastNumber] = OpenStream(
            payloads: (standing + stream.payloads.filter { $0.instant > now })[...],
            // A stream that had ended before would end at once, again and again.
            end: stream.end.flatMap { $0 > now ? $0 : nil })
        answer.stream = lastNumber
        return answer
    }
}

extension Array {
    /// Where the elements that satisfy the test begin, all those before not satisfying it.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
