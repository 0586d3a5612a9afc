import VirtualTime

/// Differences of one topic that are told already, and may have brought about others.
struct PossibleCause {
    var topic: DifferenceTopic
    /// In the order of time.
    var differences: [RecordingDifference]

    var component: Component { topic.component }
    var first: RecordingDifference { differences[0] }

    /// Whether it differs in the same exchanges, or others of the same moment.
    func isPresent(in effect: RecordingDifference) -> Bool {
        differences.last?.frame == effect.frame
    }

    /// Whether it differs in the same round of polls.
    func isPresent(inRoundOf effect: RecordingDifference) -> Bool {
        isPresent(in: effect) || differences.last?.polled == effect.polled
    }
}

/// What may follow from what is no reading: the protocol's own cause and effect, and the paths of
/// power, both only forward in time. Amounts are judged elsewhere.
struct CausalRules {
    let tree: SupplyTree

    func explains(
        _ cause: PossibleCause, _ effect: RecordingDifference, _ topic: DifferenceTopic
    ) -> Bool {
        guard !topic.isClaim || cause.topic.isHeader else { return false }
        switch cause.topic.aspect {
        case .header(let field):
            switch field {
            case "model": return !topic.isConduct
            case "client": return topic.isConduct || topic.isClaim || topic.isDelivery
            default: return true
            }
        case .step: return topic.causalRank > cause.topic.causalRank
        case .fault, .answer:
            if topic.isShown || topic.isAnswer {
                return cause.component == topic.component && cause.isPresent(in: effect)
            }
            return topic.isConduct
                && (cause.component == topic.component || cause.isPresent(inRoundOf: effect))
        case .request(let method, let part):
            if part == "exchange", topic.isFault, cause.component == topic.component {
                return true  // The number of requests is what chose the exchange.
            }
            if topic.isOrder { return cause.isPresent(in: effect) }
            if case .request(_, part) = topic.aspect, part.hasPrefix("request hdr:") {
                return true  // A field that a client sends otherwise, it sends so everywhere.
            }
            return method != "GET" && part != "order" && writing(cause.component, explains: topic)
        case .truth: return switching(cause.component, explains: topic)
        case .property(let leaf):
            return DifferenceTopic.showsState(leaf) && switching(cause.component, explains: topic)
        case .delivery(let part):
            if topic.isOrder || topic.isRead { return cause.isPresent(in: effect) }
            guard topic.isDelivery, topic.aspect != .delivery("exchange") else { return false }
            // Of one delivery all that it says; of one more or less the numbers that come after it.
            return cause.isPresent(in: effect)
                || part == "exchange" && topic.aspect != .delivery("status")
        case .reading, .claim: return false
        }
    }

    /// What a request that writes can change: what it was sent to and what lies below, the session
    /// it began, the events it asked for, the power that it switched.
    private func writing(_ target: Component, explains topic: DifferenceTopic) -> Bool {
        if target.level == .other, topic.component.level == .other,
            target.contains(topic.component) || topic.component.contains(target)
        {
            return true
        }
        if target.isBelow("SessionService") {
            return topic.isAnswer || topic.isToken
        }
        if target.isBelow("EventService") { return topic.isDelivery }
        let isOutlets = target.isBelow("PowerEquipment")
        guard target.level != .other || isOutlets else { return false }
        switch topic.aspect {
        case .reading, .truth:
            return isOutlets || target == topic.component || tree.feeds(target, topic.component)
        case .property, .answer:
            return target == topic.component
                || topic.isState && (isOutlets || tree.areInLine(target, topic.component))
        case .delivery: return true
        case .request: return target == topic.component
        case .header, .step, .fault, .claim: return false
        }
    }

    /// What follows from power that came or went, or a breaker's state: states on the same path, and
    /// the events that tell of them.
    private func switching(_ component: Component, explains topic: DifferenceTopic) -> Bool {
        if topic.isDelivery { return topic.aspect != .delivery("status") }
        return topic.isState && tree.areInLine(component, topic.component)
    }
}

extension DifferenceTopic {
    /// Whether a property says that something is on, off, tripped or unwell.
    static func showsState(_ leaf: String) -> Bool {
        ["/Status", "/BreakerState", "/PowerState", "/PowerEnabled"].contains {
            leaf.hasPrefix($0)
        }
    }

    var isHeader: Bool { if case .header = aspect { true } else { false } }
    var isFault: Bool { aspect == .fault }
    var isAnswer: Bool { aspect == .answer }
    var isClaim: Bool { if case .claim = aspect { true } else { false } }
    var isDelivery: Bool { if case .delivery = aspect { true } else { false } }
    var isReading: Bool { if case .reading = aspect { true } else { false } }
    var isState: Bool {
        if case .property(let leaf) = aspect { Self.showsState(leaf) } else { false }
    }

    /// Whether it is part of what a response shows.
    var isShown: Bool {
        switch aspect {
        case .reading, .property: true
        case .header, .fault, .step, .request, .truth, .answer, .delivery, .claim: false
        }
    }

    var isOrder: Bool { if case .request(_, "order") = aspect { true } else { false } }
    /// A GET more or less.
    var isRead: Bool { aspect == .request(method: "GET", part: "exchange") }
    /// The session that a request names.
    var isToken: Bool {
        if case .request(_, "request hdr:X-Auth-Token") = aspect { true } else { false }
    }
}

extension Component {
    /// Of other resources: whether it is this one or one below it.
    func isBelow(_ path: String) -> Bool {
        level == .other && (name == path || name.hasPrefix(path + "/"))
    }

    func contains(_ other: Component) -> Bool { other.isBelow(name) }
}
